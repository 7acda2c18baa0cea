namespace Parley.Protocol;

/// <summary>Why a packet, frame or message was not used. Every drop is counted under one of these.</summary>
public enum DropReason
{
    /// <summary>Not dropped.</summary>
    None,

    /// <summary>Shorter than its headers say, or than any packet of its kind.</summary>
    Truncated,

    /// <summary>A field has a value that no sender of this version writes.</summary>
    Malformed,

    /// <summary>The first byte belongs to no kind we take (RFC 7983).</summary>
    UnknownKind,

    /// <summary>The SSRC was not given to anyone, or not to this peer.</summary>
    UnknownSsrc,

    /// <summary>The authentication tag is wrong.</summary>
    NotAuthentic,

    /// <summary>This packet was received before.</summary>
    Replayed,

    /// <summary>Older than the replay window.</summary>
    TooOld,

    /// <summary>Its time to be played or shown has passed.</summary>
    Late,

    /// <summary>Already have it.</summary>
    Duplicate,

    /// <summary>A bounded queue is full.</summary>
    QueueFull,

    /// <summary>The receiver's participant may not send or receive this now (waiting, muted by host, left).</summary>
    NotPermitted,

    /// <summary>The receiver's address is not known yet.</summary>
    NoAddress,

    /// <summary>Larger than a limit.</summary>
    TooLarge,

    /// <summary>More than the allowed rate.</summary>
    RateLimited,

    /// <summary>Nobody wants it.</summary>
    NotSubscribed,

    /// <summary>The way to the receiver does not bear it now.</summary>
    NoBandwidth,

    /// <summary>The operating system did not take it.</summary>
    SendFailed,

    /// <summary>The impairment asked for by the person dropped it.</summary>
    Impaired,
}
