namespace Parley.Transport.Impairment;

/// <summary>How one direction of a network misbehaves: what <c>--impair</c> says, and what a link of the simulator is made of.</summary>
/// <remarks>The text form is in <see cref="ImpairmentText"/>; <see cref="ToString"/> gives it back.</remarks>
public sealed record ImpairmentOptions
{
    /// <summary>Nothing is impaired.</summary>
    public static readonly ImpairmentOptions None = new();

    /// <summary>Share of the datagrams that are lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>
    /// Mean number of datagrams lost in a row, 1 or more; the overall share stays <see cref="Loss"/> (Gilbert's model).
    /// 0: each datagram is lost independently of the others.
    /// </summary>
    public double Burst { get; init; }

    /// <summary>Time every datagram takes at least on average; see <see cref="Jitter"/>.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// Half the width of the delay's uniform spread: delay − jitter to delay + jitter, or 0 to 2 × jitter when the delay is the smaller.
    /// Datagrams keep their order: one that would overtake waits for the one before it.
    /// </summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Share of the datagrams that are overtaken by the one to three that follow, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>Share of the datagrams that are sent twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Bits a second that pass, IPv4 and UDP headers included; 0 for no limit.</summary>
    public long Rate { get; init; }

    /// <summary>What may wait in front of <see cref="Rate"/>; without a rate it has no meaning.</summary>
    public QueueLimit Queue { get; init; } = QueueLimit.Of(TimeSpan.FromMilliseconds(100));

    /// <summary>Which way the impairment works, for those who apply it to a program's socket. A link works one way and ignores it.</summary>
    public ImpairmentDirection Direction { get; init; }

    /// <summary>Makes the misfortune repeatable.</summary>
    public int Seed { get; init; }

    /// <summary>Whether datagrams pass a link with these options untouched and at once.</summary>
    public bool IsPerfect =>
        Loss == 0 && Delay == TimeSpan.Zero && Jitter == TimeSpan.Zero && Reorder == 0 && Duplicate == 0 && Rate == 0;

    /// <summary>Whether the options apply to what the program sends (<see cref="ImpairmentDirection.Up"/>) or receives.</summary>
    public bool AppliesTo(ImpairmentDirection direction) => !IsPerfect && (Direction == ImpairmentDirection.Both || Direction == direction);

    /// <summary>Largest <see cref="Loss"/> short of 1 that bursts of this mean length can give: between two bursts lies one good datagram at least.</summary>
    public static double MaxLossWith(double burst) => burst / (burst + 1);

    /// <inheritdoc cref="ImpairmentText.TryParse" />
    public static bool TryParse(string text, out ImpairmentOptions options, out string error) =>
        ImpairmentText.TryParse(text, out options, out error);

    /// <summary>Reads the seeds' <c>--drop-rate N</c>, a percentage from 0 to 100 that is lost in both directions.</summary>
    public static bool TryParseDropRate(string text, out ImpairmentOptions options, out string error) =>
        ImpairmentText.TryParseDropRate(text, out options, out error);

    /// <summary>The text from which <see cref="TryParse"/> makes equal options.</summary>
    public override string ToString() => ImpairmentText.Format(this);
}
