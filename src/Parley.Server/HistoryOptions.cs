namespace Parley.Server;

/// <summary>How a server remembers its meetings.</summary>
public sealed record HistoryOptions
{
    /// <summary>How long a meeting is kept unless somebody says otherwise: long enough for a project's next milestone, not for ever.</summary>
    public const int DefaultKeepDays = 90;

    /// <summary>As the documents say.</summary>
    public static readonly HistoryOptions Default = new();

    /// <summary>Meetings are erased this time after their end; null keeps them for ever.</summary>
    public TimeSpan? Keep { get; init; } = TimeSpan.FromDays(DefaultKeepDays);

    /// <summary>Whether a chat line is acknowledged only when it has reached the disk itself, so that a power cut takes none.</summary>
    public bool IsDurable { get; init; }
}
