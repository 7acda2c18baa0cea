using Parley.Conference.Relay;
using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Relay;

/// <summary>Rates and tiles as plain numbers.</summary>
public sealed class LayerAllocatorTests
{
    private Instant _now = Instant.FromMilliseconds(10_000);

    [Fact]
    public void Large_tiles_get_the_large_encoding_and_small_ones_the_small_one()
    {
        Assert.Equal([TrackChoice.Large, TrackChoice.Large, TrackChoice.Small, TrackChoice.None], Choices(10_000_000, Tracks(720, 201, 200, 0)));
    }

    [Fact]
    public void With_less_room_the_larger_tile_comes_first_and_everyone_gets_something()
    {
        var tracks = Tracks(360, 720, 360);
        Assert.Equal([TrackChoice.Large, TrackChoice.Small, TrackChoice.Small], Choices(1_400_000, tracks));
        Assert.Equal(720, tracks[0].Height);
    }

    [Fact]
    public void Frame_rate_goes_before_size()
    {
        Assert.Equal([TrackChoice.LargeHalf], Choices(800_000, Tracks(720)));
        Assert.Equal([TrackChoice.Small], Choices(300_000, Tracks(720)));
        Assert.Equal([TrackChoice.SmallHalf], Choices(80_000, Tracks(720)));
    }

    [Fact]
    public void When_not_even_the_small_ones_fit_the_smallest_tiles_stop()
    {
        Assert.Equal([TrackChoice.SmallHalf, TrackChoice.SmallHalf, TrackChoice.None, TrackChoice.None], Choices(160_000, Tracks(360, 300, 250, 220)));
        Assert.Equal([TrackChoice.None], Choices(10_000, Tracks(360)));
    }

    [Fact]
    public void A_room_that_shrinks_lowers_at_once_and_one_that_grows_a_little_raises_after_five_seconds()
    {
        var tracks = Tracks(720);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.LargeHalf], Choices(900_000, tracks));
        Advance(4_900);
        Assert.Equal([TrackChoice.LargeHalf], Choices(1_100_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.Large], Choices(1_100_000, tracks));
    }

    [Fact]
    public void A_room_that_is_there_again_with_much_to_spare_raises_soon_but_not_twice()
    {
        var tracks = Tracks(720);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.Small], Choices(300_000, tracks));
        Advance(1_000);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.Small], Choices(300_000, tracks));
        Advance(4_900);
        Assert.Equal([TrackChoice.Small], Choices(3_000_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
    }

    [Fact]
    public void An_encoding_that_was_too_much_is_taken_again_when_it_has_become_a_smaller_one()
    {
        var tracks = Tracks(720);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
        Advance(100);
        Assert.Equal([TrackChoice.Small], Choices(600_000, tracks));
        tracks[0].LargeRate = 500_000;
        Advance(500);
        Assert.Equal([TrackChoice.Small], Choices(600_000, tracks));
        Advance(500);
        Assert.Equal([TrackChoice.Large], Choices(600_000, tracks));
    }

    [Fact]
    public void A_room_that_wavers_about_a_rate_changes_nothing_often()
    {
        var tracks = Tracks(720, 360);
        var changes = 0;
        var before = Choices(2_000_000, tracks);
        for (var i = 0; i < 600; i++)
        {
            Advance(100);
            var choices = Choices(i % 2 == 0 ? 1_900_000 : 2_150_000, tracks);
            if (!choices.SequenceEqual(before)) changes++;
            before = choices;
        }
        Assert.InRange(changes, 0, 24); // a minute: one each way in five seconds
    }

    [Fact]
    public void A_tile_that_is_made_larger_or_smaller_changes_at_once()
    {
        var tracks = Tracks(150);
        Assert.Equal([TrackChoice.Small], Choices(3_000_000, tracks));
        Advance(100);
        (tracks[0].Height, tracks[0].IsDecided) = (720, false);
        Assert.Equal([TrackChoice.Large], Choices(3_000_000, tracks));
        Advance(100);
        (tracks[0].Height, tracks[0].IsDecided) = (150, false);
        Assert.Equal([TrackChoice.Small], Choices(3_000_000, tracks));
    }

    [Fact]
    public void What_is_given_never_exceeds_the_room()
    {
        var random = new SeededRandom(4);
        for (var round = 0; round < 200; round++)
        {
            var tracks = Tracks([.. Enumerable.Range(0, 1 + random.NextInt32(12)).Select(_ => random.NextInt32(800))]);
            for (var i = 0; i < 20; i++)
            {
                Advance(random.NextInt32(3_000));
                var room = random.NextInt32(8_000_000);
                foreach (var track in tracks) track.LargeRate = 300_000 + random.NextInt32(3_000_000);
                LayerAllocator.Allocate(_now, room, tracks);
                Assert.InRange(tracks.Sum(t => LayerAllocator.RateOf(t, t.Choice)), 0, room);
            }
        }
    }

    private void Advance(int milliseconds) => _now += TimeSpan.FromMilliseconds(milliseconds);

    private TrackChoice[] Choices(long room, List<TrackAllocation> tracks)
    {
        LayerAllocator.Allocate(_now, room, tracks);
        return [.. tracks.Select(t => t.Choice)];
    }

    private static List<TrackAllocation> Tracks(params int[] heights) =>
        [.. heights.Select(h => new TrackAllocation { Height = h, LargeRate = 1_000_000, SmallRate = 100_000 })];
}
