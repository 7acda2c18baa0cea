using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;

namespace Parley.Transport.Tests.Congestion;

public sealed class SentLogTests
{
    private static readonly Ssrc Voice = new(1);
    private static readonly Ssrc Picture = new(2);
    private readonly SentLog _sent = new();
    private readonly ArrivalLog _arrivals = new();

    [Fact]
    public void Arrivals_are_matched_with_what_was_sent()
    {
        Send(0, Voice, 65_535, 100);
        Send(3, Picture, 5, 1200, cluster: 4);
        _arrivals.OnPacket(At(20), Voice, 65_535);
        _arrivals.OnPacket(At(25), Picture, 5);
        var results = _sent.Settle(At(80), _arrivals, At(60));
        Assert.Equal([(At(0), 100, false, 0), (At(3), 1200, false, 4)], results.Select(result => (result.SentAt, result.Bytes, result.IsLost, result.Cluster)));
        Assert.InRange((results[1].ArrivedAt!.Value - results[0].ArrivedAt!.Value).TotalMilliseconds, 4, 6);
    }

    [Fact]
    public void The_round_trip_leaves_out_what_the_receiver_kept()
    {
        Send(0, Voice, 1);
        _arrivals.OnPacket(At(20), Voice, 1);
        _sent.Settle(At(100), _arrivals, At(60));
        Assert.InRange(_sent.RoundTrip!.Value.TotalMilliseconds, 59, 62);
    }

    [Fact]
    public void A_packet_is_lost_when_one_sent_60_ms_later_has_come()
    {
        Send(0, Voice, 1);
        Send(1, Voice, 2);
        Send(30, Voice, 3);
        _arrivals.OnPacket(At(10), Voice, 1);
        _arrivals.OnPacket(At(40), Voice, 3);
        Assert.DoesNotContain(_sent.Settle(At(60), _arrivals, At(50)), result => result.IsLost);
        Send(80, Voice, 4);
        _arrivals.OnPacket(At(90), Voice, 4);
        var lost = Assert.Single(_sent.Settle(At(110), _arrivals, At(100)), result => result.IsLost);
        Assert.Equal(At(1), lost.SentAt);
        Assert.Null(lost.ArrivedAt);
    }

    [Fact]
    public void A_packet_that_was_overtaken_is_not_lost()
    {
        for (var sequence = 1; sequence <= 3; sequence++) Send(sequence, Voice, sequence);
        _arrivals.OnPacket(At(10), Voice, 1);
        _arrivals.OnPacket(At(11), Voice, 3);
        Assert.Equal(2, _sent.Settle(At(60), _arrivals, At(50)).Count);
        _arrivals.OnPacket(At(55), Voice, 2);
        Assert.False(Assert.Single(_sent.Settle(At(110), _arrivals, At(100))).IsLost);
    }

    [Fact]
    public void A_retransmission_makes_the_first_one_lost_and_has_no_delay()
    {
        Send(0, Picture, 1);
        Send(1, Picture, 2);
        Send(70, Picture, 1);
        Send(75, Picture, 3);
        _arrivals.OnPacket(At(80), Picture, 1);
        _arrivals.OnPacket(At(10), Picture, 2);
        _arrivals.OnPacket(At(85), Picture, 3);
        var results = _sent.Settle(At(100), _arrivals, At(90));
        Assert.Equal([(At(0), true), (At(1), false), (At(70), false), (At(75), false)], results.Select(result => (result.SentAt, result.IsLost)));
        Assert.Null(results[2].ArrivedAt);
    }

    [Fact]
    public void What_no_feedback_mentions_is_neither_arrived_nor_lost()
    {
        Send(0, Voice, 1);
        Send(1, Picture, 1);
        Send(200, Voice, 2);
        _arrivals.OnPacket(At(220), Voice, 1);
        _arrivals.OnPacket(At(220), Voice, 2);
        Assert.Equal([At(0), At(200)], _sent.Settle(At(260), _arrivals, At(250)).Select(result => result.SentAt));
    }

    [Fact]
    public void A_lost_feedback_is_made_up_by_the_next()
    {
        Send(0, Voice, 1);
        Send(50, Voice, 2);
        _arrivals.OnPacket(At(10), Voice, 1);
        _arrivals.Report(At(40));
        _arrivals.OnPacket(At(60), Voice, 2);
        Assert.Equal(2, _sent.Settle(At(110), _arrivals, At(90)).Count);
    }

