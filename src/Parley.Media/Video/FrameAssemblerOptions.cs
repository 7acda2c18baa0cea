namespace Parley.Media.Video;

/// <summary>How long and how much a <see cref="FrameAssembler"/> waits.</summary>
public sealed record FrameAssemblerOptions
{
    /// <summary>What Parley uses.</summary>
    public static readonly FrameAssemblerOptions Default = new();

    /// <summary>How long after its newest piece a frame may stay incomplete. Room for one retransmission on a LAN.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most frames held, complete or not: 8 are a quarter of a second at 30 frames a second. 1 to 64.</summary>
    public int MaxFramesInFlight { get; init; } = 8;
}
