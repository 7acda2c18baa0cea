using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Micro;

/// <summary>A full packet is sealed.</summary>
public class Protecting
{
    private readonly SrtpSender _sender = new(MasterKey.Create(new SeededRandom(7)));
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _header = new byte[Limits.RtpHeader];
    private readonly byte[] _payload = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private readonly byte[] _sealed = new byte[Limits.MaxDatagram];
    private ulong _count;

    /// <summary>A cipher and arrays for each packet; no numbers, no replay.</summary>
    [Benchmark(Baseline = true)]
    public int Naive()
    {
        using var cipher = new AesGcm(_key, Limits.AuthenticationTag);
        var nonce = new byte[12];
        BitConverter.TryWriteBytes(nonce, _count++);
        var text = new byte[_payload.Length];
        var tag = new byte[Limits.AuthenticationTag];
        cipher.Encrypt(nonce, _payload, text, tag, _header);
        return _header.Concat(text).Concat(tag).ToArray().Length;
    }

    [Benchmark]
    public int Parley()
    {
        RtpHeader.Write(_header, PayloadType.Jpeg, marker: false, new SequenceNumber((ushort)_count++), new RtpTimestamp(1), new Ssrc(1), []);
        return _sender.ProtectRtp(_header, _payload, _sealed);
    }
}
