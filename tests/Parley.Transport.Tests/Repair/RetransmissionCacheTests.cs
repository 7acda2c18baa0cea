using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Pacing;
using Parley.Transport.Repair;

namespace Parley.Transport.Tests.Repair;

public sealed class RetransmissionCacheTests
{
    private static readonly Ssrc Stream = new(7);
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(20);

    private readonly PacketRing _ring = new();
    private readonly RetransmissionCache _cache;
    private Instant _now = Instant.FromMilliseconds(1000);

    public RetransmissionCacheTests() => _cache = new RetransmissionCache(_ring);

    [Fact]
    public void A_lost_packet_is_sent_again_byte_for_byte()
    {
        Send(0, 10);
        Assert.Equal(DropReason.None, Ask(4));
        Assert.True(_cache.TryPeek(out var number));
        Assert.Equal([4, 0, 7], _ring.Bytes(number).ToArray());
        Assert.Equal(3 + Pacer.HeaderBytes, _cache.WaitingBytes);
        _cache.OnReleased(_now);
        Assert.False(_cache.TryPeek(out _));
        Assert.Equal((1, 0), (_cache.Retransmitted, _cache.WaitingBytes));
    }

    [Fact]
    public void What_was_just_sent_again_is_not_sent_once_more_within_a_round_trip()
    {
        Send(0, 1);
        Assert.Equal(DropReason.None, AskAndRelease(0));
        _now += RoundTrip - TimeSpan.FromMilliseconds(1);
        Assert.Equal(DropReason.RateLimited, Ask(0));
        _now += TimeSpan.FromMilliseconds(1);
        Assert.Equal(DropReason.None, AskAndRelease(0));
        _now += RoundTrip;
        Assert.Equal(DropReason.None, AskAndRelease(0));
        // Three times are enough.
        _now += RoundTrip;
        Assert.Equal(DropReason.RateLimited, Ask(0));
        Assert.Equal(3, _cache.Retransmitted);
    }

    [Fact]
    public void What_is_still_on_its_way_is_not_sent_again()
    {
        Send(0, 1);
        _now -= RoundTrip * 0.6;
        Assert.Equal(DropReason.RateLimited, Ask(0));
        _now += RoundTrip * 0.1;
        Assert.Equal(DropReason.None, Ask(0));
    }

    [Fact]
    public void A_packet_asked_for_twice_waits_once()
    {
        Send(0, 1);
        Ask(0);
        Ask(0);
        _cache.TryPeek(out _);
        _cache.OnReleased(_now);
        Assert.False(_cache.TryPeek(out _));
    }

    [Fact]
    public void What_was_never_sent_or_still_waits_or_is_too_old_is_counted_and_not_answered()
    {
        Send(0, 2);
        Assert.Equal(DropReason.None, Ask(9));
        Seal(2);
        Assert.Equal(DropReason.None, Ask(2));
        _now += PacketRing.MaxAge + TimeSpan.FromMilliseconds(1);
        Assert.Equal(DropReason.None, Ask(0));
        Assert.Equal(DropReason.None, _cache.OnRequest(_now, new Ssrc(8), new SequenceNumber(1), RoundTrip));
        Assert.False(_cache.TryPeek(out _));
        Assert.Equal(4, _cache.Unanswered);
    }

    [Fact]
    public void No_more_than_a_bounded_number_waits()
    {
        Send(0, 400);
        for (var i = 0; i < 400; i++) Assert.Equal(i < RetransmissionCache.MaxWaiting ? DropReason.None : DropReason.QueueFull, Ask(i));
    }

    [Fact]
    public void What_the_ring_has_let_go_while_it_waited_is_skipped()
    {
        Send(0, 2);
        Ask(0);
        Ask(1);
        _now += PacketRing.MaxAge + TimeSpan.FromMilliseconds(1);
        Send(2, 1);
        Assert.False(_cache.TryPeek(out _));
        Assert.Equal(0, _cache.WaitingBytes);
    }

    [Fact]
    public void The_ring_is_bounded_by_count_and_by_age_and_refuses_only_when_too_much_waits()
    {
        Send(0, 10_000);
        Assert.Equal(PacketRing.MaxPackets, _ring.Count);
        _now += PacketRing.MaxAge + TimeSpan.FromMilliseconds(1);
        Send(10_000, 1);
        Assert.Equal(1, _ring.Count);

        for (var i = 0; i < PacketRing.MaxWaiting; i++) Seal(20_000 + i);
        Assert.True(_ring.Reserve(_now).IsEmpty);
        _ring.OnReleased(_now);
        Assert.False(_ring.Reserve(_now).IsEmpty);
    }

    [Fact]
    public void Everything_held_and_sent_is_found_and_nothing_else() =>
        Prop.ForAll(
            Gen.Choose(0, 3).Two().ListOf(3000).ToArbitrary(),
            steps =>
            {
                var ring = new PacketRing();
                var now = default(Instant);
                var next = new ushort[] { 65_000, 65_500, 10, 30_000 };
                var model = new List<(Ssrc Ssrc, SequenceNumber Sequence, Instant At)>();
                var sealedOnly = new Queue<(Ssrc Ssrc, SequenceNumber Sequence)>();
                foreach (var (stream, action) in steps)
                {
                    now += TimeSpan.FromMilliseconds(action == 3 ? 5 : 0);
                    var (ssrc, sequence) = (new Ssrc((uint)stream * 1000), new SequenceNumber(next[stream]++));
                    if (ring.Reserve(now).IsEmpty) return false;
                    ring.Commit(ssrc, sequence, 100, 80);
                    sealedOnly.Enqueue((ssrc, sequence));
                    if (action == 0) continue;
                    while (sealedOnly.TryDequeue(out var packet))
                    {
                        ring.OnReleased(now);
                        model.Add((packet.Ssrc, packet.Sequence, now));
                    }
                }
                var held = Math.Min(model.Count, ring.Count - ring.WaitingCount);
                for (var i = 0; i < model.Count; i++)
                {
                    var isHeld = i >= model.Count - held;
                    var number = ring.FindSent(model[i].Ssrc, model[i].Sequence);
                    if (isHeld != number > 0) return false;
                    if (isHeld && (ring[number].Ssrc, ring[number].Sequence, ring[number].SentAt) != model[i]) return false;
                    if (!isHeld && model.Count - i <= PacketRing.MaxPackets - PacketRing.MaxWaiting && now - model[i].At < PacketRing.MaxAge) return false;
                }
                return sealedOnly.All(packet => ring.FindSent(packet.Ssrc, packet.Sequence) == 0);
            }).QuickCheckThrowOnFailure();

    private void Send(int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            Seal(i);
            _ring.OnReleased(_now);
        }
        _now += RoundTrip;
    }

    private void Seal(int sequence)
    {
        var room = _ring.Reserve(_now);
        (room[0], room[1], room[2]) = ((byte)sequence, (byte)(sequence >> 8), 7);
        _ring.Commit(Stream, new SequenceNumber((ushort)sequence), 3, 1);
    }

    private DropReason Ask(int sequence) => _cache.OnRequest(_now, Stream, new SequenceNumber((ushort)sequence), RoundTrip);

    private DropReason AskAndRelease(int sequence)
    {
        var reason = Ask(sequence);
        if (_cache.TryPeek(out _)) _cache.OnReleased(_now);
        return reason;
    }
}
