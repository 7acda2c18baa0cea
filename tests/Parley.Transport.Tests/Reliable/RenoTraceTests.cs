using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;
using Parley.Transport.Reliable;

namespace Parley.Transport.Tests.Reliable;

/// <summary>
/// One transfer, step by step, against what the RFCs say of each step. A segment is 1000 bytes, the round trip 100 ms, every segment is acknowledged on
/// its own; the test is the network and the receiver.
/// </summary>
public sealed class RenoTraceTests
{
    private const int Segment = 1000;
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(100);

    private readonly ReliableSender _sender = new(ReliableOptions.Default with { SegmentBytes = Segment });
    private readonly List<(long Number, ReliableSender.Outgoing Segment)> _sent = [];
    private readonly RangeSet _received = new(100);
    private Instant _now = new(TimeSpan.TicksPerMinute);
    private long _number;
    private long _cumulative;

    private ReliableStats Stats => _sender.Measure();

    private double Window => (double)Stats.CongestionWindow / Segment;

    public RenoTraceTests()
    {
        for (var i = 0; i < 2000; i++) Assert.True(_sender.TryWrite(new byte[Segment]));
    }

    [Fact]
    public void Slow_start_doubles_the_window_each_round_trip_from_ten_segments()
    {
        Assert.Equal(10, SendAll());
        Assert.Equal(long.MaxValue, Stats.SlowStartThreshold);
        foreach (var window in new[] { 20, 40, 80 })
        {
            Assert.Equal(window, AckRound(window / 2)); // two for each that is acknowledged
            Assert.Equal(window, Window);
        }
        Assert.Equal(RoundTrip, Stats.SmoothedRtt);
        // SRTT + 4 RTTVAR, of 50 ms, which falls by a quarter with each sample of the same (RFC 6298 section 2).
        Assert.Equal(200, Stats.RetransmissionTimeout.TotalMilliseconds);
    }

    [Fact]
    public void Two_acknowledgements_of_bytes_beyond_a_gap_send_new_ones_and_the_third_begins_recovery()
    {
        GrowTo(40);
        var lost = _cumulative;
        Receive(1);
        Assert.Equal(1, SendAll()); // RFC 3042: a new segment for each of the first two
        Receive(2);
        Assert.Equal(1, SendAll());
        Assert.Equal(RecoveryPhase.Open, Stats.Phase);
        Assert.Equal(40, Window);

        Receive(3);
        Assert.Equal(RecoveryPhase.FastRecovery, Stats.Phase);
        Assert.Equal(20 * Segment, Stats.SlowStartThreshold); // half of what was on its way, limited transmit not counted (RFC 5681 section 3.2, step 2)
        Assert.Equal(20, Window); // RFC 6675 section 5, step 4.2: no inflation
        Assert.Equal(1, SendAll()); // step 4.3: the first retransmission at once, whatever is on its way
        Assert.Equal(lost, _sent[^1].Segment.Begin);
        Assert.Equal(1, Stats.Retransmissions);
    }

    [Fact]
    public void In_recovery_nothing_leaves_until_half_has_left_the_path_and_then_one_for_one()
    {
        GrowTo(40);
        for (var i = 1; i <= 3; i++)
        {
            Receive(i);
            SendAll();
        }
        // On their way: 40 less 3 received less 1 lost, and 2 by limited transmit and 1 again: 39. The window is 20.
        for (var i = 4; i <= 22; i++)
        {
            Receive(i);
            Assert.Equal(0, SendAll());
        }
        for (var i = 23; i <= 39; i++)
        {
            Receive(i);
            Assert.Equal(1, SendAll());
        }
        Assert.Equal(20, Window);
        Assert.Equal(1, Stats.Retransmissions);
    }

