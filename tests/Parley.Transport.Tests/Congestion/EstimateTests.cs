using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Impairment;

namespace Parley.Transport.Tests.Congestion;

/// <summary>What the estimate has to reach on links of every kind; the figures are in docs/decisions/0012-delay-and-loss-estimate.md.</summary>
public sealed class EstimateTests
{
    [Theory]
    [InlineData("rate=100mbit,delay=2ms")]
    [InlineData("rate=100mbit,delay=80ms")]
    [InlineData("rate=100mbit,delay=10ms,loss=2%")]
    public void Eight_megabits_are_allowed_within_a_second_and_a_half_where_the_link_bears_them(string link)
    {
        var bench = Bench(link, wanted: 8_000_000);
        bench.Run(1.5);
        Assert.True(bench.Target >= 8_000_000, $"{bench.Target}");
    }

    [Theory]
    [InlineData("rate=5mbit,delay=10ms,queue=100ms", 1)]
    [InlineData("rate=5mbit,delay=10ms,queue=100ms", 2)]
    [InlineData("rate=5mbit,delay=10ms,queue=100ms", 3)]
    [InlineData("rate=5mbit,delay=80ms,queue=300ms", 1)]
    [InlineData("rate=5mbit,delay=10ms,queue=100ms,loss=1%", 1)]
    [InlineData("rate=5mbit,delay=30ms,jitter=10ms,queue=100ms", 1)]
    public void A_step_from_5_megabits_to_500_kilobits_and_back_is_followed(string link, int seed)
    {
        var bench = Bench(link, wanted: 8_000_000, seed);
        bench.Run(10 + (0.7 * seed));
        Assert.True(bench.Target > 3_500_000);

        bench.Link.Options = bench.Link.Options with { Rate = 500_000 };
        bench.Run(3);
        Assert.InRange(bench.Target, 300_000, 500_000);
        bench.Measure();
        bench.Run(12);
        // With jitter a probe may seem to pass; the queue says soon that it did not.
        Assert.InRange(bench.Targets.Max(), 350_000, bench.Link.Options.Jitter == default ? 520_000 : 600_000);
        Assert.True(bench.Queues.Max() < 150, $"{bench.Queues.Max()} ms");

        bench.Link.Options = bench.Link.Options with { Rate = 5_000_000 };
        bench.Measure();
        bench.Run(10);
        Assert.Contains(bench.Targets, target => target >= 4_000_000);
    }

    [Fact]
    public void A_queue_of_a_second_is_emptied_within_five()
    {
        var bench = Bench("rate=5mbit,delay=10ms,queue=1s", wanted: 8_000_000);
        bench.Run(10);
        bench.Link.Options = bench.Link.Options with { Rate = 500_000 };
        bench.Run(5);
        bench.Measure();
        bench.Run(10);
        Assert.True(bench.Queues.Max() < 150, $"{bench.Queues.Max()} ms");
        Assert.True(bench.Target > 400_000);
    }

    [Theory]
    [InlineData("rate=1500kbit,delay=10ms,queue=300ms", 30, 1)]
    [InlineData("rate=1500kbit,delay=10ms,queue=300ms", 30, 2)]
    [InlineData("rate=1500kbit,delay=10ms,queue=300ms", 15, 3)]
    [InlineData("rate=1500kbit,delay=10ms,queue=100ms", 15, 1)]
    [InlineData("rate=1500kbit,delay=80ms,queue=300ms", 30, 1)]
    [InlineData("rate=1500kbit,delay=10ms,queue=300ms,loss=1%", 30, 1)]
    [InlineData("rate=600kbit,delay=10ms,queue=100ms", 30, 1)]
    [InlineData("rate=300kbit,delay=10ms,queue=100ms", 15, 1)]
    [InlineData("rate=5mbit,delay=10ms,queue=100ms", 30, 1)]
    [InlineData("rate=20mbit,delay=2ms,queue=100ms", 30, 1)]
    public void A_steady_link_has_a_steady_target_and_a_short_queue(string link, int framesPerSecond, int seed)
    {
        var bench = Bench(link, wanted: 0, seed, framesPerSecond);
        var rate = bench.Link.Options.Rate;
        bench.Sender.WantedRate = 2 * rate;
        bench.Run(8);
        bench.Measure();
        bench.Run(60);
        Assert.InRange(bench.Targets.Min(), 0.70 * rate, 1.05 * rate);
        Assert.InRange(bench.Targets.Max(), 0.70 * rate, 1.05 * rate);
        Assert.True(bench.Queues.Average() < 40, $"{bench.Queues.Average()} ms");
        Assert.True(LadderChanges(bench.Targets) <= 1);
    }

