using Parley.Conference.Relay;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Relay;

public sealed class MixTrackTests
{
    [Fact]
    public void Numbers_are_gapless_time_runs_through_silence_and_talk_begins_with_a_marker()
    {
        var start = Instant.FromMilliseconds(1_003);
        var track = new MixTrack(new Ssrc(1), new SeededRandom(1), start);
        var first = track.Next(Instant.FromMilliseconds(1_010));
        var second = track.Next(Instant.FromMilliseconds(1_020));
        track.Pause();
        track.Pause();
        var third = track.Next(Instant.FromMilliseconds(61_020));

        Assert.True(first.Marker && !second.Marker && third.Marker);
        Assert.Equal(first.Sequence.Next, second.Sequence);
        Assert.Equal(second.Sequence.Next, third.Sequence);
        Assert.Equal(480, second.Timestamp.DistanceFrom(first.Timestamp));
        Assert.Equal(480 * 6_000, third.Timestamp.DistanceFrom(second.Timestamp));
        Assert.InRange(first.Sequence.Value, 0, 0x7FFF);
    }

    [Fact]
    public void A_tick_that_is_caught_up_from_before_the_start_has_a_time_of_its_own()
    {
        var track = new MixTrack(new Ssrc(1), new SeededRandom(1), Instant.FromMilliseconds(1_005));
        var before = track.Next(Instant.FromMilliseconds(1_000));
        var after = track.Next(Instant.FromMilliseconds(1_010));
        Assert.Equal(480, after.Timestamp.DistanceFrom(before.Timestamp));
    }
}
