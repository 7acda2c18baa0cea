namespace Parley.Storage.Recording;

/// <summary>How records are written down.</summary>
public sealed record RecorderOptions
{
    /// <summary>As the documents say.</summary>
    public static readonly RecorderOptions Default = new();

    /// <summary>Ended meetings are erased after this time; null keeps them for ever.</summary>
    public TimeSpan? Keep { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long what was written may stay within reach of a power cut, when the store is not durable by itself.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often ended meetings are looked through for those to erase.</summary>
    public TimeSpan EraseInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after a failure what is owed is tried again, should nothing new come.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(2);
}
