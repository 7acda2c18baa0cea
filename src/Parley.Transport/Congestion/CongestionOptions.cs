namespace Parley.Transport.Congestion;

/// <summary>What the congestion control of a <see cref="Peer"/> begins with and keeps to. Rates are bits in a second, IPv4 and UDP headers included.</summary>
public sealed record CongestionOptions
{
    /// <summary>What every peer uses unless told otherwise (docs/decisions/0012-delay-and-loss-estimate.md).</summary>
    public static CongestionOptions Default { get; } = new();

    /// <summary>For a path whose rate is known: the target never moves.</summary>
    public static CongestionOptions Fixed(long rate) => new() { StartRate = rate, MinRate = rate, MaxRate = rate };

    /// <summary>What may be sent before anything is known: a picture of 360 lines and a voice.</summary>
    public long StartRate { get; init; } = 2_000_000;

    /// <summary>The target never falls below this: one voice in Opus with its headers.</summary>
    public long MinRate { get; init; } = 50_000;

    /// <summary>The target never rises above this.</summary>
    public long MaxRate { get; init; } = 50_000_000;

    /// <summary>Loss alone does not push the target below this; a growing queue or the loss of every second packet does.</summary>
    public long LossFloor { get; init; } = 300_000;

    /// <summary>Time from one feedback to the next while media comes at a fair rate.</summary>
    public TimeSpan FeedbackInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The same while the other side probes.</summary>
    public TimeSpan ProbeFeedbackInterval { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The longest time between two feedbacks when little comes, so that feedback stays a small share of what it is about.</summary>
    public TimeSpan MaxFeedbackInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
