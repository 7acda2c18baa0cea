using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>What a receiver gets of a track, from nothing to everything.</summary>
internal enum TrackChoice
{
    /// <summary>Nothing: there is no room.</summary>
    None,

    /// <summary>The small encoding at a lower frame rate.</summary>
    SmallHalf,

    /// <summary>The small encoding.</summary>
    Small,

    /// <summary>The large encoding at a lower frame rate.</summary>
    LargeHalf,

    /// <summary>The large encoding.</summary>
    Large,
}

/// <summary>One track towards one receiver, as <see cref="LayerAllocator"/> sees it: what is wanted and what it costs goes in, a choice comes out.</summary>
internal sealed class TrackAllocation
{
    /// <summary>Rows of the tile; 0 when nobody looks.</summary>
    public int Height { get; set; }

    /// <summary>Bits per second of the large encoding.</summary>
    public long LargeRate { get; set; }

    /// <summary>Bits per second of the small encoding.</summary>
    public long SmallRate { get; set; }

    /// <summary>What was decided.</summary>
    public TrackChoice Choice { get; set; }

    /// <summary>Whether the choice is for the present tile; cleared when the tile changes, so that the change may come at once.</summary>
    public bool IsDecided { get; set; }

    /// <summary>When it last became more.</summary>
    public Instant RaisedAt { get; set; } = new(long.MinValue / 2);

    /// <summary>Bits per second that were too much when it last became less.</summary>
    public long TooMuch { get; set; }

    /// <summary>When it last became less for want of room.</summary>
    public Instant LoweredAt { get; set; } = new(long.MinValue / 2);
}
