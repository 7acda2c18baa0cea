using System.Collections.Immutable;

namespace Parley.Media.Video;

/// <summary>The steps between which the quality of a camera moves, from the least to the best (design section 5).</summary>
public static class VideoLadder
{
    /// <summary>Where a stream starts: 640×360.</summary>
    public const int DefaultIndex = 2;

    /// <summary>Rows of the small encoding of a camera, at most.</summary>
    public const int SmallHeight = 144;

    /// <summary>A tile of at most this many rows is content with the small encoding.</summary>
    public const int SmallTile = 200;

    /// <summary>All steps, the least first.</summary>
    public static ImmutableArray<VideoRung> Rungs { get; } =
    [
        new(256, 144, 5, 40, "144p", 60_000, 40_000),
        new(426, 240, 10, 50, "240p", 250_000, 120_000),
        new(640, 360, 15, 60, "360p", 600_000, 250_000),
        new(854, 480, 20, 70, "480p", 1_100_000, 500_000),
        new(1280, 720, 30, 70, "720p", 2_500_000, 1_100_000),
        new(1920, 1080, 30, 60, "1080p", 4_500_000, 2_200_000),
    ];

    /// <summary>The steps of the small encoding.</summary>
    public static ImmutableArray<VideoRung> SmallRungs { get; } =
    [
        Rungs[0],
        new(256, SmallHeight, 10, 50, "144p", 120_000, 80_000),
    ];

    /// <summary>Where a stream starts.</summary>
    public static VideoRung Default => Rungs[DefaultIndex];

    /// <summary>The lowest step that fills so many rows; the best when none does.</summary>
    public static int IndexFor(int height)
    {
        for (var i = 0; i < Rungs.Length; i++)
        {
            if (Rungs[i].Height >= height) return i;
        }
        return Rungs.Length - 1;
    }
}
