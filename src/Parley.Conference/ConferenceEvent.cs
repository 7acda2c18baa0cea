using Parley.Protocol;

namespace Parley.Conference;

/// <summary>What happened in a conference server, for logs and metrics.</summary>
public enum ConferenceEventKind
{
    /// <summary>A meeting was made.</summary>
    MeetingCreated,

    /// <summary>A meeting is over.</summary>
    MeetingEnded,

    /// <summary>Someone knocked.</summary>
    JoinRequested,

    /// <summary>Someone was turned away, or gave up; the reason says which.</summary>
    JoinRefused,

    /// <summary>Someone took a seat.</summary>
    ParticipantJoined,

    /// <summary>A seat is gone.</summary>
    ParticipantLeft,

    /// <summary>Someone fell silent.</summary>
    ParticipantAway,

    /// <summary>Someone came back, to a seat that was held.</summary>
    ParticipantReturned,

    /// <summary>The host's role moved.</summary>
    HostChanged,

    /// <summary>A participant's media comes from another address.</summary>
    AddressChanged,

    /// <summary>A connection broke the protocol.</summary>
    ProtocolError,

    /// <summary>A verb was refused.</summary>
    VerbRejected,
}

/// <summary>One thing that happened.</summary>
/// <param name="Kind">What.</param>
/// <param name="MeetingId">In which meeting; empty when in none.</param>
/// <param name="ParticipantId">About whom; empty when about nobody known.</param>
/// <param name="Reason">Why something ended.</param>
/// <param name="Detail">A word more; never a secret, never what people wrote.</param>
public readonly record struct ConferenceEvent(ConferenceEventKind Kind, string MeetingId, string ParticipantId, EndReason Reason, string Detail);
