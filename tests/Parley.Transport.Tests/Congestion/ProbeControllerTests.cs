using Parley.Protocol.Time;
using Parley.Transport.Congestion;

namespace Parley.Transport.Tests.Congestion;

public sealed class ProbeControllerTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(20);
    private readonly ProbeController _probe = new();
    private readonly List<PacketResult> _sent = [];
    private Instant _now = Instant.FromMilliseconds(10_000);

    [Theory]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    [InlineData(8_000_000)]
    [InlineData(30_000_000)]
    public void A_cluster_has_the_rate_asked_for_and_is_small(long rate)
    {
        var start = _now;
        SendCluster(rate);
        var bytes = _sent.Sum(packet => packet.Bytes);
        var span = (_sent[^1].SentAt - start).TotalSeconds;
        Assert.InRange(8 * (bytes - _sent[^1].Bytes) / span, 0.95 * rate, 1.05 * rate);
        Assert.InRange(span, 0.015, 0.05);
        Assert.True(bytes <= ProbeController.MaxBytes + 1200);
        Assert.True(_sent.Count >= 6);
    }

    [Fact]
    public void Media_sent_meanwhile_takes_the_place_of_padding()
    {
        _probe.Begin(_now, 4_000_000, noise: 0);
        for (var i = 0; i < 5; i++) _probe.OnSent(1200);
        Assert.Equal(0, _probe.TakePadding(_now, RoundTrip));
        Assert.Equal(_now + TimeSpan.FromMilliseconds(12), _probe.NextTimeout);
    }

    [Fact]
    public void Media_faster_than_the_probe_ends_it()
    {
        _probe.Begin(_now, 1_000_000, noise: 0);
        for (var i = 0; i < 6; i++) _probe.OnSent(1200);
        Assert.Equal(0, _probe.TakePadding(Instant.Max(_now, _probe.NextTimeout), RoundTrip));
        Assert.True(_probe.IsWaiting);
    }

    [Fact]
    public void What_arrives_as_fast_as_it_was_sent_has_passed()
    {
        SendCluster(4_000_000);
        Arrive(packet => packet.SentAt);
        Assert.True(_probe.TryFinish(_now, out var rate, out var isLimit));
        Assert.False(isLimit);
        Assert.InRange(rate, 3_800_000, 4_400_000);
    }

    [Fact]
    public void What_arrives_slower_tells_the_limit()
    {
        SendCluster(8_000_000);
        var at = _now;
        Arrive(packet => at += TimeSpan.FromSeconds(packet.Bytes * 8 / 3_000_000.0));
        Assert.True(_probe.TryFinish(_now, out var rate, out var isLimit));
        Assert.True(isLimit);
        Assert.InRange(rate, 2_900_000, 3_100_000);
        Assert.Equal(_now + ProbeController.Interval, _probe.NotBefore);
    }

    [Fact]
    public void The_first_packet_may_be_lost_and_a_tenth_of_the_others()
    {
        SendCluster(8_000_000);
        var count = 0;
        Arrive(packet => count++ % 10 == 0 ? null : packet.SentAt);
        Assert.True(_probe.TryFinish(_now, out var rate, out var isLimit));
        Assert.False(isLimit);
        Assert.InRange(rate, 6_800_000, 8_200_000);
    }

    [Fact]
    public void Without_an_answer_there_is_another_try_a_second_later()
    {
        SendCluster(8_000_000);
        Assert.False(_probe.TryFinish(_now, out _, out _));
        _now = _probe.NextTimeout;
        Assert.False(_probe.TryFinish(_now, out _, out _));
        Assert.False(_probe.IsWaiting);
        Assert.Equal(Instant.Never, _probe.NextTimeout);
        Assert.Equal(_now + ProbeController.RetryInterval, _probe.NotBefore);
    }

    [Fact]
    public void Packets_of_an_earlier_cluster_do_not_count()
    {
        SendCluster(8_000_000);
        var old = _sent.ToList();
        _now = _probe.NextTimeout;
        _probe.TryFinish(_now, out _, out _);
        _sent.Clear();
        SendCluster(8_000_000);
        foreach (var packet in old) _probe.OnSettled(packet with { ArrivedAt = packet.SentAt });
        Assert.False(_probe.TryFinish(_now, out _, out _));
    }

    private void SendCluster(long rate)
    {
        _probe.Begin(_now, rate, noise: 0);
        while (_probe.IsSending)
        {
            _now = Instant.Max(_now, _probe.NextTimeout);
            var bytes = _probe.TakePadding(_now, RoundTrip);
            if (bytes == 0) continue;
            _sent.Add(new PacketResult(_now, null, bytes, false, _probe.Cluster));
            _probe.OnSent(bytes);
        }
    }

    private void Arrive(Func<PacketResult, Instant?> arrival)
    {
        foreach (var packet in _sent)
        {
            var at = arrival(packet);
            _probe.OnSettled(packet with { ArrivedAt = at, IsLost = at is null });
        }
    }
}
