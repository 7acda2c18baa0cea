using Parley.Conference.Client;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Client;

public sealed class MixClockTests
{
    private const uint Track = 7;
    private static readonly Instant Start = Instant.FromMilliseconds(10_000);

    private readonly MixClock _clock = new();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(9_000, 0, 100)] // captured 100 ms later, heard 100 ms later
    [InlineData(0, 4_800, 100)] // mixed 100 ms later than what is played now
    [InlineData(-1_800, 2_400, 30)]
    public void A_picture_is_due_when_its_sound_is(int videoUnits, int mixUnits, double dueInMs)
    {
        // Timestamps wrap around.
        var (mix, video) = (new RtpTimestamp(uint.MaxValue - 100), new RtpTimestamp(50));
        _clock.OnSync(Start, new MediaSyncEntry(new Ssrc(Track), mix + mixUnits, video, 0, HasPicture: true));
        _clock.OnPlayed(Start, mix);
        Assert.True(_clock.TryGetVideoPlayout(Start, Track, video + videoUnits, out var playAt));
        Assert.Equal(dueInMs, (playAt - Start).TotalMilliseconds, 0.01);
    }

    [Fact]
    public void Whoever_is_not_heard_is_not_waited_for()
    {
        Assert.False(_clock.TryGetVideoPlayout(Start, Track, default, out _));
        _clock.OnSync(Start, new MediaSyncEntry(new Ssrc(Track), default, default, 0, HasPicture: true));
        Assert.False(_clock.TryGetVideoPlayout(Start, Track, default, out _));
        _clock.OnPlayed(Start, default);
        Assert.True(_clock.TryGetVideoPlayout(Start, Track, default, out _));
        Assert.False(_clock.TryGetVideoPlayout(Start, Track + 1, default, out _));
        // Nothing is played any more; the server speaks of others.
        Assert.False(_clock.TryGetVideoPlayout(Start + TimeSpan.FromMilliseconds(201), Track, default, out _));
        var later = Start + TimeSpan.FromSeconds(2.6);
        _clock.OnPlayed(later, new RtpTimestamp(2_600 * 48));
        Assert.False(_clock.TryGetVideoPlayout(later, Track, new RtpTimestamp(2_600 * 90), out _));
    }

    [Fact]
    public void How_long_a_voice_waited_in_the_server_is_known_for_as_long_as_it_is_heard()
    {
        Assert.Null(_clock.ServerDelay(Start, Track));
        _clock.OnSync(Start, new MediaSyncEntry(new Ssrc(Track), default, default, 263, HasPicture: false));
        _clock.OnPlayed(Start, default);
        Assert.Equal(TimeSpan.FromMilliseconds(26.3), _clock.ServerDelay(Start + TimeSpan.FromSeconds(2.4), Track));
        Assert.Null(_clock.ServerDelay(Start, Track + 1));
        Assert.Null(_clock.ServerDelay(Start + TimeSpan.FromSeconds(2.6), Track));
        // There is no picture that could wait for it.
        Assert.False(_clock.TryGetVideoPlayout(Start, Track, default, out _));
    }

    [Fact]
    public void What_would_have_to_wait_for_more_than_a_second_is_not_believed()
    {
        _clock.OnSync(Start, new MediaSyncEntry(new Ssrc(Track), default, default, 0, HasPicture: true));
        _clock.OnPlayed(Start, default);
        Assert.False(_clock.TryGetVideoPlayout(Start, Track, new RtpTimestamp(90_000), out _));
        Assert.True(_clock.TryGetVideoPlayout(Start, Track, new RtpTimestamp(89_000), out _));
    }

    [Fact]
    public void Frames_that_come_late_do_not_move_their_capture()
    {
        var clock = new CaptureClock();
        var random = new Random(1);
        for (var i = 0; i < 1_000; i++)
        {
            var whole = Start + TimeSpan.FromMilliseconds(10 * (i + 1));
            var captured = clock.OnFrame(whole + TimeSpan.FromMilliseconds(i % 7 == 0 ? 0 : random.Next(25)), i);
            Assert.InRange((captured - Start).TotalMilliseconds - (10 * i), 0, i == 0 ? 25 : 0.1);
        }
        // The microphone was off for a while.
        Assert.Equal(Start + TimeSpan.FromSeconds(60), clock.OnFrame(Start + TimeSpan.FromMilliseconds(60_010), 5_000));
    }
}
