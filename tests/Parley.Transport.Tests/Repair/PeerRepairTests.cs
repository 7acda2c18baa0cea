using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;
using Parley.Transport.Pacing;
using Parley.Transport.Protection;

namespace Parley.Transport.Tests.Repair;

public sealed class PeerRepairTests
{
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(1) / 15;
    private static readonly ImpairmentOptions TenMilliseconds = new() { Delay = TimeSpan.FromMilliseconds(10) };

    [Theory]
    [InlineData(0.05, 0, 0.995)]
    [InlineData(0.20, 0, 0.97)]
    [InlineData(0.05, 5, 0.97)]
    public void Lost_packets_arrive_in_time_though_requests_and_answers_are_lost_too(double loss, double burst, double atLeast)
    {
        var link = TenMilliseconds with { Loss = loss, Burst = burst };
        using var peers = new LinkedPeers(link, link, seed: 7);
        var sentAt = new Dictionary<SequenceNumber, Instant>();
        var inTime = 0;
        peers.OnReceived = (now, header) => inTime += now - sentAt[header.Sequence] <= TimeSpan.FromMilliseconds(120) ? 1 : 0;
        var sent = 0;
        peers.Run(TimeSpan.FromSeconds(2));
        for (var frame = 0; frame < 4_500; frame++)
        {
            // Frames of 8 packets or so, every 15th of 24.
            var packets = frame % 15 == 0 ? 24 : 6 + (frame % 5);
            for (var i = 0; i < packets; i++) sentAt[peers.NextVideo + i] = peers.Now;
            Assert.True(peers.SendFrame(packets));
            sent += packets;
            peers.Run(FrameInterval);
        }
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.InRange((double)inTime / sent, atLeast, 1);
        Assert.InRange(peers.B.Stats.RecoveredPackets, 0.7 * loss * sent, 1.3 * loss * sent);
        Assert.True(peers.A.Stats.RetransmittedPackets <= sent * loss * 2.5, $"{peers.A.Stats.RetransmittedPackets} of {sent}");
    }

