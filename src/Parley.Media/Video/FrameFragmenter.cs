using Parley.Protocol;

namespace Parley.Media.Video;

/// <summary>Cuts encoded pictures into equal pieces, because equal datagrams leave in one system call.</summary>
public static class FrameFragmenter
{
    /// <summary>How many pieces a picture needs; the fewest that fit.</summary>
    /// <param name="frameLength">Bytes of the encoded picture, 1 to <see cref="Limits.MaxFrame"/>.</param>
    public static int FragmentCount(int frameLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frameLength, Limits.MaxFrame);
        return (frameLength + Limits.MaxFragment - 1) / Limits.MaxFragment;
    }

    /// <summary>Bytes of every piece but the last, which may be shorter by less than the number of pieces and is never empty.</summary>
    /// <param name="frameLength">Bytes of the encoded picture, 1 to <see cref="Limits.MaxFrame"/>.</param>
    public static int FragmentSize(int frameLength)
    {
        // Never empty: (count - 1) × size < length because length > 1160 × (count - 1) and 1160 exceeds every count.
        var count = FragmentCount(frameLength);
        return (frameLength + count - 1) / count;
    }
}
