using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Time;
using Parley.Transport.Impairment;

namespace Parley.Transport.Tests.Impairment;

public sealed class ImpairedLinkTests
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void A_perfect_link_gives_back_what_it_got_at_once()
    {
        var link = new ImpairedLink(ImpairmentOptions.None, seed: 1);
        Assert.Equal(Instant.Never, link.NextArrival);

        Assert.Equal(DropReason.None, link.Send(new Instant(5), [1, 2, 3], tag: 42));

        Assert.Equal(new Instant(5), link.NextArrival);
        var bytes = new byte[10];
        Assert.True(link.TryReceive(new Instant(5), bytes, out var length, out var tag));
        Assert.Equal([1, 2, 3], bytes[..length]);
        Assert.Equal(42, tag);
        Assert.False(link.TryReceive(new Instant(5), bytes, out _, out _));
    }

    [Fact]
    public void Delay_is_kept_to_the_tick()
    {
        var link = new ImpairedLink(ImpairmentOptions.None with { Delay = TimeSpan.FromMilliseconds(20) }, seed: 1);
        link.Send(new Instant(7), [0], tag: 0);

        Assert.Equal(new Instant(7) + TimeSpan.FromMilliseconds(20), link.NextArrival);
        Assert.False(link.TryReceive(link.NextArrival - new TimeSpan(1), new byte[1], out _, out _));
        Assert.True(link.TryReceive(link.NextArrival, new byte[1], out _, out _));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.05)]
    [InlineData(0.5)]
    public void Random_loss_keeps_its_rate_and_comes_singly(double loss)
    {
        const int Count = 200_000;
        var stats = SendAll(ImpairmentOptions.None with { Loss = loss }, Count).Stats;

        // Five standard deviations of a binomial: a fair model fails once in two million seeds.
        var deviation = Math.Sqrt(Count * loss * (1 - loss));
        Assert.InRange(stats.Lost, (Count * loss) - (5 * deviation), (Count * loss) + (5 * deviation));
        // Independent losses make runs of 1 / (1 - p) on average.
        Assert.InRange((double)stats.Lost / stats.LossBursts, 0.95 / (1 - loss), 1.05 / (1 - loss));
    }

    [Theory]
    [InlineData(0.05, 3)]
    [InlineData(0.05, 20)]
    [InlineData(0.3, 5)]
    [InlineData(0.5, 1)]
    public void Burst_loss_keeps_both_its_rate_and_its_mean_burst(double loss, double burst)
    {
        var stats = SendAll(ImpairmentOptions.None with { Loss = loss, Burst = burst }, 500_000).Stats;

        Assert.InRange(stats.Lost / 500_000.0, loss * 0.93, loss * 1.07);
        Assert.InRange((double)stats.Lost / stats.LossBursts, burst * 0.95, burst * 1.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Total_loss_loses_everything(double burst)
    {
        var run = SendAll(ImpairmentOptions.None with { Loss = 1, Burst = burst }, 1_000);
        Assert.Equal(1_000, run.Stats.Lost);
        Assert.Empty(Receive(run));
    }

    [Theory]
    [InlineData(20, 10, 10, 30)]
    [InlineData(5, 10, 0, 20)]
    public void Jitter_spreads_the_delay_evenly_around_it(int delay, int jitter, int least, int most)
    {
        var link = new ImpairedLink(Delays(delay, jitter), seed: 3);
        // So far apart that keeping the order does not show.
        var delays = new List<double>();
        for (var i = 0; i < 20_000; i++)
        {
            var sent = Instant.FromMilliseconds(100.0 * i);
            link.Send(sent, [0], tag: 0);
            delays.Add((link.NextArrival - sent).TotalMilliseconds);
            Assert.True(link.TryReceive(link.NextArrival, new byte[1], out _, out _));
        }
        Assert.InRange(delays.Min(), least, least + 0.1);
        Assert.InRange(delays.Max(), most - 0.1, most);
        Assert.InRange(delays.Average(), ((least + most) / 2.0) - 0.2, ((least + most) / 2.0) + 0.2);
    }

    [Fact]
    public void Jitter_alone_never_reorders()
    {
        var received = Receive(SendAll(Delays(20, 20), 10_000));
        Assert.Equal(Enumerable.Range(0, 10_000), received);
    }

    [Fact]
    public void Reordering_has_its_share_and_loses_nothing()
    {
        var link = SendAll(ImpairmentOptions.None with { Delay = TimeSpan.FromMilliseconds(20), Reorder = 0.02 }, 50_000);
        var received = Receive(link);

        Assert.Equal(Enumerable.Range(0, 50_000), received.Order());
        var newest = -1;
        var overtaken = 0;
        foreach (var value in received)
        {
            if (value < newest) overtaken++;
            newest = Math.Max(newest, value);
        }
        Assert.Equal(link.Stats.Reordered, overtaken);
        Assert.InRange(overtaken / 50_000.0, 0.017, 0.023);
    }

    [Fact]
    public void One_that_is_held_back_is_overtaken_by_one_to_three()
    {
        var shifts = new HashSet<int>();
        for (var seed = 0; seed < 50; seed++)
        {
            var link = new ImpairedLink(ImpairmentOptions.None with { Reorder = 1 }, seed);
            link.Send(new Instant(0), [9], tag: 0);
            link.Options = ImpairmentOptions.None;
            for (byte i = 0; i < 5; i++) link.Send(new Instant(0), [i], tag: 0);

            var bytes = new byte[1];
            var passed = 0;
            while (link.TryReceive(new Instant(0), bytes, out _, out _) && bytes[0] != 9) passed++;
            shifts.Add(passed);
        }
        Assert.Equal([1, 2, 3], shifts.Order());
    }

    [Fact]
    public void What_is_held_back_and_overtaken_by_nobody_arrives_after_the_longest_hold()
    {
        var link = new ImpairedLink(ImpairmentOptions.None with { Reorder = 1 }, seed: 1);
        link.Send(new Instant(0), [9], tag: 0);

        Assert.Equal(new Instant(0) + ImpairedLink.MaxHold, link.NextArrival);
        Assert.True(link.TryReceive(link.NextArrival, new byte[1], out _, out _));
        Assert.Equal(Instant.Never, link.NextArrival);
    }

    [Fact]
    public void Duplication_has_its_share_and_copies_the_bytes()
    {
        var link = SendAll(ImpairmentOptions.None with { Duplicate = 0.1 }, 20_000);
        var received = Receive(link);

        Assert.InRange(link.Stats.Duplicated, 1_800, 2_200);
        Assert.Equal(20_000 + link.Stats.Duplicated, received.Count);
        Assert.Equal(Enumerable.Range(0, 20_000), received.Distinct());
    }

    [Fact]
    public void The_rate_is_exact()
    {
        // 1,000,003 divides nothing: only a carried remainder ends on the right tick.
        const long Rate = 1_000_003;
        const int Count = 5_000;
        var link = new ImpairedLink(ImpairmentOptions.None with { Rate = Rate, Queue = QueueLimit.Of(TimeSpan.FromHours(1)) }, seed: 1);
        for (var i = 0; i < Count; i++) link.Send(new Instant(0), new byte[1172], tag: 0);

        var last = new Instant(0);
        while (link.NextArrival != Instant.Never)
        {
            last = link.NextArrival;
            Assert.True(link.TryReceive(last, new byte[1172], out _, out _));
        }
        Assert.Equal(1200L * 8 * Count * TimeSpan.TicksPerSecond / Rate, last.Ticks);
    }

    [Fact]
    public void An_overloaded_queue_keeps_its_delay_and_drops_the_rest()
    {
        // 250 bytes on the wire each millisecond are 2 Mbit/s: twice what passes.
        var options = ImpairmentOptions.None with { Rate = 1_000_000, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)) };
        var link = new ImpairedLink(options, seed: 1);
        var bytes = new byte[222];
        long received = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var now = Instant.FromMilliseconds(i);
            link.Send(now, bytes, tag: 0);
            while (link.TryReceive(now, bytes, out _, out _)) received++;
        }
        Assert.InRange(link.Stats.LongestQueueDelay, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(102));
        // 250 bytes on the wire take 2 ms.
        Assert.InRange(received, 4_999, 5_000);
        Assert.InRange(link.Stats.QueueDropped, 4_900, 4_952);
    }

    [Theory]
    [InlineData(QueueUnit.Datagrams, 10, 10)]
    [InlineData(QueueUnit.Bytes, 1_000, 4)]
    public void A_queue_in_bytes_or_datagrams_holds_that_many(QueueUnit unit, long limit, int held)
    {
        var link = new ImpairedLink(ImpairmentOptions.None with { Rate = 1_000_000, Queue = new QueueLimit(unit, limit) }, seed: 1);
        for (var i = 0; i < 100; i++) link.Send(new Instant(0), new byte[222], tag: 0);

        Assert.Equal(held, link.Stats.InFlight);
        Assert.Equal(100 - held, link.Stats.QueueDropped);
    }

    [Fact]
    public void Memory_is_bounded_whatever_comes_in()
    {
        var link = new ImpairedLink(ImpairmentOptions.None with { Delay = TimeSpan.FromSeconds(10) }, seed: 1);
        for (var i = 0; i < ImpairedLink.MaxInFlight + 10; i++) link.Send(new Instant(0), [0], tag: 0);

        Assert.Equal(ImpairedLink.MaxInFlight, link.Stats.InFlight);
        Assert.Equal(DropReason.QueueFull, link.Send(new Instant(0), [0], tag: 0));
        Assert.Equal(DropReason.TooLarge, link.Send(new Instant(0), new byte[Limits.MaxReceivedDatagram + 1], tag: 0));
    }

    [Fact]
    public void Steady_traffic_allocates_nothing()
    {
        var options = new ImpairmentOptions
        {
            Loss = 0.05,
            Burst = 3,
            Delay = TimeSpan.FromMilliseconds(20),
            Jitter = TimeSpan.FromMilliseconds(10),
            Reorder = 0.02,
            Duplicate = 0.02,
            Rate = 20_000_000,
        };
        var link = new ImpairedLink(options, seed: 1);
        var bytes = new byte[1200];
        var tick = 0;
        Pass();
        Assert.Equal(0, Allocations.Fewest(Pass));

        void Pass()
        {
            for (var i = 0; i < 5_000; i++)
            {
                var now = Instant.FromMilliseconds(++tick);
                link.Send(now, bytes, tag: tick);
                while (link.TryReceive(now, bytes, out _, out _))
                {
                    // Only to take it out.
                }
            }
        }
    }

    [Fact]
    public void A_change_holds_for_what_is_sent_after_it()
    {
        var link = new ImpairedLink(Delays(20, 0), seed: 1);
        link.Send(new Instant(0), [1], tag: 0);
        link.Options = link.Options with { Loss = 1 };
        link.Send(new Instant(0), [2], tag: 0);

        var bytes = new byte[1];
        Assert.True(link.TryReceive(link.NextArrival, bytes, out _, out _));
        Assert.Equal(1, bytes[0]);
        Assert.Equal(Instant.Never, link.NextArrival);
    }

    [Fact]
    public void The_same_seed_gives_the_same_misfortune_and_another_seed_another()
    {
        var options = new ImpairmentOptions { Loss = 0.1, Jitter = TimeSpan.FromMilliseconds(10), Reorder = 0.05, Duplicate = 0.05 };

        Assert.Equal(Receive(SendAll(options, 2_000, seed: 7)), Receive(SendAll(options, 2_000, seed: 7)));
        Assert.NotEqual(Receive(SendAll(options, 2_000, seed: 7)), Receive(SendAll(options, 2_000, seed: 8)));
    }

    [Fact]
    public void Every_datagram_is_accounted_for_at_any_time()
    {
        var options =
            from loss in Gen.Choose(0, 60)
            from burst in Gen.Choose(0, 9)
            from delay in Gen.Choose(0, 50)
            from jitter in Gen.Choose(0, 50)
            from reorder in Gen.Choose(0, 100)
            from duplicate in Gen.Choose(0, 100)
            from rate in Gen.Elements(0, 50_000, 1_000_000)
            select Delays(delay, jitter) with
            {
                Loss = loss / 100.0,
                Burst = burst,
                Reorder = reorder / 100.0,
                Duplicate = duplicate / 100.0,
                Rate = rate,
            };

        Prop.ForAll(options.ToArbitrary(), IsAccountedFor).QuickCheckThrowOnFailure();

        static bool IsAccountedFor(ImpairmentOptions options)
        {
            var link = new ImpairedLink(options, seed: 5);
            var bytes = new byte[100];
            for (var i = 0; i < 300; i++)
            {
                link.Send(Instant.FromMilliseconds(i), bytes, tag: 0);
                var due = link.NextArrival <= Instant.FromMilliseconds(i);
                if (link.TryReceive(Instant.FromMilliseconds(i), bytes, out _, out _) != due) return false;
                var s = link.Stats;
                if (s.Sent + s.Duplicated != s.Lost + s.QueueDropped + s.TooLarge + s.Delivered + s.InFlight) return false;
            }
            return true;
        }
    }

    private static ImpairmentOptions Delays(int delayMs, int jitterMs) => ImpairmentOptions.None with
    {
        Delay = TimeSpan.FromMilliseconds(delayMs),
        Jitter = TimeSpan.FromMilliseconds(jitterMs),
    };

    /// <summary>Sends numbered datagrams, one a millisecond, and takes out what arrives meanwhile.</summary>
    private static Run SendAll(ImpairmentOptions options, int count, int seed = 1)
    {
        var link = new ImpairedLink(options, seed);
        var bytes = new byte[4];
        var arrived = new List<int>();
        for (var i = 0; i < count; i++)
        {
            var now = new Instant(0) + (i * Spacing);
            while (link.TryReceive(now, bytes, out _, out _)) arrived.Add(BinaryPrimitives.ReadInt32BigEndian(bytes));
            BinaryPrimitives.WriteInt32BigEndian(bytes, i);
            link.Send(now, bytes, tag: i);
        }
        return new Run(link, arrived);
    }

    /// <summary>The numbers in the order of their arrival, when everything has arrived.</summary>
    private static List<int> Receive(Run run)
    {
        var bytes = new byte[4];
        var (link, arrived) = run;
        while (link.NextArrival != Instant.Never)
        {
            Assert.True(link.TryReceive(link.NextArrival, bytes, out _, out _));
            arrived.Add(BinaryPrimitives.ReadInt32BigEndian(bytes));
        }
        return arrived;
    }

    private sealed record Run(ImpairedLink Link, List<int> Arrived)
    {
        public ImpairmentStats Stats => Link.Stats;
    }
}