    [Theory]
    [InlineData("rate=10mbit,delay=10ms,loss=5%", 1)]
    [InlineData("rate=10mbit,delay=10ms,loss=5%", 2)]
    [InlineData("rate=10mbit,delay=10ms,loss=5%,burst=5", 1)]
    [InlineData("rate=10mbit,delay=30ms,jitter=30ms", 1)]
    [InlineData("rate=10mbit,delay=30ms,jitter=30ms", 2)]
    [InlineData("rate=10mbit,delay=10ms,reorder=2%", 1)]
    public void Loss_jitter_and_reordering_by_chance_do_not_push_the_target_down(string link, int seed)
    {
        var bench = Bench(link, wanted: 16_000_000, seed);
        bench.Run(12);
        bench.Measure();
        bench.Run(60);
        Assert.True(bench.Targets.Min() > 5_000_000, $"{bench.Targets.Min()}");
        Assert.True(bench.Targets.Average() > 7_500_000, $"{bench.Targets.Average()}");
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(1_000_000, 2)]
    [InlineData(3_000_000, 3)]
    [InlineData(3_000_000, 4)]
    public void Two_behind_one_bottleneck_share_it_within_one_to_three(long rate, int seed)
    {
        var link = new ImpairmentOptions { Rate = rate, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)), Delay = TimeSpan.FromMilliseconds(10) };
        var first = new CongestionBench(link, seed: seed);
        first.Run(10);
        var second = first.Join(seed + 50);
        first.Run(20);
        var (firstBefore, secondBefore) = (first.WireBytes, second.WireBytes);
        first.Run(40);
        double firsts = first.WireBytes - firstBefore, seconds = second.WireBytes - secondBefore;
        Assert.InRange(firsts / (firsts + seconds), 0.25, 0.75);
        Assert.InRange((firsts + seconds) * 8 / 40 / rate, 0.8, 1.05);
    }

    [Fact]
    public void A_loss_of_a_fifth_lowers_the_target_slowly_and_not_below_300_kilobits()
    {
        var bench = Bench("rate=10mbit,delay=10ms", wanted: 4_000_000);
        bench.Run(5);
        var before = bench.Target;
        Assert.True(before > 4_000_000);
        bench.Link.Options = bench.Link.Options with { Loss = 0.2 };
        bench.Run(5);
        Assert.InRange(bench.Target, 0.5 * before, 0.8 * before);
        bench.Measure();
        bench.Run(60);
        Assert.Equal(300_000, bench.Targets.Min());
    }

    [Fact]
    public void Whoever_sends_little_is_not_allowed_much_more_than_was_shown_to_pass()
    {
        var bench = Bench("rate=100mbit,delay=10ms", wanted: 0);
        bench.VideoLimit = 2_000_000;
        bench.Run(60);
        Assert.InRange(bench.Target, 2_000_000, 1.5 * 1.25 * 2_128_000);
        Assert.Equal(0, bench.PaddingBytes);
    }

    [Fact]
    public void Probes_stop_at_what_is_wanted()
    {
        var bench = Bench("rate=100mbit,delay=10ms", wanted: 6_000_000);
        bench.VideoLimit = 1_000_000;
        bench.Run(3);
        Assert.InRange(bench.Target, 6_000_000, 8_000_000);
        var padding = bench.PaddingBytes;
        Assert.True(padding < 60_000);
        bench.Run(120);
        Assert.Equal(padding, bench.PaddingBytes);
    }

    [Fact]
    public void Whoever_sends_only_sound_does_not_probe_for_ever_even_where_more_is_wanted()
    {
        var bench = Bench("rate=1500kbit,delay=10ms", wanted: 8_000_000);
        bench.VideoLimit = 0;
        bench.Run(10);
        var padding = bench.PaddingBytes;
        Assert.InRange(padding, 1, 30_000);
        bench.Run(120);
        Assert.Equal(padding, bench.PaddingBytes);
    }

    [Fact]
    public void Whoever_sends_nothing_sends_no_probes_and_waits_for_nothing()
    {
        var bench = Bench("rate=5mbit,delay=10ms", wanted: 8_000_000);
        bench.Run(5);
        (bench.VideoLimit, bench.HasSound) = (0, false);
        bench.Run(2);
        var (padding, feedback) = (bench.PaddingBytes, bench.FeedbackBytes);
        bench.Run(30);
        Assert.Equal(padding, bench.PaddingBytes);
        Assert.Equal(feedback, bench.FeedbackBytes);
        Assert.Equal(Instant.Never, bench.Sender.NextTimeout.At);
    }

    [Theory]
    [InlineData(0, 0.03)]
    [InlineData(800_000, 0.03)]
    [InlineData(6_000_000, 0.015)]
    public void Feedback_is_a_small_share_of_what_it_is_about(long video, double share)
    {
        var bench = Bench("rate=100mbit,delay=10ms", wanted: 0);
        bench.VideoLimit = video;
        bench.Run(30);
        Assert.True(bench.FeedbackBytes < share * bench.WireBytes, $"{(double)bench.FeedbackBytes / bench.WireBytes}");
    }

    [Fact]
    public void Silence_of_the_other_side_lowers_the_target_and_it_comes_back()
    {
        var bench = Bench("rate=5mbit,delay=10ms", wanted: 4_000_000);
        bench.Run(5);
        var before = bench.Target;
        bench.Link.Options = bench.Link.Options with { Loss = 1 };
        bench.Run(4);
        Assert.True(bench.Target < 0.5 * before);
        Assert.True(bench.Target >= 300_000);
        bench.Link.Options = bench.Link.Options with { Loss = 0 };
        bench.Measure();
        bench.Run(10);
        Assert.Contains(bench.Targets, target => target >= 4_000_000);
    }

    [Fact]
    public void Malformed_feedback_is_refused_and_changes_nothing()
    {
        var controller = new CongestionController(CongestionOptions.Default);
        var before = controller.TargetRate;
        var header = new RtcpPacketHeader(CongestionControlFeedback.Format, RtcpPacketType.TransportFeedback, 0);
        Assert.False(controller.OnFeedback(default, header, new byte[] { 1, 2, 3 }));
        Assert.False(controller.OnFeedback(default, header, new byte[18]));
        Assert.Equal(before, controller.TargetRate);
    }

    [Fact]
    public void A_feedback_that_lies_stays_within_the_limits()
    {
        // Everything came at once, a second ago, or in an hour: whoever says so gets what it asks for, within bounds.
        var controller = new CongestionController(CongestionOptions.Default) { WantedRate = long.MaxValue / 4 };
        var buffer = new byte[1200];
        var metrics = new PacketMetric[50];
        for (var report = 0; report < 2000; report++)
        {
            var now = Instant.FromMilliseconds(1000 + (50 * report));
            for (var i = 0; i < 50; i++)
            {
                controller.OnSent(now, new Ssrc(1), new SequenceNumber((ushort)((50 * report) + i)), 1200);
                metrics[i] = new PacketMetric(report % 3 != 0, 0, (ushort)(report * 7919));
            }
            var writer = new CongestionControlFeedbackWriter(buffer, new Ssrc(2));
            writer.TryAdd(new Ssrc(1), new SequenceNumber((ushort)(50 * report)), metrics);
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, writer.Finish(unchecked((uint)(report * 2_654_435_761L))));
            Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
            Assert.True(controller.OnFeedback(now, header, body));
            Assert.InRange(controller.TargetRate, CongestionOptions.Default.MinRate, CongestionOptions.Default.MaxRate);
            Assert.True(controller.QueueDelay >= TimeSpan.Zero);
            for (var i = 0; i < 200 && controller.TakePadding(now) is var bytes and > 0; i++) controller.OnSent(now, new Ssrc(3), new SequenceNumber((ushort)i), bytes);
        }
    }

    private static CongestionBench Bench(string link, long wanted, int seed = 1, int framesPerSecond = 30)
    {
        Assert.True(ImpairmentOptions.TryParse(link, out var there, out var error), error);
        Assert.True(ImpairmentOptions.TryParse("delay=10ms,loss=1%", out var back, out error), error);
        var bench = new CongestionBench(there, back, seed) { FrameTime = TimeSpan.FromSeconds(1.0 / framesPerSecond) };
        bench.Sender.WantedRate = wanted;
        return bench;
    }

    /// <summary>How often a ladder whose rungs lie 30 % apart, with 15 % of hysteresis on the way up, would be climbed, in a window of 5 s at most.</summary>
    private static int LadderChanges(List<long> targets)
    {
        double rung = targets[0] / 1.07;
        var changes = new List<int>();
        for (var i = 0; i < targets.Count; i++)
        {
            var isChange = targets[i] < rung || targets[i] > 1.3 * 1.15 * rung;
            if (!isChange) continue;
            rung = targets[i] < rung ? rung / 1.3 : rung * 1.3;
            changes.Add(i);
        }
        return changes.Count == 0 ? 0 : changes.Max(change => changes.Count(other => other >= change && other < change + 500));
    }
}
