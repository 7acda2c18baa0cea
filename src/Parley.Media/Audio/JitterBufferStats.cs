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
/// <param name="Recovered">Frames whose packet was lost and that came with a later one in time; those that came whole are in the first two counts as well.</param>
/// <param name="Undecodable">Frames taken in that the codec then refused.</param>
public readonly record struct JitterBufferStats(
    long Inserted, long Played, long ConcealedFrames, long LateDrops, long Duplicates, long OverflowDrops, long RemovedSamples, long AddedSamples,
    long Recovered, long Undecodable)
{
    /// <summary>How much made-up sound was given.</summary>
    public TimeSpan ConcealedDuration => AudioFormat.FrameDuration * ConcealedFrames;
}
