using Parley.Protocol.Ui;

namespace Parley.Protocol.Control;

/// <summary>How a meeting's voices travel.</summary>
public enum AudioRoute
{
    /// <summary>The server mixes, everyone but oneself (N-1).</summary>
    Mixed,

    /// <summary>The server forwards each voice (later: end-to-end encryption, direct calls).</summary>
    Forwarded,
}

/// <summary>How a participant's audio is coded on the wire, both ways.</summary>
public enum AudioProfile
{
    /// <summary>L16 mono 48 kHz, 10 ms.</summary>
    L16At48Khz,

    /// <summary>L16 mono 16 kHz, 10 ms: the seed profile.</summary>
    L16At16Khz,

    /// <summary>Opus, 10 ms.</summary>
    Opus,
}

/// <summary>One seat of a meeting as everyone in it sees it.</summary>
/// <param name="Id">The server's id.</param>
/// <param name="Name">Normalised and told apart from equal names.</param>
/// <param name="Role">Host or participant.</param>
/// <param name="Presence">Present or away.</param>
/// <param name="Microphone">As its person's agent last said.</param>
/// <param name="Camera">As its person's agent last said.</param>
/// <param name="AudioSsrc">The source by which mixed packets list them (CSRC).</param>
/// <param name="VideoSsrc">The SSRC of their video track towards every receiver.</param>
/// <param name="HandRaisedAt">Since when their hand is up, Unix milliseconds, no two alike in a meeting: the order of raising. Null while it is down.</param>
public sealed record ParticipantState(
    string Id, string Name, ParticipantRole Role, Presence Presence, DeviceState Microphone, DeviceState Camera, uint AudioSsrc, uint VideoSsrc,
    long? HandRaisedAt = null);

/// <summary>Somebody at the door; only the host receives it.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Name">Normalised.</param>
/// <param name="Check">Six digits that the guest sees as well.</param>
/// <param name="KeyHash">base64url of the guest's key hash, so that the host's agent can remember it; empty when the guest showed none.</param>
public sealed record JoinRequestState(string Id, string Name, string Check, string KeyHash);

/// <summary>What a late joiner needs to know of the meeting.</summary>
/// <param name="Id">The server's id (UUIDv7).</param>
/// <param name="Code">Six digits.</param>
/// <param name="Title">What the host called it.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="HostId">Who is host now.</param>
/// <param name="IsRecording">Always false for now; every client must show it when true.</param>
/// <param name="AudioRoute">How voices travel.</param>
/// <param name="Participants">Everyone, the receiver included, in the order of joining.</param>
/// <param name="Requests">People at the door; empty for everyone but the host.</param>
public sealed record MeetingState(
    string Id, string Code, string Title, long StartedAt, string HostId, bool IsRecording, AudioRoute AudioRoute,
    IReadOnlyList<ParticipantState> Participants, IReadOnlyList<JoinRequestState> Requests);

/// <summary>Everything a client needs for its media; fresh at each join and resume.</summary>
/// <param name="UdpPort">Where the server's media socket listens, on the host of the control connection.</param>
/// <param name="SendKey">base64url of master key (16) and salt (12) for client to server.</param>
/// <param name="ReceiveKey">The same for server to client.</param>
/// <param name="RtcpSsrc">The client's sender SSRC in RTCP.</param>
/// <param name="ServerRtcpSsrc">The server's sender SSRC in RTCP.</param>
/// <param name="AudioSsrc">The SSRC of the client's microphone.</param>
/// <param name="VideoSsrc">The SSRC of the client's large camera encoding, and of the track towards every receiver.</param>
/// <param name="SmallVideoSsrc">The SSRC of the client's small camera encoding.</param>
/// <param name="MixSsrc">The SSRC of the mixed audio towards the client.</param>
/// <param name="Audio">How audio is coded: what was asked for, or L16 when the server cannot.</param>
public sealed record MediaGrant(
    int UdpPort, string SendKey, string ReceiveKey, uint RtcpSsrc, uint ServerRtcpSsrc, uint AudioSsrc, uint VideoSsrc, uint SmallVideoSsrc,
    uint MixSsrc, AudioProfile Audio);

/// <summary>A video track that somebody wants to see.</summary>
/// <param name="Track">The <see cref="ParticipantState.VideoSsrc"/>.</param>
/// <param name="MaxHeight">The height of its tile in pixels of the screen; more is of no use.</param>
public sealed record TrackWish(uint Track, int MaxHeight);

/// <summary>Why a verb was not carried out.</summary>
public enum RejectReason
{
    /// <summary>Not in this state: waiting, not joined, already joined.</summary>
    NotNow,

    /// <summary>Only the host may.</summary>
    NotHost,

    /// <summary>The person it is about is not there (any more).</summary>
    Gone,

    /// <summary>Longer than a limit.</summary>
    TooLong,

    /// <summary>More often than allowed.</summary>
    TooFast,

    /// <summary>Empty, or not text.</summary>
    Invalid,

    /// <summary>The server's store could not write it, or does not answer: it is shown to nobody, unless the store recovers.</summary>
    NotRecorded,

    /// <summary>A client's own finding: as many lines wait to be sent already as it keeps.</summary>
    QueueFull,
}
