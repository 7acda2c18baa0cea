using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Client;

/// <summary>When pictures are shown, from plain numbers: 15 a second.</summary>
public sealed class PicturePlayoutTests
{
    private const double Interval = 1000.0 / 15;
    private static readonly Instant Start = Instant.FromMilliseconds(70_000);

    private readonly PicturePlayout _playout = new();
    private int _count;

    [Fact]
    public void Pictures_that_come_evenly_do_not_wait()
    {
        for (var i = 0; i < 200; i++)
        {
            var wait = Show(i % 3);
            Assert.Equal(0, wait);
        }
    }

    [Fact]
    public void Pictures_that_come_unevenly_are_shown_evenly()
    {
        var random = new SeededRandom(5);
        var shown = new List<double>();
        for (var i = 0; i < 300; i++)
        {
            var late = random.NextDouble() * 30;
            shown.Add(At(late) + Show(late));
        }
        var gaps = shown.Zip(shown.Skip(1), (a, b) => b - a).Skip(100).Order().ToList();
        Assert.InRange(gaps[gaps.Count / 10], Interval - 5, Interval);
        Assert.InRange(gaps[^(gaps.Count / 10)], Interval, Interval + 5);
        Assert.InRange(_playout.Delay.TotalMilliseconds, 20, 30);
    }

    [Fact]
    public void A_few_late_ones_do_not_make_the_others_wait()
    {
        for (var i = 0; i < 200; i++) Assert.InRange(Show(i % 25 == 0 ? 150 : 0), 0, 151 - Interval);
        Assert.Equal(TimeSpan.Zero, _playout.Delay);
    }

    [Fact]
    public void When_the_network_is_calm_again_the_wait_ends()
    {
        for (var i = 0; i < 100; i++) Show(i % 2 == 0 ? 0 : 50);
        Assert.InRange(_playout.Delay.TotalMilliseconds, 45, 55);
        for (var i = 0; i < 64; i++) Show(0);
        Assert.Equal(TimeSpan.Zero, _playout.Delay);
    }

    [Fact]
    public void A_picture_waits_for_its_sound_but_never_long()
    {
        Assert.Equal(80, Show(0, sound: 80), 0.01);
        Assert.Equal(200, Show(0, sound: 900), 0.01);
        _count += 10;
        Assert.Equal(0, Show(0, sound: -50)); // it is late: at once
    }

    [Fact]
    public void Evenness_costs_at_most_thirty_milliseconds_behind_the_sound()
    {
        for (var i = 0; i < 100; i++) Show(i % 2 == 0 ? 0 : 90, sound: i % 2 == 0 ? 10 : -80);
        Assert.InRange(Show(0, sound: 10), 39, 41);
    }

    [Fact]
    public void The_order_is_kept_when_the_sound_ends()
    {
        var before = At(0) + Show(0, sound: 180);
        var after = At(0) + Show(0);
        Assert.True(after >= before);
    }

    [Fact]
    public void Another_clock_begins_anew()
    {
        for (var i = 0; i < 50; i++) Show(0);
        _count += 15 * 60;
        Assert.Equal(0, Show(0));
    }

    /// <summary>When the next picture comes, in ms, so much later than the fastest.</summary>
    private double At(double late) => (_count * Interval) + late;

    /// <summary>How long it waits, in ms; its sound is played so much after its arrival.</summary>
    private double Show(double late, double? sound = null)
    {
        var now = Start + TimeSpan.FromMilliseconds(At(late));
        var timestamp = new RtpTimestamp(unchecked((uint)(4_000_000_000 + (_count++ * 6000L))));
        return (_playout.Schedule(now, timestamp, sound is { } s ? now + TimeSpan.FromMilliseconds(s) : null) - now).TotalMilliseconds;
    }
}
