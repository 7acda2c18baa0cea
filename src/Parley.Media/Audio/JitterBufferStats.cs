namespace Parley.Media.Audio;

/// <summary>Counts since a jitter buffer was made; a reset does not clear them.</summary>
/// <param name="Inserted">Frames taken in.</param>
/// <param name="Played">Frames that were played, stretched or not.</param>
/// <param name="ConcealedFrames">Reads that gave made-up sound.</param>
/// <param name="LateDrops">Frames that came after their turn.</param>
/// <param name="Duplicates">Frames that were there already.</param>
/// <param name="OverflowDrops">Frames pushed out because too many waited.</param>
/// <param name="RemovedSamples">Samples taken out to catch up.</param>
/// <param name="AddedSamples">Samples put in to fall back.</param>
public readonly record struct JitterBufferStats(
    long Inserted, long Played, long ConcealedFrames, long LateDrops, long Duplicates, long OverflowDrops, long RemovedSamples, long AddedSamples)
{
    /// <summary>How much made-up sound was given.</summary>
    public TimeSpan ConcealedDuration => AudioFormat.FrameDuration * ConcealedFrames;
}