    [Fact]
    public void Old_packets_give_way_to_new_ones()
    {
        for (var i = 0; i < 3 * SentLog.MaxCapacity; i++) Send(i / 10.0, Voice, i & 0xFFFF);
        const int last = (3 * SentLog.MaxCapacity) - 1;
        _arrivals.OnPacket(At(1000), Voice, last - SentLog.MaxCapacity);
        _arrivals.OnPacket(At(1001), Voice, last);
        // The far one is out of the receiver's range and of ours.
        var results = Enumerable.Range(0, 3).SelectMany(_ => _sent.Settle(At(1100), _arrivals, At(1050))).ToList();
        Assert.Single(results, result => !result.IsLost);
        Assert.True(results.Count <= ArrivalStream.Capacity);
    }

    [Fact]
    public void Feedback_about_what_was_never_sent_changes_nothing()
    {
        Send(0, Voice, 1);
        for (var index = 1000; index < 1500; index++) _arrivals.OnPacket(At(10), Voice, index);
        for (var index = 0; index < 50; index++) _arrivals.OnPacket(At(10), new Ssrc(77), index);
        Assert.Empty(_sent.Settle(At(50), _arrivals, At(20)));
    }

    [Fact]
    public void The_time_of_reports_may_wrap_around()
    {
        // 65536 s after the offset of an hour the report's 32 bits begin anew.
        var start = Instant.FromMilliseconds((65_536 - 3600) * 1000.0) - TimeSpan.FromMilliseconds(100);
        var arrivals = new List<Instant>();
        for (var i = 0; i < 20; i++)
        {
            var now = start + TimeSpan.FromMilliseconds(10 * i);
            _sent.OnSent(now, Voice, new SequenceNumber((ushort)i), 100, 0);
            _arrivals.OnPacket(now, Voice, i);
            arrivals.AddRange(_sent.Settle(now, _arrivals, now).Select(result => result.ArrivedAt!.Value));
        }
        Assert.Equal(20, arrivals.Count);
        for (var i = 1; i < arrivals.Count; i++) Assert.InRange((arrivals[i] - arrivals[i - 1]).TotalMilliseconds, 9, 11);
    }

    [Fact]
    public void Whatever_the_network_does_a_packet_is_settled_at_most_once_and_never_both_ways() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            fates =>
            {
                var sent = new SentLog();
                var arrivals = new ArrivalLog();
                var settled = new Dictionary<Instant, bool>();
                var late = new List<(Instant At, int Index)>();
                for (var i = 0; i < fates.Length + 30; i++)
                {
                    // A packet each 7 ms; a quarter is lost, the others take 0 to 47 ms more.
                    var now = At(7 * i);
                    sent.OnSent(now, Voice, new SequenceNumber((ushort)(65_500 + i)), 100, 0);
                    var fate = i < fates.Length ? fates[i] : 0;
                    if ((fate & 3) != 3) late.Add((now + TimeSpan.FromMilliseconds(5 + ((fate >> 2) % 48)), i));
                    foreach (var (at, index) in late.Where(packet => packet.At <= now).OrderBy(packet => packet.At)) arrivals.OnPacket(at, Voice, 65_500 + index);
                    late.RemoveAll(packet => packet.At <= now);
                    if (i % 5 != 0) continue;
                    foreach (var result in sent.Settle(now, arrivals, now))
                    {
                        if (!settled.TryAdd(result.SentAt, result.IsLost)) return false;
                        var index = (int)Math.Round((result.SentAt - At(0)).TotalMilliseconds / 7);
                        var isLostIndeed = index < fates.Length && (fates[index] & 3) == 3;
                        if (isLostIndeed != result.IsLost) return false;
                    }
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Sending_and_settling_allocates_nothing()
    {
        var buffer = new byte[1180];
        var index = 0;
        var settled = 0;
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                Send(index, Voice, index & 0xFFFF);
                if (index % 3 != 0) _arrivals.OnPacket(At(index + 10), Voice, index);
                index++;
                if (i % 50 != 0) continue;
                ReadOnlySpan<byte> rest = buffer.AsSpan(0, _arrivals.Write(At(index + 10), FeedbackReader.Receiver, buffer));
                if (!RtcpCompound.TryNext(ref rest, out var header, out var body) || !CongestionControlFeedback.TryParse(header, body, out var feedback, out var streams)) continue;
                _sent.OnFeedback(At(index + 20), feedback, streams);
                while (_sent.TryNext(out _)) settled++;
            }
        }));
        Assert.True(settled > 4000);
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(1_000_000 + milliseconds);

    private void Send(double at, Ssrc ssrc, int sequence, int bytes = 500, int cluster = 0) =>
        _sent.OnSent(At(at), ssrc, new SequenceNumber((ushort)sequence), bytes, cluster);
}
