namespace Parley.Conference.Client;

/// <summary>What a camera's sender knows of its way to the server at a moment.</summary>
/// <param name="Room">Bits per second that are allowed for pictures: the target rate less the sound.</param>
/// <param name="Loss">Share of our packets that the other side says it lost, 0 to 1.</param>
/// <param name="RoundTrip">The last round trip; null when it is not known.</param>
public readonly record struct VideoConditions(long Room, double Loss, TimeSpan? RoundTrip)
{
    /// <summary>Whether the room has ever become less, so that it is no longer a guess.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>How long packets are believed to wait on the way. Where it is long, loss is for lack of room, which the room says already.</summary>
    public TimeSpan Queue { get; init; }
}
