using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;
using Parley.Transport.Pacing;

namespace Parley.Transport.Tests.Pacing;

public sealed class PeerPacingTests
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(1) / 15;

    [Theory]
    [InlineData(300_000, 0.9, 1)]
    [InlineData(300_000, 0.6, 3)]
    [InlineData(600_000, 0.8, 2)]
    [InlineData(600_000, 0.6, 3)]
    [InlineData(1_500_000, 0.9, 1)]
    [InlineData(1_500_000, 0.8, 2)]
    [InlineData(5_000_000, 0.8, 2)]
    [InlineData(5_000_000, 0.6, 3)]
    [InlineData(20_000_000, 0.8, 2)]
    public void The_burst_of_a_frame_never_overflows_a_queue_that_the_average_fits(long rate, double load, int largest)
    {
        // Every 30th frame is larger than the others: alone it is more than the queue takes.
        var link = new ImpairmentOptions { Rate = rate, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)), Delay = TimeSpan.FromMilliseconds(10) };
        using var peers = new LinkedPeers(link, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(rate) });
        var average = load * rate / 8 / 15 * 30 / (29 + largest);
        var received = 0;
        peers.OnReceived = (_, _) => received++;
        var sent = 0;
        double credit = 0;
        for (var frame = 0; frame < 450; frame++)
        {
            credit += frame % 30 == 15 ? largest * average : average;
            var packets = (int)(credit / 1000);
            credit -= packets * 1000;
            Assert.True(peers.SendFrame(packets, 1000 - 28 - 16 - 12));
            sent += packets;
            peers.Run(FrameInterval);
        }
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, peers.There.Stats.QueueDropped);
        Assert.Equal(sent, received);
        Assert.InRange(peers.There.Stats.LongestQueueDelay.TotalMilliseconds, 0, 125);
    }

    [Fact]
    public void Without_a_pacer_the_same_burst_overflows_the_queue()
    {
        var link = new ImpairmentOptions { Rate = 1_500_000, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)) };
        using var peers = new LinkedPeers(link, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000_000) });
        peers.SendFrame(30, 960);
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.True(peers.There.Stats.QueueDropped > 5);
    }

    [Fact]
    public void Sound_never_waits_behind_pictures()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        peers.SendFrame(100);
        var audio = 0;
        peers.OnReceived = (_, header) => audio += header.Ssrc == LinkedPeers.Audio ? 1 : 0;
        for (var i = 1; i <= 20; i++)
        {
            peers.SendAudio();
            peers.Run(TimeSpan.FromMilliseconds(10));
            Assert.Equal(i, audio);
        }
        Assert.True(peers.A.PacedDelay > TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void Sound_is_paid_for_by_pictures()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        long bytes = 0;
        peers.OnSent = (_, length) => bytes += length + Pacer.HeaderBytes;
        for (var i = 0; i < 300; i++)
        {
            if (i % 10 == 0) peers.SendFrame(30);
            peers.SendAudio();
            peers.Run(TimeSpan.FromMilliseconds(10));
        }
        // Three times as much as may be sent waits: it leaves hardly faster than it may.
        Assert.InRange(bytes * 8 / 3.0, 1_085_000, 1_130_000);
    }

    [Fact]
    public void What_waits_is_told_as_time_and_runs_out()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        peers.Run(TimeSpan.FromMilliseconds(50));
        Assert.Equal(TimeSpan.Zero, peers.A.PacedDelay);
        peers.SendFrame(61);
        // 61 packets of 1216 bytes and headers at 1.1 Mbit/s are 540 ms; the burst of 10 ms has left.
        Assert.InRange(peers.A.PacedDelay.TotalMilliseconds, 515, 535);
        Assert.Equal(peers.A.PacedDelay, peers.A.Stats.PacedDelay);
        Assert.Equal(TimeoutReason.Pacing, peers.A.NextTimeoutReason);
        peers.Run(TimeSpan.FromMilliseconds(200));
        Assert.InRange(peers.A.PacedDelay.TotalMilliseconds, 315, 335);
        peers.Run(TimeSpan.FromMilliseconds(340));
        Assert.Equal(TimeSpan.Zero, peers.A.PacedDelay);
        Assert.Equal(TimeoutReason.Report, peers.A.NextTimeoutReason);
    }

    [Fact]
    public void Eight_pictures_at_once_do_not_overflow_the_queue_of_the_path_either()
    {
        // A key frame of half a second, paced at half as much again as the path bears, would leave 170 ms in front of it.
        var link = new ImpairmentOptions { Rate = 1_000_000, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(100)) };
        using var peers = new LinkedPeers(link, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        peers.SendFrame(52, 1150);
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, peers.There.Stats.QueueDropped);
        Assert.InRange(peers.There.Stats.LongestQueueDelay.TotalMilliseconds, 10, 90);
    }

    [Fact]
    public void What_is_thrown_away_is_counted_and_not_sent_again_either()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        var received = 0;
        peers.OnReceived = (_, _) => received++;
        peers.SendFrame(200);
        peers.Run(TimeSpan.FromMilliseconds(100));
        var before = received;
        peers.A.DropWaiting(peers.Now);
        Assert.Equal(TimeSpan.Zero, peers.A.PacedDelay);
        Assert.Equal(200 - before, peers.A.DropCount(DropReason.Late));
        Assert.True(peers.SendFrame(10));
        peers.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(before + 10, received);
    }

    [Fact]
    public void Too_much_that_waits_is_refused_and_its_number_is_free()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(1_000_000) });
        Assert.True(peers.SendFrame(1000));
        Assert.False(peers.SendFrame(100));
        Assert.Equal(1, peers.A.DropCount(DropReason.QueueFull));
        var numbers = new List<SequenceNumber>();
        peers.OnReceived = (_, header) => numbers.Add(header.Sequence);
        peers.Run(TimeSpan.FromSeconds(10));
        Assert.True(peers.SendFrame(5));
        peers.Run(TimeSpan.FromSeconds(1));
        for (var i = 1; i < numbers.Count; i++) Assert.Equal(numbers[i - 1].Next, numbers[i]);
        Assert.InRange(numbers.Count, 1024 + 5, 1024 + 15);
        Assert.Equal(peers.NextVideo, numbers[^1].Next);
    }

    [Fact]
    public void A_fast_peer_releases_runs_and_not_single_packets()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(100_000_000) });
        var times = new List<Instant>();
        peers.OnSent = (now, length) =>
        {
            if (length > 1000) times.Add(now);
        };
        peers.SendFrame(900);
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(900, times.Count);
        // 2 ms of 150 Mbit/s are 30 packets.
        Assert.InRange(times.Distinct().Count(), 25, 32);
    }

    [Fact]
    public void A_full_queue_of_the_driver_delays_pictures_and_loses_none()
    {
        var queue = new DatagramQueue(3000, 4);
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None);
        peers.Run(TimeSpan.FromMilliseconds(50));
        var header = new byte[Limits.RtpHeader];
        var sent = 0;
        for (var i = 0; i < 5; i++)
        {
            RtpHeader.Write(header, PayloadType.Jpeg, false, new SequenceNumber((ushort)i), default, LinkedPeers.Video, []);
            Assert.Equal(DropReason.None, peers.A.SendTo(peers.Now, queue, header, new byte[1000]));
        }
        for (var now = peers.Now; sent < 5; now += TimeSpan.FromMilliseconds(2))
        {
            sent += queue.Runs.ToArray().Sum(run => run.Count);
            queue.Clear();
            Assert.True(now - peers.Now < TimeSpan.FromMilliseconds(20));
            if (peers.A.NextTimeoutReason == TimeoutReason.Pacing) peers.A.HandleTimeout(now + TimeSpan.FromMilliseconds(2), queue);
        }
        Assert.Equal(5, sent);
    }
}
