using Parley.Media.Video;
using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>Splits what one receiver's way bears over the tracks on its screen: something of everything first, then the larger tiles first.</summary>
/// <remarks>
/// Less at once when the room demands it; more with a margin, and not within five seconds after that track was given less. Pure: rates, heights and
/// times are given.
/// </remarks>
internal static class LayerAllocator
{
    /// <summary>Share of an encoding that its lower frame rate costs.</summary>
    public const double HalfRateShare = 0.65;

    /// <summary>More is given when it takes this share of the room at most.</summary>
    private const double RaisingShare = 0.97;

    /// <summary>Share of what was too much that is something else.</summary>
    private const double MuchLess = 0.7;

    /// <summary>Share of the room that may be taken again soon after a fall.</summary>
    private const double SafeShare = 0.6;

    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(5);
    /// <summary>Nothing to see is worse than a change.</summary>
    private static readonly TimeSpan WithoutPicture = TimeSpan.FromSeconds(2);

    /// <summary>After a fall the estimate is not believed at once when it rises again.</summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenRaises = TimeSpan.FromMilliseconds(300);

    /// <summary>Decides anew what each track gets.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="room">Bits per second for pictures.</param>
    /// <param name="tracks">The tracks; what is decided is written into them. They are sorted by the size of their tiles.</param>
    public static void Allocate(Instant now, long room, List<TrackAllocation> tracks)
    {
        SortByHeight(tracks);
        long used = 0;
        foreach (var track in tracks)
        {
            // A tile that has become small needs less; that is no want of room.
            if (track.Choice > Most(track)) track.Choice = Most(track);
            used += RateOf(track, track.Choice);
        }
        if (used > room) used = Lower(now, room, tracks);
        Raise(now, (long)(room * RaisingShare), used, tracks);
        foreach (var track in tracks) track.IsDecided = true;
    }

    /// <summary>Bits per second of a choice.</summary>
    public static long RateOf(TrackAllocation track, TrackChoice choice) => choice switch
    {
        TrackChoice.None => 0,
        TrackChoice.SmallHalf => (long)(track.SmallRate * HalfRateShare),
        TrackChoice.Small => track.SmallRate,
        TrackChoice.LargeHalf => (long)(track.LargeRate * HalfRateShare),
        TrackChoice.Large => track.LargeRate,
        _ => throw new ArgumentOutOfRangeException(nameof(choice)),
    };

    private static TrackChoice Most(TrackAllocation track) =>
        track.Height <= 0 ? TrackChoice.None : track.Height <= VideoLadder.SmallTile ? TrackChoice.Small : TrackChoice.Large;

    /// <summary>Takes from the smallest tiles first, a step from each in turn, and everything from nobody while somebody has more than the least.</summary>
    private static long Lower(Instant now, long room, List<TrackAllocation> tracks)
    {
        Span<TrackChoice> floors = [TrackChoice.LargeHalf, TrackChoice.Small, TrackChoice.SmallHalf, TrackChoice.None];
        foreach (var floor in floors)
        {
            for (var i = tracks.Count - 1; i >= 0; i--)
            {
                var used = Used(tracks);
                if (used <= room) return used;
                var track = tracks[i];
                if (track.Choice <= floor || RateOf(track, floor) >= RateOf(track, track.Choice)) continue;
                track.TooMuch = track.LoweredAt == now ? track.TooMuch : RateOf(track, track.Choice);
                track.Choice = floor;
                track.LoweredAt = now;
            }
        }
        return Used(tracks);
    }

    private static void Raise(Instant now, long room, long used, List<TrackAllocation> tracks)
    {
        for (var step = TrackChoice.SmallHalf; step <= TrackChoice.Large; step++)
        {
            foreach (var track in tracks)
            {
                if (track.Choice >= step || step > Most(track)) continue;
                var more = RateOf(track, step) - RateOf(track, track.Choice);
                if (used + more > room || !MayRaise(now, track, step, (used + more) / (double)room)) continue;
                used += more;
                track.Choice = step;
                if (track.IsDecided) track.RaisedAt = now;
            }
        }
    }

    // Several steps up at once are one change: they have the same time. An estimate that grows may be followed; one that has just fallen may not.
    private static bool MayRaise(Instant now, TrackAllocation track, TrackChoice step, double share)
    {
        if (!track.IsDecided || track.RaisedAt == now) return true;
        if (now - track.RaisedAt < BetweenRaises) return false;
        if (now - track.LoweredAt >= (track.Choice == TrackChoice.None ? WithoutPicture : BetweenChanges)) return true;
        // A fall after a rise is the limit; another one may have gone too far. What costs a good deal less than what was too much is something else,
        // made anew by the publisher, and what leaves much room is no risk.
        var wasSteady = track.LoweredAt - track.RaisedAt >= BetweenChanges;
        return wasSteady && now - track.LoweredAt >= Doubt && (RateOf(track, step) <= track.TooMuch * MuchLess || share <= SafeShare);
    }

    private static long Used(List<TrackAllocation> tracks)
    {
        long used = 0;
        foreach (var track in tracks) used += RateOf(track, track.Choice);
        return used;
    }

    /// <summary>By insertion: a few tracks, nearly in order, and nothing allocated. Equal tiles keep their order.</summary>
    private static void SortByHeight(List<TrackAllocation> tracks)
    {
        for (var i = 1; i < tracks.Count; i++)
        {
            var track = tracks[i];
            var at = i;
            for (; at > 0 && tracks[at - 1].Height < track.Height; at--) tracks[at] = tracks[at - 1];
            tracks[at] = track;
        }
    }
}
