using System.Collections.Immutable;

namespace Parley.Media.Video;

/// <summary>One step of picture quality.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="FramesPerSecond">Pictures a second.</param>
/// <param name="JpegQuality">Quality of JPEG, 1 to 100, on the usual scale of Annex K's tables.</param>
/// <param name="Name">What the screen says.</param>
public readonly record struct VideoRung(int Width, int Height, int FramesPerSecond, int JpegQuality, string Name);

/// <summary>The steps between which the quality of a camera moves, from the least to the best (design section 5).</summary>
public static class VideoLadder
{
    /// <summary>Where a stream starts: 640×360.</summary>
    public const int DefaultIndex = 2;

    /// <summary>All steps, the least first.</summary>
    public static ImmutableArray<VideoRung> Rungs { get; } =
    [
        new(256, 144, 5, 40, "144p"),
        new(426, 240, 10, 50, "240p"),
        new(640, 360, 15, 60, "360p"),
        new(854, 480, 20, 70, "480p"),
        new(1280, 720, 30, 75, "720p"),
        new(1920, 1080, 30, 75, "1080p"),
    ];

    /// <summary>Where a stream starts.</summary>
    public static VideoRung Default => Rungs[DefaultIndex];
}
