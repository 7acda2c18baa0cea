namespace Parley.Protocol;

/// <summary>Why an attempt to join, a seat or a meeting ended. The page has a sentence and a way on for each.</summary>
public enum EndReason
{
    /// <summary>Nothing ended.</summary>
    None,

    /// <summary>The person left.</summary>
    Left,

    /// <summary>The person gave up waiting.</summary>
    Cancelled,

    /// <summary>No meeting has this code.</summary>
    WrongCode,

    /// <summary>Too many attempts from this address or in all; try again later.</summary>
    RateLimited,

    /// <summary>Too many people already wait at this door, or from this address.</summary>
    DoorBusy,

    /// <summary>The meeting has no free seat.</summary>
    Full,

    /// <summary>The host said no.</summary>
    Denied,

    /// <summary>The meeting is over: its host ended it, or nobody came back to it.</summary>
    Ended,

    /// <summary>The host removed this person.</summary>
    Removed,

    /// <summary>The server shut down.</summary>
    ServerStopped,

    /// <summary>Nothing answers at the address, or the network is down.</summary>
    Unreachable,

    /// <summary>The server proves another identity than the one remembered or linked.</summary>
    KeyChanged,

    /// <summary>The two programs speak different versions of the protocol.</summary>
    VersionMismatch,

    /// <summary>The seat was held through an outage and given up after five minutes.</summary>
    SeatExpired,

    /// <summary>The same seat was taken over by a newer connection with its resume token.</summary>
    Replaced,

    /// <summary>The other side broke the protocol and the connection was closed.</summary>
    ProtocolError,

    /// <summary>The other side read too slowly and its bounded queue ran over.</summary>
    TooSlow,
}