    [Fact]
    public void Reordering_costs_few_needless_repetitions()
    {
        using var peers = new LinkedPeers(TenMilliseconds with { Reorder = 0.02, Jitter = TimeSpan.FromMilliseconds(5) }, TenMilliseconds, seed: 3);
        var received = 0;
        peers.OnReceived = (_, _) => received++;
        for (var frame = 0; frame < 600; frame++)
        {
            peers.SendFrame(10);
            peers.Run(FrameInterval);
        }
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(6000, received);
        Assert.InRange(peers.A.Stats.RetransmittedPackets, 0, 80);
        Assert.InRange(peers.B.Stats.LossReceived, 0, 0.01);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.10)]
    [InlineData(0.20)]
    public void The_loss_that_both_sides_tell_is_that_of_the_network_before_repair(double loss)
    {
        using var peers = new LinkedPeers(TenMilliseconds with { Loss = loss }, TenMilliseconds, seed: 11);
        var (told, received) = (new List<double>(), new List<double>());
        for (var frame = 0; frame < 4_500; frame++)
        {
            peers.SendFrame(20);
            peers.Run(FrameInterval);
            if (frame < 100 || frame % 15 != 0) continue;
            told.Add(peers.A.Stats.LossSent);
            received.Add(peers.B.Stats.LossReceived);
        }
        Assert.InRange(told.Average(), loss - 0.01, loss + 0.01);
        Assert.InRange(received.Average(), loss - 0.01, loss + 0.01);
        var never = peers.B.Stats.PacketsLost;
        Assert.InRange(never, 0, 900 * 20 * loss * loss * 1.5);
    }

    [Fact]
    public void The_loss_told_stays_that_of_the_network_while_a_longer_round_trip_is_being_learned()
    {
        using var peers = new LinkedPeers(ImpairmentOptions.None, ImpairmentOptions.None, seed: 11);
        var (told, received) = (new List<double>(), new List<double>());
        for (var second = 0; second < 30; second++)
        {
            // Nothing was lost and the way was short; then both change at once.
            if (second == 5) peers.There.Options = peers.Back.Options = new() { Delay = TimeSpan.FromMilliseconds(25), Loss = 0.06 };
            for (var frame = 0; frame < 15; frame++)
            {
                peers.SendFrame(20);
                peers.Run(FrameInterval);
            }
            if (second < 11) continue;
            told.Add(peers.A.Stats.LossSent);
            received.Add(peers.B.Stats.LossReceived);
        }
        // Five seconds are 1500 packets: 6 % of them, give or take 0.6.
        Assert.InRange(told.Min(), 0.04, 0.06);
        Assert.InRange(told.Max(), 0.06, 0.08);
        Assert.InRange(received.Min(), 0.04, 0.06);
        Assert.InRange(received.Max(), 0.06, 0.08);
    }

    [Fact]
    public void A_sender_that_was_held_up_in_the_middle_of_a_frame_has_lost_nothing()
    {
        using var peers = new LinkedPeers(TenMilliseconds, TenMilliseconds);
        var header = new byte[Limits.RtpHeader];
        peers.Run(TimeSpan.FromSeconds(2));
        for (var i = 0; i < 2_000; i++)
        {
            var inFrame = i % 20;
            RtpHeader.Write(header, PayloadType.Jpeg, inFrame == 19, new SequenceNumber((ushort)i), new RtpTimestamp((uint)(i / 20)), LinkedPeers.Video, []);
            peers.Send(header, new byte[500]);
            // As a busy machine does it, or a pacer that knows no more than a little rate yet.
            if (inFrame == 3) peers.Run(TimeSpan.FromMilliseconds(40));
            if (inFrame == 19) peers.Run(FrameInterval);
        }
        peers.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(0, peers.A.Stats.LossSent);
        Assert.Equal(0, peers.B.Stats.LossReceived);
        Assert.Equal(0, peers.B.Stats.RecoveredPackets);
        Assert.True(peers.A.Stats.UnansweredNacks > 0);
    }

    [Fact]
    public void Repair_does_not_spoil_jitter()
    {
        using var peers = new LinkedPeers(TenMilliseconds with { Loss = 0.05 }, TenMilliseconds, seed: 5);
        for (var frame = 0; frame < 300; frame++)
        {
            peers.SendFrame(3);
            peers.Run(FrameInterval);
        }
        Assert.InRange(peers.B.Stats.JitterReceived.TotalMilliseconds, 0, 0.5);
        Assert.True(peers.B.Stats.RecoveredPackets > 20);
    }

    [Fact]
    public void What_a_relay_never_got_is_asked_for_in_vain_and_is_no_loss_of_this_path()
    {
        using var peers = new LinkedPeers(TenMilliseconds, TenMilliseconds);
        var header = new byte[Limits.RtpHeader];
        for (var i = 0; i < 1000; i++)
        {
            // Every tenth number is never sent.
            if (i % 10 != 5) Forward(i);
            peers.Run(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(peers.A.Stats.UnansweredNacks, 99, 700);
        Assert.Equal(0, peers.A.Stats.RetransmittedPackets);
        Assert.Equal(0, peers.B.Stats.LossReceived);
        Assert.Equal(0, peers.A.Stats.LossSent);

        // A late one fills its gap, for the first time.
        var numbers = new List<int>();
        peers.OnReceived = (_, packet) => numbers.Add(packet.Sequence.Value);
        Forward(995);
        peers.Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal([995], numbers);

        void Forward(int sequence)
        {
            RtpHeader.Write(header, PayloadType.Jpeg, true, new SequenceNumber((ushort)sequence), default, LinkedPeers.Video, []);
            peers.Send(header, new byte[500]);
        }
    }

    [Fact]
    public void An_abandoned_frame_is_not_asked_for()
    {
        using var peers = new LinkedPeers(TenMilliseconds, TenMilliseconds);
        peers.Run(TimeSpan.FromMilliseconds(100));
        peers.SendFrame(1);
        peers.There.Options = new ImpairmentOptions { Loss = 1 };
        peers.SendFrame(5);
        peers.There.Options = TenMilliseconds;
        peers.SendFrame(1);
        peers.OnReceived = (_, header) => peers.B.AbandonBefore(header.Ssrc, header.Sequence);
        peers.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, peers.A.Stats.RetransmittedPackets);
        Assert.Equal(0, peers.B.Stats.NackedPackets);
    }

    [Fact]
    public void A_flood_of_requests_makes_no_more_traffic_than_the_pacer_allows_and_each_packet_three_times_at_most()
    {
        const long rate = 1_000_000;
        var key = MasterKey.Create(new SeededRandom(9));
        using var attacker = new SrtpSender(key);
        using var peer = new Peer(new PeerOptions
        {
            LocalSsrc = new Ssrc(0xa0),
            RemoteSsrc = new Ssrc(0xb0),
            SendKey = MasterKey.Create(new SeededRandom(8)),
            ReceiveKey = key,
            InitialAddress = Parley.Protocol.Addressing.TransportAddress.FromIPv4(0x0a000002, 5001),
            Congestion = CongestionOptions.Fixed(rate),
        });
        peer.RegisterSent(LinkedPeers.Video, 90_000, StreamKind.Video);
        var queue = new DatagramQueue(1 << 20, 1024);
        var header = new byte[Limits.RtpHeader];
        var start = Instant.FromMilliseconds(1000);
        var now = start;
        long bytes = 0;
        for (var i = 0; i < 200; i++)
        {
            RtpHeader.Write(header, PayloadType.Jpeg, true, new SequenceNumber((ushort)i), default, LinkedPeers.Video, []);
            peer.SendTo(now, queue, header, new byte[1000]);
        }
        for (var i = 0; i < 1000; i++)
        {
            now += TimeSpan.FromMilliseconds(1);
            // 250 entries of 17: numbers that were sent, and mostly numbers that never were.
            var datagram = new byte[Limits.MaxReceivedDatagram];
            var entries = Enumerable.Range(0, 250).Select(n => new NackEntry(new SequenceNumber((ushort)(n * 17)), 0xFFFF)).ToArray();
            var length = attacker.ProtectRtcp(datagram, new GenericNack(new Ssrc(0xb0), LinkedPeers.Video, 0).Write(datagram, entries));
            Assert.Equal(DropReason.None, peer.Receive(now, default, datagram.AsSpan(0, length), out _));
            peer.HandleTimeout(now, queue);
            foreach (var run in queue.Runs) bytes += run.Length + (run.Count * Pacer.HeaderBytes);
            queue.Clear();
            Assert.True(bytes <= 2500 + (rate * 3 / 2 / 8 * (now - start).TotalSeconds), $"{bytes} bytes after {now - start}");
        }
        Assert.InRange(peer.Stats.RetransmittedPackets, 1, 600);
        Assert.True(peer.Stats.UnansweredNacks > 100_000);
        Assert.False(peer.TryTakeFeedback(out _));
    }

    [Fact]
    public void Pacing_and_repair_allocate_nothing_in_steady_state()
    {
        var link = TenMilliseconds with { Loss = 0.05 };
        using var peers = new LinkedPeers(link, link, seed: 2, options: PeerOptions.Default with { Congestion = CongestionOptions.Fixed(3_000_000) });
        for (var i = 0; i < 10; i++) Run();
        Assert.Equal(0, Allocations.Fewest(Run));
        Assert.True(peers.A.Stats.RetransmittedPackets > 100);

        void Run()
        {
            for (var frame = 0; frame < 60; frame++)
            {
                peers.SendFrame(15);
                peers.SendAudio();
                peers.Run(FrameInterval);
                _ = peers.A.Stats;
            }
        }
    }
}
