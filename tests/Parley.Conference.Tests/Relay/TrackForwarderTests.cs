using FsCheck;
using FsCheck.Fluent;
using Parley.Conference.Relay;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Relay;

public sealed class TrackForwarderTests
{
    private static readonly TrackTarget Large = new(0, false);
    private static readonly TrackTarget Small = new(1, false);

    private readonly TrackForwarder _forwarder = new(new SeededRandom(1));

    [Fact]
    public void Forwarding_begins_with_a_key_frame_in_the_lower_half_of_the_numbers()
    {
        Assert.Equal(ForwardDecision.SkipUntilKeyframe, Delta(0, 500, 9, 0, 1, Large, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Key(0, 501, 10, 0, 2, Large, out var first, out var frame));
        Assert.InRange(first.Value, 0, 0x7FFF);
        Assert.Equal(0, frame);
        Assert.Equal(ForwardDecision.Forward, Key(0, 502, 10, 1, 2, Large, out var second, out _));
        Assert.Equal(first.Next, second);
        Assert.Equal(ForwardDecision.Skip, Delta(0, 500, 9, 0, 1, Large, out _, out _)); // a late piece of what was not begun
    }

    [Fact]
    public void A_key_frame_whose_first_piece_is_missing_is_begun_all_the_same_and_the_piece_finds_its_place()
    {
        Assert.Equal(ForwardDecision.Forward, Key(0, 702, 10, 2, 4, Large, out var third, out _));
        Assert.Equal(ForwardDecision.Forward, Key(0, 703, 10, 3, 4, Large, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Key(0, 700, 10, 0, 4, Large, out var first, out _));
        Assert.Equal(2, third.DistanceFrom(first));
    }

    [Fact]
    public void What_the_network_lost_on_the_way_in_stays_a_gap_and_what_came_late_finds_its_place()
    {
        Key(0, 65_534, 1, 0, 6, Large, out var first, out _);
        Key(0, 3, 1, 5, 6, Large, out var later, out _);
        Key(0, 1, 1, 3, 6, Large, out var late, out _);
        Assert.Equal(5, later.DistanceFrom(first));
        Assert.Equal(3, late.DistanceFrom(first));
    }

    [Fact]
    public void It_moves_to_the_other_encoding_at_a_key_frame_and_shows_the_one_before_until_then()
    {
        Key(0, 100, 50, 0, 1, Large, out var first, out var firstFrame);
        Assert.Equal(ForwardDecision.SkipUntilKeyframe, Delta(1, 9_000, 7, 0, 1, Small, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Delta(0, 101, 51, 0, 2, Small, out var second, out _)); // half of a picture of two pieces
        Assert.Equal(ForwardDecision.Forward, Key(1, 9_001, 8, 0, 1, Small, out var switched, out var switchedFrame));
        Assert.Equal(ForwardDecision.Forward, Delta(0, 102, 51, 1, 2, Small, out var rest, out var restFrame)); // the other half
        Assert.Equal(ForwardDecision.Skip, Delta(0, 103, 52, 0, 1, Small, out _, out _));
        Assert.Equal([1, 2, 3], [second.DistanceFrom(first), rest.DistanceFrom(first), switched.DistanceFrom(first)]);
        Assert.Equal([firstFrame + 1, firstFrame + 2], [restFrame, switchedFrame]);
    }

    [Fact]
    public void A_pause_leaves_no_gap_and_goes_on_with_a_key_frame()
    {
        Key(0, 10, 1, 0, 1, Large, out var before, out var frameBefore);
        Assert.Equal(ForwardDecision.Skip, Key(0, 11, 2, 0, 1, TrackTarget.None, out _, out _));
        Assert.Equal(ForwardDecision.SkipUntilKeyframe, Delta(0, 12, 3, 0, 1, Large, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Key(0, 13, 4, 0, 1, Large, out var after, out var frameAfter));
        Assert.Equal(before.Next, after);
        Assert.Equal(frameBefore + 1, frameAfter);
    }

    [Fact]
    public void While_the_receiver_is_behind_whole_pictures_are_left_out_and_then_a_key_frame_is_needed()
    {
        Key(0, 10, 1, 0, 1, Large, out var before, out _);
        Assert.Equal(ForwardDecision.Skip, Decide(0, 11, 2, 0, 2, FrameFlags.None, 0, false, Large, true, out _, out _));
        Assert.Equal(ForwardDecision.Skip, Decide(0, 12, 2, 1, 2, FrameFlags.None, 0, false, Large, false, out _, out _)); // its rest, too
        Assert.Equal(ForwardDecision.SkipUntilKeyframe, Delta(0, 13, 3, 0, 1, Large, out _, out _));
        Key(0, 14, 4, 0, 1, Large, out var after, out _);
        Assert.Equal(before.Next, after);
    }

    [Fact]
    public void Pictures_that_nothing_depends_on_are_left_out_without_a_key_frame()
    {
        var half = new TrackTarget(0, true);
        Key(0, 10, 1, 0, 1, half, out var before, out var frameBefore);
        Assert.Equal(ForwardDecision.Skip, Decide(0, 11, 2, 0, 1, FrameFlags.Discardable, 1, false, half, false, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Delta(0, 12, 3, 0, 1, half, out var after, out var frameAfter));
        Assert.Equal((before.Next, frameBefore + 1), (after, frameAfter));
    }

    [Fact]
    public void A_picture_lost_behind_one_left_out_on_purpose_is_still_seen_to_be_missing()
    {
        var half = new TrackTarget(0, true);
        Key(0, 10, 1, 0, 1, half, out var before, out var frameBefore);
        Decide(0, 11, 2, 0, 1, FrameFlags.Discardable, 1, false, half, false, out _, out _);
        // Number 12, picture 3, is lost on the way in.
        Assert.Equal(ForwardDecision.Skip, Decide(0, 13, 4, 0, 1, FrameFlags.Discardable, 1, false, half, false, out _, out _));
        Assert.Equal(ForwardDecision.Forward, Delta(0, 14, 5, 0, 1, half, out var after, out var frameAfter));
        Assert.Equal((2, frameBefore + 2), (after.DistanceFrom(before), frameAfter));
        Assert.Equal(ForwardDecision.Forward, Delta(0, 12, 3, 0, 1, half, out var repaired, out var frameRepaired));
        Assert.Equal((1, frameBefore + 1), (repaired.DistanceFrom(before), frameRepaired));
    }

    [Fact]
    public void Every_second_jpeg_is_left_out_at_half_the_rate()
    {
        var forwarded = 0;
        for (ushort i = 0; i < 20; i++)
        {
            if (Decide(0, i, i, 0, 1, FrameFlags.KeyFrame, 0, true, new TrackTarget(0, true), false, out _, out _) == ForwardDecision.Forward) forwarded++;
        }
        Assert.InRange(forwarded, 9, 11);
    }

    [Fact]
    public void A_packet_that_was_not_sent_leaves_no_gap()
    {
        Key(0, 10, 1, 0, 1, Large, out var before, out _);
        Key(0, 11, 2, 0, 3, Large, out _, out _);
        _forwarder.OnNotSent();
        Assert.NotEqual(ForwardDecision.Forward, Key(0, 12, 2, 1, 3, Large, out _, out _));
        Key(0, 14, 3, 0, 1, Large, out var after, out _);
        Assert.Equal(before.Next, after);
    }

    [Fact]
    public void A_jump_that_no_network_makes_is_a_new_beginning()
    {
        Key(0, 10, 1, 0, 1, Large, out var before, out _);
        Assert.Equal(ForwardDecision.Forward, Key(0, 20_001, 3, 0, 1, Large, out var after, out _));
        Assert.Equal(before.Next, after);
    }

    /// <summary>
    /// Two encodings, packets lost and late, wishes that change: towards the receiver numbers never repeat, pictures keep their order, and all that is
    /// missing was lost on the way in.
    /// </summary>
    [Fact]
    public void Under_any_losses_delays_and_wishes_what_goes_out_has_gaps_only_where_something_was_lost()
    {
        Prop.ForAll<byte[], int>((fates, seed) =>
        {
            var random = new SeededRandom((ulong)(uint)seed);
            var forwarder = new TrackForwarder(random);
            var sequences = new[] { new SequenceNumber((ushort)random.NextUInt32()), new SequenceNumber((ushort)random.NextUInt32()) };
            var frames = new[] { (ushort)random.NextUInt32(), (ushort)random.NextUInt32() };
            var used = new HashSet<ushort>();
            var target = Large;
            var lost = 0;
            SequenceNumber? first = null;
            SequenceNumber newest = default;
            foreach (var fate in fates)
            {
                if (fate % 7 == 0) target = new TrackTarget((fate / 7 % 3) - 1, fate > 128);
                var encoding = fate % 2;
                var pieces = 1 + (fate % 4);
                var isKey = fate % 5 == 0;
                var flags = isKey ? FrameFlags.KeyFrame : fate % 3 == 0 ? FrameFlags.Discardable : FrameFlags.None;
                var late = fate > 200 ? 1 : -1;
                for (var pass = 0; pass < 2; pass++)
                {
                    for (var i = 0; i < pieces; i++)
                    {
                        if (i == late != (pass == 1)) continue; // one piece of some pictures comes after the others
                        var sequence = sequences[encoding] + i;
                        if (fate is > 30 and < 45)
                        {
                            lost++;
                            continue;
                        }
                        var header = new FrameHeader(frames[encoding], (ushort)i, (ushort)pieces, 640, 360, flags, (byte)(flags == FrameFlags.Discardable ? 1 : 0));
                        if (forwarder.Decide(encoding, sequence, header, false, target, fate == 77, out var mapped, out _) != ForwardDecision.Forward) continue;
                        if (!used.Add(mapped.Value)) return false;
                        first ??= mapped;
                        if (mapped.IsAfter(newest) || used.Count == 1) newest = mapped;
                    }
                }
                sequences[encoding] += pieces;
                frames[encoding]++;
            }
            if (first is not { } start) return true;
            var gaps = newest.DistanceFrom(start) + 1 - used.Count;
            return gaps >= 0 - fates.Length && gaps <= lost;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_hour_of_pictures_wraps_around_many_times_without_a_gap()
    {
        var sequence = new SequenceNumber(65_000);
        SequenceNumber? last = null;
        for (var i = 0; i < 500_000; i++)
        {
            Assert.Equal(ForwardDecision.Forward, Key(0, sequence.Value, (ushort)(i / 14), i % 14, 14, Large, out var mapped, out _));
            if (last is { } before) Assert.Equal(before.Next, mapped);
            last = mapped;
            sequence = sequence.Next;
        }
    }

    /// <summary>Whatever a hostile publisher writes into headers, no number towards a receiver comes twice or leaps.</summary>
    [Fact]
    public void Headers_made_of_noise_never_make_a_number_come_twice_or_leap()
    {
        var random = new SeededRandom(3);
        var window = new Queue<long>();
        var used = new HashSet<long>();
        long top = -1;
        for (var i = 0; i < 200_000; i++)
        {
            var target = new TrackTarget(random.NextInt32(3) - 1, random.NextInt32(2) == 0);
            var count = (ushort)(1 + random.NextInt32(900));
            var header = new FrameHeader(
                (ushort)random.NextUInt32(), (ushort)random.NextInt32(count), count, 1, 1, (FrameFlags)random.NextInt32(4), (byte)random.NextInt32(2));
            var sequence = new SequenceNumber((ushort)(random.NextInt32(4) == 0 ? random.NextUInt32() : (uint)(i * 3)));
            var decision = _forwarder.Decide(random.NextInt32(2), sequence, header, random.NextInt32(3) == 0, target, random.NextInt32(9) == 0, out var mapped, out _);
            if (decision != ForwardDecision.Forward) continue;
            var extended = top < 0 ? mapped.Value : top + mapped.DistanceFrom(new SequenceNumber((ushort)top));
            if (top >= 0) Assert.InRange(extended - top, -2048, 32_000);
            top = Math.Max(top, extended);
            Assert.True(used.Add(extended), $"number {extended} came twice");
            window.Enqueue(extended);
            if (window.Count > 40_000) used.Remove(window.Dequeue());
        }
    }

    private ForwardDecision Key(int encoding, ushort sequence, ushort frame, int index, int count, in TrackTarget target, out SequenceNumber mapped, out ushort mappedFrame) =>
        Decide(encoding, sequence, frame, index, count, FrameFlags.KeyFrame, 0, false, target, false, out mapped, out mappedFrame);

    private ForwardDecision Delta(int encoding, ushort sequence, ushort frame, int index, int count, in TrackTarget target, out SequenceNumber mapped, out ushort mappedFrame) =>
        Decide(encoding, sequence, frame, index, count, FrameFlags.None, 0, false, target, false, out mapped, out mappedFrame);

    private ForwardDecision Decide(
        int encoding, ushort sequence, ushort frame, int index, int count, FrameFlags flags, byte layer, bool isJpeg, in TrackTarget target, bool isBehind,
        out SequenceNumber mapped, out ushort mappedFrame) => _forwarder.Decide(
        encoding, new SequenceNumber(sequence), new FrameHeader(frame, (ushort)index, (ushort)count, 640, 360, flags, layer), isJpeg, target, isBehind, out mapped,
        out mappedFrame);
}
