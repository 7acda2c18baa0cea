using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.HotPaths;

/// <summary>One packet of a picture arrives at the server and leaves for eight others: opened, looked at, sealed eight times.</summary>
internal sealed class RelayVideoPath : HotPath
{
    private const int Receivers = 8;

    private readonly MemoryMeeting _meeting = new(Start, Receivers + 1, Random());
    private readonly byte[] _picture = new byte[Limits.MaxFragment];
    private readonly byte[] _datagram = new byte[Limits.MaxDatagram];
    private Instant _now = Start;
    private int _length;
    private long _runs;
    private long _relayed;

    public override string Name => "relay a video packet to 8 receivers";

    public override void Prepare()
    {
        // Fifty packets a second: no more than a client's pacer lets out before the network has told it anything.
        _now += TimeSpan.FromMilliseconds(20);
        var sender = _meeting.Clients[0];
        sender.SendPicture(_now, _now, VideoEncodingPlan.Large, PayloadType.Jpeg, true, false, 0, 640, 360, _picture);
        var run = sender.Datagrams.Runs[0];
        var bytes = sender.Datagrams.Bytes(run)[..run.SegmentSize];
        bytes.CopyTo(_datagram);
        _length = bytes.Length;
        sender.Datagrams.Clear();
    }

    public override void Run()
    {
        _runs++;
        _meeting.Server.HandleDatagram(_now, MemoryMeeting.AddressOf(0), _datagram.AsSpan(0, _length));
        _meeting.Server.Flush(_now);
        foreach (ref readonly var run in _meeting.Server.Datagrams.Runs) _relayed += run.Count;
        _meeting.Server.Datagrams.Clear();
    }

    public override void Verify() => Expect(_relayed == _runs * Receivers, $"{_runs} packets became {_relayed}");

    protected override void End() => _meeting.Dispose();
}
