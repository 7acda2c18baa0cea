using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Scenarios.Networks;

/// <summary>One bad network, and what a publisher sends a receiver through it.</summary>
/// <param name="Codec">Of the pictures: a model of its sizes.</param>
/// <param name="IsUp">Whether it is the publisher's way up that is bad, or the receiver's way down.</param>
/// <param name="Network">As after <c>--impair</c>, without a direction; there is nothing more than that on the way.</param>
internal sealed record NetworkCase(VideoCodec Codec, bool IsUp, string Network)
{
    /// <summary>What becomes of it when it has been measured for some seconds; null when it stays as it is.</summary>
    public string? Then { get; init; }

    /// <summary>Rows of the tile in which the receiver looks at the publisher.</summary>
    public int TileHeight { get; init; } = 360;

    /// <summary>The form of sound; null for the best that both ends have.</summary>
    public AudioProfile? Audio { get; init; }

    /// <summary>From the joining to the measurement, or to the step.</summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to measure, after the step if there is one.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The network before a step, for both directions of <see cref="IsUp"/>.</summary>
    public string First => $"{Network},direction={(IsUp ? "up" : "down")}";

    /// <summary>The network after it.</summary>
    public string Last => Then is null ? First : $"{Then},direction={(IsUp ? "up" : "down")}";
}
