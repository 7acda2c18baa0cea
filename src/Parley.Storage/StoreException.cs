namespace Parley.Storage;

/// <summary>A store could not do what was asked; the message is a sentence for a person.</summary>
/// <param name="failure">What kind of failure it is.</param>
/// <param name="message">The sentence.</param>
/// <param name="inner">What the engine said.</param>
public sealed class StoreException(StoreFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What kind of failure it is.</summary>
    public StoreFailure Failure { get; } = failure;
}

/// <summary>Kinds of failures of a store.</summary>
public enum StoreFailure
{
    /// <summary>No space is left. May pass.</summary>
    Full,

    /// <summary>Another program holds it for too long. May pass.</summary>
    Busy,

    /// <summary>The disk cannot be read or written, or only read. May pass.</summary>
    Unreachable,

    /// <summary>What is there is not a store, or is damaged.</summary>
    Damaged,

    /// <summary>A newer program made it.</summary>
    TooNew,

    /// <summary>An older program made it, and this reader may not change it.</summary>
    TooOld,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>It refused what it was given: a defect.</summary>
    Refused,
}
