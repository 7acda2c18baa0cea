namespace Parley.Conference;

/// <summary>How long a picture may have to wait for the pacer and still be sent; beyond that it is left out whole.</summary>
internal static class PacerPatience
{
    /// <summary>For a picture that nothing depends on: later it comes too late. Below this a key frame may be asked for.</summary>
    public static readonly TimeSpan Alone = TimeSpan.FromMilliseconds(100);

    /// <summary>For a key frame, which brings the picture back but is large itself.</summary>
    private static readonly TimeSpan KeyFrame = TimeSpan.FromMilliseconds(250);

    /// <summary>For a key frame and its own time: one that takes longer is too large for the path, and a smaller one is on its way.</summary>
    private static readonly TimeSpan WholeKeyFrame = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// For a picture that later ones refer to: left out, it costs a key frame, which is several times as large. Longer than a key frame of half a second takes.
    /// </summary>
    private static readonly TimeSpan Reference = TimeSpan.FromMilliseconds(700);

    /// <summary>What waits this long is thrown away: the path bears much less than when it was sent.</summary>
    public static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(1);

    /// <summary>Whether a picture would wait too long.</summary>
    /// <param name="waiting">How long what waits already lasts.</param>
    /// <param name="bytes">Of the picture, about.</param>
    /// <param name="rate">Bits per second at which it would leave.</param>
    /// <param name="isFree">Whether nothing depends on it: JPEG, or an upper temporal layer.</param>
    /// <param name="isKeyFrame">Whether it can be decoded alone.</param>
    public static bool IsTooLong(TimeSpan waiting, long bytes, long rate, bool isFree, bool isKeyFrame)
    {
        if (isFree) return waiting > Alone;
        if (!isKeyFrame) return waiting > Reference;
        return waiting > KeyFrame || waiting + TimeSpan.FromSeconds(8.0 * bytes / Math.Max(1, rate)) > WholeKeyFrame;
    }
}
