using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;

namespace Parley.Transport.Tests.Reports;

public sealed class SyncTests : IDisposable
{
    private readonly PeerPair _pair = new();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void What_is_said_of_a_known_track_arrives_and_the_rest_is_dropped()
    {
        var known = new MediaSyncEntry(PeerPair.VideoOfA, new RtpTimestamp(480), new RtpTimestamp(900), 123, HasPicture: true);
        var unknown = known with { Video = new Ssrc(0xdead) };
        _pair.Run(TimeSpan.FromSeconds(1));
        _pair.Do(_pair.A, (now, queue) => _pair.A.SendSync(now, queue, [unknown, known]));
        _pair.Run(TimeSpan.FromSeconds(1));
        Assert.True(_pair.B.TryTakeSync(out var entry));
        Assert.Equal(known, entry);
        Assert.False(_pair.B.TryTakeSync(out _));
        Assert.Equal(1, _pair.B.DropCount(DropReason.UnknownSsrc));
    }

    [Fact]
    public void Nobody_takes_it_out_and_the_newest_stay()
    {
        _pair.Run(TimeSpan.FromSeconds(1));
        for (uint i = 0; i < 40; i++)
        {
            var entry = new MediaSyncEntry(PeerPair.VideoOfA, new RtpTimestamp(i), default, 0, HasPicture: true);
            _pair.Do(_pair.A, (now, queue) => _pair.A.SendSync(now, queue, [entry]));
        }
        _pair.Run(TimeSpan.FromSeconds(1));
        var left = new List<uint>();
        while (_pair.B.TryTakeSync(out var entry)) left.Add(entry.MixTimestamp.Value);
        Assert.Equal(Enumerable.Range(24, 16).Select(i => (uint)i), left);
    }

    [Fact]
    public void Sender_reports_say_when_it_was_captured_once_that_is_known()
    {
        _pair.Run(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 40; i++)
        {
            // Encoding took 70 ms.
            _pair.A.SetCaptureClock(PeerPair.VideoOfA, _pair.Now - TimeSpan.FromMilliseconds(70), new RtpTimestamp((uint)i * 9_000));
            _pair.Send(_pair.A, PeerPair.VideoOfA, i, [1], (uint)i * 9_000);
            _pair.Send(_pair.A, PeerPair.AudioOfA, i, [1], (uint)i * 4_800);
            _pair.Run(TimeSpan.FromMilliseconds(100));
        }
        Assert.True(_pair.B.TryGetSenderClock(PeerPair.VideoOfA, out var videoTime, out var video));
        Assert.True(_pair.B.TryGetSenderClock(PeerPair.AudioOfA, out var audioTime, out var audio));
        Assert.Equal(audioTime, videoTime);
        Assert.Equal(70.0, (video.Value / 90.0) - (audio.Value / 48.0), 1.0);
    }
}
