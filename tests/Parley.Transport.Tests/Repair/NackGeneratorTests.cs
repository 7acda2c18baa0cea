using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Repair;

namespace Parley.Transport.Tests.Repair;

public sealed class NackGeneratorTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(20);

    private readonly NackGenerator _generator = new(TimeSpan.FromMilliseconds(150));
    private readonly SequenceNumber[] _lost = new SequenceNumber[256];
    private double _ms = 1000;

    private Instant Now => Instant.FromMilliseconds(_ms);

    [Fact]
    public void A_packet_missing_behind_a_newer_one_is_asked_for_after_the_tolerance_and_again_after_a_round_trip()
    {
        Receive(1, 2, 4);
        Assert.Equal(Now + NackGenerator.LeastTolerance, _generator.NextTimeout);
        Assert.Empty(CollectAt(1001.9));
        Assert.Equal([3], CollectAt(1002));
        Assert.Empty(CollectAt(1031.9));
        Assert.Equal([3], CollectAt(1032));
        Assert.Equal(1, _generator.Asked);
        _ms = 1050;
        Assert.True(_generator.OnPacket(Now, 3, true, RoundTrip));
        Assert.Equal((0, Instant.Never), (_generator.MissingCount, NextAfterCollecting()));
    }

    [Fact]
    public void A_short_round_trip_is_repeated_after_20_ms_at_the_least()
    {
        Receive(1, 3);
        Assert.Single(CollectAt(1002, TimeSpan.FromMilliseconds(1)));
        Assert.Empty(CollectAt(1021.9, TimeSpan.FromMilliseconds(1)));
        Assert.Single(CollectAt(1022, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void What_can_no_longer_come_in_time_is_given_up()
    {
        Receive(1, 3);
        var asked = new List<double>();
        while (_generator.NextTimeout != Instant.Never)
        {
            _ms = _generator.NextTimeout.Milliseconds;
            if (CollectAt(_ms).Length > 0) asked.Add(_ms);
            Assert.True(_ms < 2000);
        }
        Assert.Equal([1002, 1032, 1062, 1092, 1122], asked);
        Assert.Equal(0, _generator.MissingCount);
    }

    [Fact]
    public void With_a_round_trip_over_the_age_nothing_is_asked_for()
    {
        Receive(1, 3);
        Assert.Empty(CollectAt(1002, TimeSpan.FromMilliseconds(160)));
        Assert.Equal(0, _generator.MissingCount);
    }

    [Fact]
    public void Overtaken_packets_widen_the_tolerance_and_are_not_recovered()
    {
        Receive(1, 3);
        _ms = 1008;
        Assert.False(_generator.OnPacket(Now, 2, true, RoundTrip));
        Assert.InRange(_generator.Tolerance.TotalMilliseconds, 9.9, 10);
        Receive(5);
        Assert.Empty(CollectAt(_ms + 9.8));

        // Without any more of it the tolerance is forgotten.
        for (var i = 6; i < 4000; i++) Receive(i);
        Assert.InRange(_generator.Tolerance.TotalMilliseconds, 2, 2.1);
    }

    [Fact]
    public void A_packet_that_comes_right_after_the_question_was_only_overtaken()
    {
        Receive(1, 3);
        CollectAt(1002);
        _ms = 1006;
        Assert.False(_generator.OnPacket(Now, 2, true, RoundTrip));
        Assert.InRange(_generator.Tolerance.TotalMilliseconds, 7, 7.6);
    }

    [Fact]
    public void The_end_of_a_frame_is_asked_for_when_the_frame_stops_before_it()
    {
        Receive(1);
        _generator.OnPacket(Now, 2, false, RoundTrip);
        Assert.Empty(CollectAt(1007.9));
        Assert.Equal([3, 4, 5], CollectAt(1008.1));
        _ms = 1028.1;
        Assert.True(_generator.OnPacket(Now, 3, true, RoundTrip));
        Assert.Equal(1, _generator.Asked);
        Assert.Equal(Instant.Never, NextAfterCollecting());
        // The next frame is not taken for an answer.
        _ms = 1066;
        Assert.False(_generator.OnPacket(Now, 4, true, RoundTrip));
    }

    [Fact]
    public void A_frame_that_goes_on_behind_what_was_asked_for_was_held_up_and_had_lost_nothing()
    {
        for (var i = 1; i <= 4; i++) _generator.OnPacket(Now, i, false, RoundTrip);
        Assert.Equal([5, 6, 7], CollectAt(1008.1));
        _ms = 1025;
        var answers = Enumerable.Range(5, 16).Select(i => _generator.OnPacket(Now, i, i == 20, RoundTrip)).ToList();
        Assert.Equal([true, true, true, .. Enumerable.Repeat(false, 13)], answers);
        Assert.Equal(3, _generator.TakeMisjudged());
        Assert.Equal(0, _generator.TakeMisjudged());
    }

    [Fact]
    public void A_long_end_of_a_frame_that_was_lost_is_asked_for_piece_by_piece_and_comes_because_of_that()
    {
        _generator.OnPacket(Now, 1, false, RoundTrip);
        Assert.Equal([2, 3, 4], CollectAt(1008.1));
        _ms = 1029;
        for (var i = 2; i <= 4; i++) Assert.True(_generator.OnPacket(Now, i, false, RoundTrip));
        // The pause before the answer is taken for the spacing of packets now.
        Assert.Equal([5, 6, 7], CollectAt(1095));
        _ms = 1116;
        for (var i = 5; i <= 6; i++) Assert.True(_generator.OnPacket(Now, i, i == 6, RoundTrip));
        Assert.False(_generator.OnPacket(Now, 7, false, RoundTrip));
        Assert.Equal(0, _generator.TakeMisjudged());
    }

    [Fact]
    public void The_end_of_a_frame_that_the_next_frame_shows_as_missing_is_asked_for_again_only_after_a_round_trip()
    {
        _generator.OnPacket(Now, 2, false, RoundTrip);
        Assert.Equal(3, CollectAt(1009).Length);
        _ms = 1020;
        Assert.False(_generator.OnPacket(Now, 4, true, RoundTrip));
        Assert.Equal(1, _generator.Asked);
        Assert.Empty(CollectAt(1038));
        Assert.Equal([3], CollectAt(1039));
        _ms = 1050;
        Assert.True(_generator.OnPacket(Now, 3, true, RoundTrip));
    }

    [Fact]
    public void Packets_spread_by_a_pacer_do_not_look_like_a_frame_that_stopped()
    {
        for (var i = 1; i <= 20; i++)
        {
            _generator.OnPacket(Now, i, false, RoundTrip);
            for (var step = 0; step < 12; step++)
            {
                _ms++;
                if (i > 2) Assert.Empty(CollectAt(_ms));
                else CollectAt(_ms);
            }
        }
    }

    [Fact]
    public void A_frame_that_never_ends_is_asked_for_only_while_it_could_be_in_time()
    {
        _generator.OnPacket(Now, 2, false, RoundTrip);
        var asked = 0;
        while (_generator.NextTimeout != Instant.Never)
        {
            _ms = _generator.NextTimeout.Milliseconds;
            asked += CollectAt(_ms).Length;
            Assert.True(_ms < 2000);
        }
        Assert.Equal(5 * NackGenerator.TailPackets, asked);
    }

    [Fact]
    public void What_was_abandoned_is_not_asked_for()
    {
        _generator.OnPacket(Now, 65_530, true, RoundTrip);
        _generator.OnPacket(Now, 65_540, false, RoundTrip);
        _generator.AbandonBefore(new SequenceNumber(1));
        Assert.Equal([1, 2, 3], CollectAt(1003));
        _generator.AbandonBefore(new SequenceNumber(5));
        Assert.Equal(0, _generator.MissingCount);
        _generator.AbandonBefore(new SequenceNumber(6));
        Assert.Equal(Instant.Never, NextAfterCollecting());
    }

    [Fact]
    public void A_gap_that_no_repair_can_fill_forgets_everything()
    {
        Receive(1, 3, 3 + NackGenerator.MaxMissing + 2);
        Assert.Equal(0, _generator.MissingCount);
    }

    [Fact]
    public void The_oldest_make_room_for_the_newest()
    {
        for (var i = 0; i < 2000; i += 2) Receive(i);
        Assert.Equal(NackGenerator.MaxMissing, _generator.MissingCount);
        var asked = new List<int>();
        for (var round = 0; round < 3; round++) asked.AddRange(CollectAt(1002));
        Assert.Equal(Enumerable.Range(0, 512).Select(i => 975 + (2 * i)), asked);
    }

    [Fact]
    public void Numbers_wrap_around()
    {
        Receive(65_534, 65_538);
        Assert.Equal([65_535, 0, 1], CollectAt(1002));
    }

    [Fact]
    public void Only_what_is_missing_is_asked_for_however_packets_come() =>
        Prop.ForAll(
            Gen.Choose(0, 60).Two().ListOf(300).ToArbitrary(),
            steps =>
            {
                var generator = new NackGenerator(TimeSpan.FromMilliseconds(150));
                var received = new HashSet<long>();
                var now = Instant.FromMilliseconds(1000);
                long newest = 65_400;
                foreach (var (jump, wait) in steps)
                {
                    now += TimeSpan.FromMilliseconds(wait / 4.0);
                    // Sometimes back, mostly on, sometimes far ahead.
                    var index = jump < 15 ? newest - jump : jump > 58 ? newest + (jump * 7) : newest + 1 + (jump % 3);
                    if (!received.Add(index)) continue;
                    newest = Math.Max(newest, index);
                    generator.OnPacket(now, index, true, RoundTrip);
                    var lost = new SequenceNumber[256];
                    var count = generator.Collect(now, RoundTrip, lost);
                    for (var i = 0; i < count; i++)
                    {
                        var asked = newest + lost[i].DistanceFrom(new SequenceNumber(unchecked((ushort)newest)));
                        if (received.Contains(asked) || asked > newest || asked <= newest - NackGenerator.Window) return false;
                    }
                    if (generator.MissingCount > NackGenerator.MaxMissing) return false;
                }
                return true;
            }).QuickCheckThrowOnFailure();

    private void Receive(params int[] indexes)
    {
        foreach (var index in indexes) _generator.OnPacket(Now, index, true, RoundTrip);
    }

    private int[] CollectAt(double ms, TimeSpan? roundTrip = null)
    {
        var count = _generator.Collect(Instant.FromMilliseconds(ms), roundTrip ?? RoundTrip, _lost);
        return [.. _lost.Take(count).Select(sequence => (int)sequence.Value)];
    }

    private Instant NextAfterCollecting()
    {
        CollectAt(_ms);
        return _generator.NextTimeout;
    }
}
