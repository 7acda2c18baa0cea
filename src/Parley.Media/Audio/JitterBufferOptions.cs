namespace Parley.Media.Audio;

/// <summary>Between which delays an <see cref="AudioJitterBuffer"/> may choose.</summary>
public sealed record JitterBufferOptions
{
    /// <summary>What Parley uses.</summary>
    public static readonly JitterBufferOptions Default = new();

    /// <summary>Where the delay starts and what it never goes below: the frame that is played, and 3 ms for frames that come a little late.</summary>
    public TimeSpan MinTarget { get; init; } = TimeSpan.FromMilliseconds(13);

    /// <summary>What the delay never goes above; beyond, talking together becomes hard (ITU-T G.114).</summary>
    public TimeSpan MaxTarget { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Most frames held: a power of two, at least 32.</summary>
    public int CapacityFrames { get; init; } = 64;
}
