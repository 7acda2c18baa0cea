using FsCheck;
using FsCheck.Fluent;
using Parley.Conference.Relay;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Relay;

public sealed class TrackForwarderTests
{
    private readonly TrackForwarder _forwarder = new(new SeededRandom(1));

    [Fact]
    public void Forwarding_begins_with_a_whole_picture_in_the_lower_half_of_the_numbers()
    {
        Assert.False(_forwarder.TryMap(new(500), 9, isFrameStart: false, out _, out _));
        Assert.True(_forwarder.TryMap(new(501), 10, isFrameStart: true, out var first, out var frame));
        Assert.InRange(first.Value, 0, 0x7FFF);
        Assert.Equal(0, frame);
        Assert.True(_forwarder.TryMap(new(502), 10, isFrameStart: false, out var second, out _));
        Assert.Equal(first.Next, second);
        Assert.False(_forwarder.TryMap(new(500), 9, isFrameStart: false, out _, out _)); // a late piece of what was not begun
    }

    [Fact]
    public void What_the_network_lost_on_the_way_in_stays_a_gap_and_what_came_late_finds_its_place()
    {
        _forwarder.TryMap(new(65_534), 1, isFrameStart: true, out var first, out _);
        _forwarder.TryMap(new(3), 1, isFrameStart: false, out var later, out _);
        _forwarder.TryMap(new(1), 1, isFrameStart: false, out var late, out _);
        Assert.Equal(5, later.DistanceFrom(first));
        Assert.Equal(3, late.DistanceFrom(first));
    }

    [Fact]
    public void A_pause_leaves_no_gap_and_goes_on_with_a_whole_picture()
    {
        _forwarder.TryMap(new(10), 1, isFrameStart: true, out var before, out var frameBefore);
        _forwarder.Restart();
        Assert.False(_forwarder.TryMap(new(400), 20, isFrameStart: false, out _, out _));
        Assert.True(_forwarder.TryMap(new(401), 21, isFrameStart: true, out var after, out var frameAfter));
        Assert.Equal(before.Next, after);
        Assert.Equal(frameBefore + 1, frameAfter);
    }

    [Fact]
    public void A_jump_that_no_network_makes_is_a_new_beginning()
    {
        _forwarder.TryMap(new(10), 1, isFrameStart: true, out var before, out _);
        Assert.False(_forwarder.TryMap(new(20_000), 2, isFrameStart: false, out _, out _));
        Assert.True(_forwarder.TryMap(new(20_001), 3, isFrameStart: true, out var after, out _));
        Assert.Equal(before.Next, after);
    }

    /// <summary>A publisher's packets, some lost, some late, with pauses: the numbers towards the receiver are the naive renumbering.</summary>
    [Fact]
    public void Under_any_losses_delays_and_pauses_the_output_is_what_was_forwarded_without_gaps_and_maps_back()
    {
        Prop.ForAll<byte[], int>((fates, seed) =>
        {
            var random = new SeededRandom((ulong)(uint)seed);
            var forwarder = new TrackForwarder(random);
            var sequence = new SequenceNumber((ushort)random.NextUInt32());
            var frame = (ushort)random.NextUInt32();
            SequenceNumber? expectedFrom = null; // publisher's number that corresponds to the receiver's number below
            SequenceNumber expectedTo = default;
            SequenceNumber newest = default;
            var used = new HashSet<ushort>();
            var isPaused = true;
            var hasAny = false;
            foreach (var fate in fates)
            {
                var pieces = 1 + (fate % 4);
                frame++;
                for (var i = 0; i < pieces; i++)
                {
                    sequence = sequence.Next;
                    if (fate is > 30 and < 60) continue; // lost on the way in
                    if (fate is > 60 and < 75)
                    {
                        forwarder.Restart(); // not wanted for a while
                        isPaused = true;
                        continue;
                    }
                    var maps = forwarder.TryMap(sequence, frame, i == 0, out var mapped, out _);
                    if (isPaused && i > 0)
                    {
                        if (maps) return false;
                        continue;
                    }
                    if (!maps) return false;
                    if (isPaused)
                    {
                        if (hasAny && mapped != newest.Next) return false; // a pause leaves no gap
                        (expectedFrom, expectedTo, isPaused) = (sequence, mapped, false);
                    }
                    if (mapped.DistanceFrom(expectedTo) != sequence.DistanceFrom(expectedFrom!.Value)) return false;
                    if (forwarder.MapBack(mapped) != sequence || !used.Add(mapped.Value)) return false;
                    newest = mapped;
                    hasAny = true;
                }
            }
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_hour_of_pictures_wraps_around_many_times_without_a_gap()
    {
        var sequence = new SequenceNumber(65_000);
        SequenceNumber? last = null;
        for (var i = 0; i < 500_000; i++)
        {
            Assert.True(_forwarder.TryMap(sequence, (ushort)(i / 14), i % 14 == 0, out var mapped, out _));
            if (last is { } before) Assert.Equal(before.Next, mapped);
            last = mapped;
            sequence = sequence.Next;
        }
    }
}
