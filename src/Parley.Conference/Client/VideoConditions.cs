namespace Parley.Conference.Client;

/// <summary>What a camera's sender knows of its way to the server at a moment.</summary>
/// <param name="Room">Bits per second that are allowed for pictures: the target rate less the sound.</param>
/// <param name="Loss">Share of our packets that the other side says it lost, 0 to 1.</param>
/// <param name="RoundTrip">The last round trip; null when it is not known.</param>
public readonly record struct VideoConditions(long Room, double Loss, TimeSpan? RoundTrip);
