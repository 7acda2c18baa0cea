using BenchmarkDotNet.Attributes;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Benchmarks.Micro;

/// <summary>The 24 bytes that a relay reads of each video packet.</summary>
public class Parsing
{
    private readonly byte[] _packet = new byte[Limits.MaxDatagram - Limits.AuthenticationTag];

    public Parsing()
    {
        RtpHeader.Write(_packet, PayloadType.Jpeg, marker: true, new SequenceNumber(1), new RtpTimestamp(2), new Ssrc(3), []);
        new FrameHeader(1, 2, 20, 640, 360, FrameFlags.KeyFrame, 0).Write(_packet.AsSpan(Limits.RtpHeader));
    }

    /// <summary>Arrays for header, frame header and payload, numbers by turning bytes round.</summary>
    [Benchmark(Baseline = true)]
    public int Copying()
    {
        var header = _packet.Take(12).ToArray();
        var frame = _packet.Skip(12).Take(12).ToArray();
        var payload = _packet.Skip(24).ToArray();
        var ssrc = BitConverter.ToUInt32([.. header.Skip(8).Take(4).Reverse()]);
        var sequence = BitConverter.ToUInt16([.. header.Skip(2).Take(2).Reverse()]);
        var width = BitConverter.ToUInt16([.. frame.Skip(6).Take(2).Reverse()]);
        return (int)ssrc + sequence + width + payload.Length;
    }

    [Benchmark]
    public int Parley()
    {
        if (RtpHeader.TryParse(_packet, out var header) != DropReason.None) return -1;
        if (!FrameHeader.TryParse(_packet.AsSpan(header.HeaderLength), out var frame)) return -1;
        return (int)header.Ssrc.Value + header.Sequence.Value + frame.Width + _packet.AsSpan(header.HeaderLength + Limits.FrameHeader).Length;
    }
}
