using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.HotPaths;

/// <summary>A full packet is checked and opened.</summary>
internal sealed class UnprotectPath : HotPath
{
    private readonly SrtpSender _sender;
    private readonly SrtpReceiver _receiver;
    private readonly byte[] _header = new byte[Limits.RtpHeader];
    private readonly byte[] _payload = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private readonly byte[] _sealed = new byte[Limits.MaxDatagram];
    private ushort _number;
    private long _runs;
    private long _opened;

    public UnprotectPath()
    {
        var key = MasterKey.Create(Random());
        _sender = new SrtpSender(key);
        _receiver = new SrtpReceiver(key);
    }

    public override string Name => "unprotect a packet";

    public override void Prepare()
    {
        RtpHeader.Write(_header, PayloadType.Jpeg, marker: false, new SequenceNumber(_number++), new RtpTimestamp(1), new Ssrc(1), []);
        _sender.ProtectRtp(_header, _payload, _sealed);
    }

    public override void Run()
    {
        _runs++;
        if (_receiver.UnprotectRtp(_sealed, out _) == DropReason.None) _opened++;
    }

    public override void Verify() => Expect(_opened == _runs, $"of {_runs} packets {_opened} were opened");

    protected override void End()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }
}
