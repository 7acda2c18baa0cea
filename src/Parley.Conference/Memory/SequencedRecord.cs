namespace Parley.Conference.Memory;

/// <summary>A record with its place in the order of recording.</summary>
/// <param name="Sequence">Counts up from 1 in one run of the server; what <see cref="ConferenceServer.HandleRecorded"/> is told.</param>
/// <param name="Record">The fact.</param>
public readonly record struct SequencedRecord(long Sequence, MeetingRecord Record);
