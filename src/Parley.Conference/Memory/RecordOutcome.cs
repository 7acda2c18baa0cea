namespace Parley.Conference.Memory;

/// <summary>What became of a record.</summary>
internal enum RecordOutcome
{
    /// <summary>It will survive the end of the process (or nothing is kept here, and it need not). Comes once, and is the end.</summary>
    Recorded,

    /// <summary>It could not be recorded and never will be. Comes once, and is the end.</summary>
    Failed,

    /// <summary>
    /// The store has not answered for <see cref="ConferenceOptions.RecordPatience"/>: tell whoever waits. Comes at most once; one of the others
    /// follows.
    /// </summary>
    Stalled,
}
