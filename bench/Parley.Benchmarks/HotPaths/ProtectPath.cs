using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.HotPaths;

/// <summary>A full packet is sealed.</summary>
internal sealed class ProtectPath : HotPath
{
    private readonly SrtpSender _sender = new(MasterKey.Create(Random()));
    private readonly byte[] _header = new byte[Limits.RtpHeader];
    private readonly byte[] _payload = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private readonly byte[] _sealed = new byte[Limits.MaxDatagram];
    private ushort _number;
    private int _length;

    public override string Name => "protect a packet";

    public override void Run()
    {
        RtpHeader.Write(_header, PayloadType.Jpeg, marker: false, new SequenceNumber(_number++), new RtpTimestamp(1), new Ssrc(1), []);
        _length = _sender.ProtectRtp(_header, _payload, _sealed);
    }

    public override void Verify() => Expect(_length == Limits.MaxDatagram, $"a full packet has {_length} bytes");

    protected override void End() => _sender.Dispose();
}
