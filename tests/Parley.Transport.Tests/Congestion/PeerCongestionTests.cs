using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;

namespace Parley.Transport.Tests.Congestion;

/// <summary>The same as <see cref="EstimateTests"/> through whole peers: sealed, paced, repaired, with RTCP on the way back.</summary>
public sealed class PeerCongestionTests : IDisposable
{
    private static readonly TimeSpan SoundTime = TimeSpan.FromMilliseconds(10);
    private readonly SeededRandom _random = SeededRandom.For(5, nameof(PeerCongestionTests));
    private readonly List<double> _queues = [];
    private LinkedPeers _peers = new(ImpairmentOptions.None, ImpairmentOptions.None);

    public void Dispose() => _peers.Dispose();

    [Theory]
    [InlineData("rate=100mbit,delay=2ms")]
    [InlineData("rate=100mbit,delay=50ms")]
    public void Eight_megabits_are_allowed_within_a_second_and_a_half(string link)
    {
        Link(link, wanted: 8_000_000);
        Call(1.5);
        Assert.True(_peers.A.TargetRate >= 8_000_000, $"{_peers.A.TargetRate}");
        Assert.Equal(_peers.A.TargetRate, _peers.A.Stats.TargetRate);
        Assert.InRange(_peers.A.PacingRate, (_peers.A.TargetRate * 3 / 2) - 1, _peers.A.TargetRate * 3 / 2);
    }

    [Fact]
    public void A_step_from_5_megabits_to_500_kilobits_and_back_is_followed()
    {
        Link("rate=5mbit,delay=10ms,queue=100ms", wanted: 8_000_000);
        Call(10);
        Assert.InRange(_peers.A.TargetRate, 3_500_000, 5_300_000);

        _peers.There.Options = _peers.There.Options with { Rate = 500_000 };
        Call(3);
        Assert.InRange(_peers.A.TargetRate, 300_000, 500_000);
        _queues.Clear();
        Call(10);
        Assert.InRange(_peers.A.TargetRate, 300_000, 525_000);
        Assert.True(_queues.Max() < 150, $"{_queues.Max()} ms");
        Assert.InRange(_peers.A.Stats.QueueDelay.TotalMilliseconds, 0, 100);

        _peers.There.Options = _peers.There.Options with { Rate = 5_000_000 };
        Call(10);
        Assert.True(_peers.A.TargetRate >= 4_000_000, $"{_peers.A.TargetRate}");
    }

    [Theory]
    [InlineData("rate=10mbit,delay=10ms,loss=5%")]
    [InlineData("rate=10mbit,delay=30ms,jitter=30ms")]
    public void Loss_and_jitter_by_chance_keep_half_of_the_link_at_least(string link)
    {
        Link(link, wanted: 16_000_000);
        Call(15);
        for (var second = 0; second < 30; second++)
        {
            Call(1);
            Assert.True(_peers.A.TargetRate >= 5_000_000, $"{_peers.A.TargetRate} after {second} s");
        }
    }

    [Fact]
    public void Padding_is_counted_by_feedback_and_reaches_nobody()
    {
        Link("rate=100mbit,delay=10ms", wanted: 8_000_000);
        var media = 0;
        var largest = 0;
        _peers.OnReceived = (_, header) =>
        {
            Assert.True(header.Ssrc == LinkedPeers.Video || header.Ssrc == LinkedPeers.Audio);
            media++;
        };
        _peers.OnSent = (_, length) => largest = Math.Max(largest, length);
        Call(3);
        // Reports are once a second, so the rest is padding.
        Assert.InRange(_peers.B.Stats.PacketsReceived - media, 10, 60);
        Assert.True(largest <= Limits.MaxDatagram);
        foreach (var reason in Enum.GetValues<DropReason>()) Assert.Equal(0, _peers.A.DropCount(reason) + _peers.B.DropCount(reason));
        Assert.Equal(0, _peers.B.Stats.PacketsLost);
    }

    [Fact]
    public void What_is_offered_is_what_is_wanted_as_long_as_nobody_says()
    {
        Link("rate=100mbit,delay=10ms", wanted: 0);
        for (var frame = 0; frame < 60; frame++)
        {
            _peers.SendFrame(25);
            _peers.Run(TimeSpan.FromSeconds(1.0 / 30));
        }
        // 25 packets 30 times a second are 7.3 Mbit/s.
        Assert.InRange(_peers.A.TargetRate, 7_000_000, 13_000_000);
        Assert.Equal(TimeSpan.Zero, _peers.A.PacedDelay);
    }

    [Fact]
    public void Who_neither_sends_nor_receives_media_sends_reports_only()
    {
        Link("rate=5mbit,delay=10ms", wanted: 8_000_000);
        Call(3);
        _peers.Run(TimeSpan.FromSeconds(2));
        var before = (_peers.A.Stats.PacketsSent, _peers.B.Stats.PacketsSent);
        _peers.Run(TimeSpan.FromSeconds(20));
        Assert.Equal((before.Item1 + 20, before.Item2 + 20), (_peers.A.Stats.PacketsSent, _peers.B.Stats.PacketsSent));
        Assert.Equal(TimeoutReason.Report, _peers.B.NextTimeoutReason);
    }

    [Fact]
    public void Feedback_and_probes_allocate_nothing_in_steady_state()
    {
        Link("rate=3mbit,delay=10ms,loss=2%", wanted: 8_000_000);
        Call(30);
        var before = _peers.B.Stats.PacketsReceived;
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            // Long enough for a probe.
            for (var i = 0; i < 600; i++)
            {
                _peers.SendAudio();
                if (i % 3 == 0) _peers.SendFrame(7);
                _peers.Run(SoundTime);
            }
        }));
        Assert.True(_peers.B.Stats.PacketsReceived - before > 1500);
        Assert.InRange(_peers.A.TargetRate, 1_500_000, 3_500_000);
    }

    private void Link(string text, long wanted)
    {
        Assert.True(ImpairmentOptions.TryParse(text, out var there, out var error), error);
        _peers.Dispose();
        _peers = new LinkedPeers(there, ImpairmentOptions.None with { Delay = there.Delay, Loss = there.Loss / 5 }, options: PeerOptions.Default);
        _peers.A.WantedRate = wanted;
        _peers.OnReceived = (now, header) =>
        {
            if (header.Ssrc == LinkedPeers.Audio) _queues.Add((now - SentAt(header)).TotalMilliseconds - _peers.There.Options.Delay.TotalMilliseconds);
        };
    }

    /// <summary>Sound leaves at once, so that its timestamp says when.</summary>
    private static Instant SentAt(in RtpHeader header) => new((long)header.Timestamp.Value * 10_000 / 48);

    /// <summary>Pictures follow the target thirty times a second, but not while more than 100 ms of them wait; sound is a packet each 10 ms.</summary>
    private void Call(double seconds)
    {
        double room = 0;
        for (var i = 0; i < seconds * 100; i++)
        {
            _peers.SendAudio();
            if (i % 3 == 0)
            {
                room += Math.Max(0, _peers.A.TargetRate - 300_000) * 0.03 / 8 * (0.7 + (0.6 * _random.NextDouble()));
                var packets = (int)(room / 1228);
                room -= packets * 1228;
                if (_peers.A.PacedDelay < TimeSpan.FromMilliseconds(100)) _peers.SendFrame(packets);
            }
            _peers.Run(SoundTime);
        }
    }
}
