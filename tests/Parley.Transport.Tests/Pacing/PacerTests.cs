using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Time;
using Parley.Transport.Pacing;

namespace Parley.Transport.Tests.Pacing;

public sealed class PacerTests
{
    private const int Packet = 1228;

    [Theory]
    [InlineData(300_000, Packet)]
    [InlineData(3_000_000, 3750)]
    [InlineData(30_000_000, 16 * Packet)]
    [InlineData(1_000_000_000, 250_000)]
    public void A_burst_is_sixteen_packets_but_ten_milliseconds_at_most_and_two_at_least(long rate, int burst) =>
        Assert.Equal(burst, new Pacer(default, rate).Burst);

    [Fact]
    public void A_burst_leaves_at_once_and_the_rest_at_the_rate()
    {
        var pacer = new Pacer(default, 12_280_000);
        var now = default(Instant);
        var sent = 0;
        while (pacer.MayRelease(now, Packet))
        {
            pacer.OnReleased(now, Packet);
            sent++;
        }
        Assert.Equal(12, sent);
        // 2 ms of the rate are 3070 bytes, and half a packet's tokens are left.
        var next = pacer.NextRelease(now, Packet, 100 * Packet);
        Assert.InRange((next - now).TotalMilliseconds, 1.59, 1.61);
        // The last packet waits for itself alone.
        Assert.InRange((pacer.NextRelease(now, Packet, Packet) - now).TotalMilliseconds, 0.39, 0.41);
        Assert.True(pacer.MayRelease(next, Packet));
    }

    [Fact]
    public void What_may_not_wait_leaves_a_debt_with_a_bound()
    {
        var pacer = new Pacer(default, 3_000_000);
        for (var i = 0; i < 100; i++) pacer.OnReleased(default, 1000);
        Assert.Equal(-3750, pacer.Tokens(default));
        Assert.False(pacer.MayRelease(default, 100));
        Assert.InRange((pacer.NextRelease(default, 1228, 1228) - default(Instant)).TotalMilliseconds, 13.2, 13.4);
    }

    [Fact]
    public void A_packet_larger_than_the_burst_leaves_when_the_bucket_is_full()
    {
        var pacer = new Pacer(default, 300_000);
        Assert.True(pacer.MayRelease(default, 2000));
        pacer.OnReleased(default, 2000);
        Assert.False(pacer.MayRelease(default, 2000));
        Assert.True(pacer.MayRelease(pacer.NextRelease(default, 2000, 2000), 2000));
    }

    [Fact]
    public void Centuries_of_silence_fill_the_bucket_and_no_more()
    {
        var pacer = new Pacer(default, 100_000_000_000);
        pacer.OnReleased(default, 1_000_000);
        Assert.Equal(pacer.Burst, pacer.Tokens(new Instant(TimeSpan.FromDays(100_000).Ticks)));
    }

    [Fact]
    public void Time_that_goes_back_counts_as_no_time()
    {
        var pacer = new Pacer(Instant.FromMilliseconds(100), 3_000_000);
        pacer.OnReleased(Instant.FromMilliseconds(100), 3750);
        Assert.Equal(0, pacer.Tokens(Instant.FromMilliseconds(50)));
        Assert.Equal(375, pacer.Tokens(Instant.FromMilliseconds(101)));
    }

    [Fact]
    public void The_duration_of_what_waits_is_beyond_the_tokens_there_are()
    {
        var pacer = new Pacer(default, 8_000_000);
        Assert.Equal(TimeSpan.Zero, pacer.DurationOf(default, pacer.Burst));
        Assert.Equal(TimeSpan.FromMilliseconds(10), pacer.DurationOf(default, pacer.Burst + 10_000));
    }

    [Fact]
    public void A_lower_rate_takes_tokens_over_its_burst_away()
    {
        var pacer = new Pacer(default, 30_000_000);
        pacer.SetRate(default, 300_000);
        Assert.Equal(Packet, pacer.Tokens(default));
    }

    [Fact]
    public void Tokens_never_exceed_the_burst_and_no_more_leaves_than_the_rate_and_one_burst_allow() =>
        Prop.ForAll(
            Gen.Choose(50, 100_000).ToArbitrary(),
            Gen.Choose(1, 1200).Two().Select(t => (Size: t.Item1, Gap: t.Item2 * 20)).ListOf(200).ToArbitrary(),
            (kilobits, steps) =>
            {
                var pacer = new Pacer(default, kilobits * 1000L);
                var now = default(Instant);
                long released = 0;
                foreach (var (size, gap) in steps)
                {
                    now += new TimeSpan(gap);
                    if (pacer.Tokens(now) > pacer.Burst) return false;
                    if (!pacer.MayRelease(now, size)) continue;
                    pacer.OnReleased(now, size);
                    released += size;
                    if (released > pacer.Burst + (kilobits * 125.0 * now.Ticks / TimeSpan.TicksPerSecond) + 1) return false;
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_waits_may_leave_at_the_time_that_was_said_and_not_before() =>
        Prop.ForAll(
            Gen.Choose(50, 100_000).ToArbitrary(),
            Gen.Choose(1, 40).Two().ToArbitrary(),
            (kilobits, counts) =>
            {
                var (packets, audio) = counts;
                var pacer = new Pacer(default, kilobits * 1000L);
                for (var i = 0; i < audio; i++) pacer.OnReleased(default, 400);
                var next = pacer.NextRelease(default, Packet, packets * Packet);
                var isExact = next == default || pacer.NextRelease(next - new TimeSpan(1), Packet, packets * Packet) == next;
                return isExact && pacer.MayRelease(next, Packet);
            }).QuickCheckThrowOnFailure();
}
