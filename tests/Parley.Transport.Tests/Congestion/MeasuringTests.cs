using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;

namespace Parley.Transport.Tests.Congestion;

/// <summary>The parts that measure, each with plain numbers: loss, delivered rate, extremes, the queue.</summary>
public sealed class MeasuringTests
{
    [Fact]
    public void Loss_is_that_of_the_last_second_and_of_twenty_packets_at_least()
    {
        var meter = new SettledLoss();
        for (var i = 0; i < 19; i++) meter.OnSettled(At(i), isLost: true);
        Assert.Equal(0, meter.Share);
        meter.OnSettled(At(20), isLost: false);
        Assert.Equal(0.95, meter.Share, 3);
        for (var i = 0; i < 100; i++) meter.OnSettled(At(500 + (10 * i)), isLost: i % 4 == 0);
        Assert.InRange(meter.Share, 0.23, 0.27);
        meter.OnSettled(At(60_000), isLost: true);
        Assert.Equal(0, meter.Share);
    }

    [Fact]
    public void The_delivered_rate_is_measured_on_the_receivers_clock()
    {
        var rate = new DeliveredRate();
        for (var feedback = 0; feedback < 20; feedback++)
        {
            for (var i = 0; i < 10; i++) rate.OnArrived(1250, At((50 * feedback) + (5 * i)));
            rate.OnFeedbackRead(noise: 0);
        }
        Assert.InRange(rate.Current, 1_950_000, 2_050_000);
        // A tenth of it arrives from now on; after 350 ms the measure says so.
        for (var feedback = 20; feedback < 28; feedback++)
        {
            rate.OnArrived(1250, At((50 * feedback) + 45));
            rate.OnFeedbackRead(noise: 0);
        }
        Assert.InRange(rate.Current, 195_000, 205_000);
    }

    [Fact]
    public void A_range_holds_every_value_of_its_window_and_none_that_is_an_eighth_older() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Step, int Value)[]>(),
            inputs =>
            {
                var range = new RecentRange(TimeSpan.FromMilliseconds(400));
                var all = new List<(Instant At, int Value)>();
                var now = At(0);
                foreach (var (step, value) in inputs)
                {
                    now += TimeSpan.FromMilliseconds(step);
                    all.Add((now, value));
                    range.Add(now, value);
                    var within = all.Where(entry => now - entry.At <= TimeSpan.FromMilliseconds(400)).Select(entry => (double)entry.Value).ToList();
                    var nearly = all.Where(entry => now - entry.At <= TimeSpan.FromMilliseconds(450)).Select(entry => (double)entry.Value).ToList();
                    if (range.Lowest > within.Min() || range.Lowest < nearly.Min() || range.Highest < within.Max() || range.Highest > nearly.Max()) return false;
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    public void Jitter_is_not_a_queue(double jitter)
    {
        var random = SeededRandom.For(1, "jitter");
        var (queue, overused) = Feed(seconds: 60, _ => 2 * jitter * random.NextDouble());
        Assert.Equal(0, overused);
        Assert.True(queue.Delay.TotalMilliseconds < 2 * jitter);
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(5, 600)]
    [InlineData(20, 1200)]
    public void A_queue_that_grows_by_100_ms_in_a_second_is_seen_soon(double jitter, int withinMilliseconds)
    {
        var random = SeededRandom.For(2, "growth");
        var overusedAt = -1;
        Feed(seconds: 12, time => (2 * jitter * random.NextDouble()) + Math.Max(0, (time - 10_000) * 0.1), (time, state) =>
        {
            if (state == QueueState.Overused && overusedAt < 0) overusedAt = time;
        });
        Assert.InRange(overusedAt, 10_000, 10_000 + withinMilliseconds);
    }

    [Fact]
    public void A_queue_that_stands_is_seen_and_one_that_drains_is_left_alone()
    {
        var states = new List<(int At, QueueState State)>();
        Feed(
            seconds: 14,
            time => time < 10_000 ? 0 : time < 12_000 ? 80 : Math.Max(0, 80 - ((time - 12_000) * 0.1)),
            (time, state) => states.Add((time, state)));
        Assert.Contains(states, entry => entry.State == QueueState.Overused && entry.At is > 10_000 and < 10_300);
        Assert.Contains(states, entry => entry.State == QueueState.Overused && entry.At is > 11_500 and < 12_000);
        Assert.All(states.Where(entry => entry.At is > 12_200 and < 12_600), entry => Assert.Equal(QueueState.Draining, entry.State));
        Assert.Equal(QueueState.Calm, states[^1].State);
    }

    [Fact]
    public void A_stall_whose_last_packets_are_in_time_is_no_queue()
    {
        // Wi-Fi: for 100 ms nothing passes, then everything at once.
        var (_, overused) = Feed(seconds: 20, time => time % 2000 < 100 ? 100 - (time % 2000) : 0);
        Assert.Equal(0, overused);
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(5_000_000 + milliseconds);

    /// <summary>A packet every 5 ms and a feedback every 50.</summary>
    private static (QueueDetector Queue, int Overused) Feed(int seconds, Func<int, double> delay, Action<int, QueueState>? seen = null)
    {
        var queue = new QueueDetector();
        var overused = 0;
        for (var time = 0; time < seconds * 1000; time += 5)
        {
            queue.OnArrived(At(time), At(time + delay(time)) + TimeSpan.FromHours(3));
            if (time % 50 != 0) continue;
            queue.OnFeedbackRead(At(time));
            if (queue.State == QueueState.Overused) overused++;
            seen?.Invoke(time, queue.State);
        }
        return (queue, overused);
    }
}