    [Fact]
    public void Recovery_ends_with_the_acknowledgement_of_all_that_was_sent_when_it_began_and_then_the_window_grows_by_one_each_round_trip()
    {
        GrowTo(40);
        for (var i = 1; i <= 39; i++)
        {
            Receive(i);
            SendAll();
        }
        var begin = _cumulative;
        Receive(0);
        Assert.Equal(begin + (40 * Segment), _cumulative);
        Assert.Equal(RecoveryPhase.FastRecovery, Stats.Phase); // the two of limited transmit are not acknowledged yet
        ReceiveAt(begin + (40 * Segment));
        ReceiveAt(begin + (41 * Segment));
        Assert.Equal(RecoveryPhase.Open, Stats.Phase);
        Assert.Equal(20, Window);
        ReceiveAllSent();
        SendAll();
        for (var round = 0; round < 10; round++)
        {
            var before = Window;
            AckRound(Flight);
            Assert.InRange(Window - before, 0.9, 1.1); // RFC 5681, equation 3
        }
        Assert.Equal(1, Stats.FastRecoveries);
    }

    [Fact]
    public void Many_losses_of_one_window_are_one_halving_and_each_goes_again_once()
    {
        GrowTo(40);
        for (var i = 1; i < 40; i += 2) Receive(i);
        SendAll();
        var lost = Enumerable.Range(0, 18).Select(i => _cumulative + (2L * i * Segment)).ToList();
        var end = _sent[^1].Segment.Number >= 0 ? _sent.Count : 0;
        Assert.NotEqual(0, end);
        for (var i = 0; i < 60 && Stats.Phase == RecoveryPhase.FastRecovery; i++)
        {
            ReceiveNext();
            SendAll();
        }
        Assert.Equal(20, Window);
        Assert.Equal(1, Stats.FastRecoveries);
        Assert.Equal(0, Stats.Timeouts);
        var again = _sent.Where(s => s.Segment.Number >= 0).Select(s => s.Segment.Begin).ToList();
        Assert.Equal(again.Count, again.Distinct().Count());
        Assert.All(lost, begin => Assert.Contains(begin, again));
    }

    [Fact]
    public void The_timer_sends_the_first_segment_alone_doubles_itself_and_slow_start_goes_to_half()
    {
        GrowTo(40);
        var begin = _cumulative;
        var timeout = Stats.RetransmissionTimeout;
        Assert.Equal(_now + timeout - (_now - LastSent), _sender.NextTimeout);
        _now = _sender.NextTimeout;
        _sender.HandleTimeout(_now);
        Assert.Equal(RecoveryPhase.AfterTimeout, Stats.Phase);
        Assert.Equal((1, 20 * Segment), (Window, Stats.SlowStartThreshold)); // RFC 5681 section 3.1
        Assert.Equal(2 * timeout, Stats.RetransmissionTimeout); // RFC 6298 section 5.5
        Assert.Equal(1, SendAll());
        Assert.Equal(begin, _sent[^1].Segment.Begin);

        _now = _sender.NextTimeout;
        _sender.HandleTimeout(_now);
        Assert.Equal((1, 20 * Segment), (Window, Stats.SlowStartThreshold)); // again for the same: the threshold stays
        Assert.Equal(4 * timeout, Stats.RetransmissionTimeout);
        Assert.Equal(1, SendAll());

        foreach (var window in new[] { 2, 4, 8, 16 })
        {
            Assert.Equal(window, AckRound(window / 2));
            Assert.Equal(window, Window);
        }
        AckRound(16);
        Assert.InRange(Window, 20, 20.9); // congestion avoidance beyond the threshold
        Assert.Equal(2, Stats.Timeouts);
    }

    [Fact]
    public void After_a_pause_longer_than_the_time_out_it_begins_with_ten_segments_again()
    {
        var sender = new ReliableSender(ReliableOptions.Default with { SegmentBytes = Segment });
        Assert.True(sender.TryWrite(new byte[70 * Segment]));
        var number = 0;
        for (var i = 0; i < 3; i++)
        {
            for (; sender.TryNext(_now, out var next); number++) sender.OnSent(_now, next, number);
            _now += RoundTrip;
            sender.OnAck(_now, new StreamAck(number * (long)Segment, 1 << 30, number - 1, TimeSpan.Zero), default);
        }
        Assert.Equal(70, number);
        Assert.True(sender.Measure().CongestionWindow >= 40 * Segment);
        _now += TimeSpan.FromSeconds(1);
        Assert.True(sender.TryWrite(new byte[100 * Segment]));
        var burst = 0;
        for (; sender.TryNext(_now, out var next); burst++) sender.OnSent(_now, next, number++);
        Assert.Equal(10, burst); // RFC 5681 section 4.1
    }

