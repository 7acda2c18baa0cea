using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Benchmarks.HotPaths;

/// <summary>The 24 bytes that a relay reads.</summary>
internal sealed class ParsePath : HotPath
{
    private readonly byte[] _packet = new byte[Limits.MaxDatagram];
    private long _runs;
    private long _parsed;

    public ParsePath()
    {
        RtpHeader.Write(_packet, PayloadType.Jpeg, marker: true, new SequenceNumber(1), new RtpTimestamp(2), new Ssrc(3), []);
        new FrameHeader(1, 2, 20, 640, 360, FrameFlags.KeyFrame, 0).Write(_packet.AsSpan(Limits.RtpHeader));
    }

    public override string Name => "parse RTP and frame header";

    public override void Run()
    {
        _runs++;
        if (RtpHeader.TryParse(_packet, out var header) == DropReason.None
            && FrameHeader.TryParse(_packet.AsSpan(header.HeaderLength), out var frame) && frame.Width == 640) _parsed++;
    }

    public override void Verify() => Expect(_parsed == _runs, $"of {_runs} headers {_parsed} were read");
}