    [Fact]
    public void The_saw_has_teeth_of_half_its_height()
    {
        GrowTo(32);
        var windows = new List<double>();
        for (var round = 0; round < 60; round++)
        {
            if (Window < 32)
            {
                AckRound(Flight);
            }
            else
            {
                // The first segment of this window is lost.
                var flight = Flight;
                for (var i = 1; i < flight; i++)
                {
                    Receive(i);
                    SendAll();
                }
                Receive(0);
                ReceiveAllSent();
                SendAll();
            }
            windows.Add(Window);
        }
        Assert.InRange(windows.Min(), 16, 16.5);
        Assert.InRange(windows.Max(), 32, 33);
        Assert.InRange(Stats.FastRecoveries, 3, 4);
        Assert.Equal(0, Stats.Timeouts);
    }

    private Instant LastSent { get; set; }

    private int Flight => (int)(Stats.BytesInFlight / Segment);

    /// <summary>Reaches a window by slow start, with all of it on its way.</summary>
    private void GrowTo(int window)
    {
        SendAll();
        while (Window < window) AckRound(Math.Min(Flight, window - (int)Window));
        _now += RoundTrip;
        Assert.Equal(window, Window);
        Assert.Equal(window, Flight);
    }

    private int SendAll()
    {
        var count = 0;
        for (; _sender.TryNext(_now, out var next); count++)
        {
            _sender.OnSent(_now, next, _number);
            _sent.Add((_number++, next));
            LastSent = _now;
        }
        return count;
    }

    /// <summary>A round trip later so many segments have come; each is acknowledged, and what may leave leaves.</summary>
    /// <returns>How many left.</returns>
    private int AckRound(int segments)
    {
        _now += RoundTrip;
        var count = 0;
        for (var i = 0; i < segments; i++)
        {
            AckOne();
            count += SendAll();
        }
        return count;
    }

    private void AckOne()
    {
        if (_received.Count > 0 && _received[0].Begin == _cumulative + Segment) _cumulative = _received[0].End;
        else _cumulative += Segment;
        _received.RemoveBefore(_cumulative);
        Ack(NumberOf(_cumulative - Segment));
    }

    /// <summary>The segment so many behind the first missing one comes.</summary>
    private void Receive(int index)
    {
        var begin = _cumulative + ((long)index * Segment);
        ReceiveAt(begin);
    }

    private void ReceiveAt(long begin)
    {
        _received.TryAdd(begin, begin + Segment);
        if (_received[0].Begin == _cumulative) _cumulative = _received[0].End;
        _received.RemoveBefore(_cumulative);
        Ack(NumberOf(begin));
    }

    /// <summary>What is missing first of what was sent again, or else what was sent first and has not come, comes.</summary>
    private void ReceiveNext()
    {
        var next = _sent.Where(s => s.Segment.Number >= 0 && !Has(s.Segment.Begin)).Concat(_sent.Where(s => !Has(s.Segment.Begin))).First();
        ReceiveAt(next.Segment.Begin);
    }

    private void ReceiveAllSent()
    {
        foreach (var (_, segment) in _sent.ToList())
        {
            if (!Has(segment.Begin)) ReceiveAt(segment.Begin);
        }
    }

    private bool Has(long begin)
    {
        if (begin < _cumulative) return true;
        for (var i = 0; i < _received.Count; i++)
        {
            if (_received[i].Begin <= begin && begin < _received[i].End) return true;
        }
        return false;
    }

    private long NumberOf(long begin) => _sent.FindLast(s => s.Segment.Begin == begin).Number;

    private void Ack(long newest)
    {
        var ack = new StreamAck(_cumulative, 1L << 40, newest, TimeSpan.Zero);
        var body = new byte[StreamAck.FixedLength + (_received.Count * StreamAck.BlockLength)];
        for (var i = 0; i < _received.Count; i++) ack.WriteBlock(body, i, _received[i].Begin, _received[i].End);
        Assert.Equal(DropReason.None, _sender.OnAck(_now, ack, body.AsSpan(StreamAck.FixedLength)));
    }
}
