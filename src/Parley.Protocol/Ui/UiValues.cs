using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Ui;

/// <summary>Whether a microphone or a camera gives anything, and why not.</summary>
public enum DeviceState
{
    /// <summary>There, and switched off by its person.</summary>
    Off,

    /// <summary>Sending.</summary>
    On,

    /// <summary>No such device on that machine.</summary>
    Missing,

    /// <summary>The person or the browser refused it.</summary>
    Refused,

    /// <summary>There, but it stopped giving frames (unplugged, taken by another program).</summary>
    Failed,
}

/// <summary>What a participant may do.</summary>
public enum ParticipantRole
{
    /// <summary>Sees, hears, speaks, writes.</summary>
    Participant,

    /// <summary>Admits, denies, removes, hands over and ends as well. One per meeting.</summary>
    Host,
}

/// <summary>Whether a seat's person is connected.</summary>
public enum Presence
{
    /// <summary>Connected.</summary>
    Present,

    /// <summary>Silent for ten seconds or disconnected; the seat is held.</summary>
    Away,
}

/// <summary>Which screen the page shows.</summary>
public enum UiScreen
{
    /// <summary>Not in a meeting; <see cref="UiSnapshot.Problem"/> may explain why the last attempt failed.</summary>
    Lobby,

    /// <summary>Connecting to the server.</summary>
    Joining,

    /// <summary>At the door: the host has been asked.</summary>
    Waiting,

    /// <summary>In the meeting.</summary>
    Meeting,

    /// <summary>It is over; <see cref="UiSnapshot.Problem"/> says why and the page offers a way on.</summary>
    Over,
}

/// <summary>One person in the meeting as the page shows it.</summary>
/// <param name="Id">The server's id.</param>
/// <param name="Name">Normalised; equal names are already told apart by the server ("Anna", "Anna (2)").</param>
/// <param name="Role">What they may do.</param>
/// <param name="Presence">Whether they are connected.</param>
/// <param name="Microphone">State of their microphone.</param>
/// <param name="Camera">State of their camera.</param>
/// <param name="VideoTrack">The track number that their pictures carry on the video-in socket.</param>
/// <param name="IsMe">Whether this is the person in front of this page.</param>
/// <param name="IsSpeaking">Whether they are heard now.</param>
/// <param name="Hand">Place of their raised hand in the order of raising, from 1; null while it is down.</param>
public sealed record UiParticipant(
    string Id, string Name, ParticipantRole Role, Presence Presence, DeviceState Microphone, DeviceState Camera,
    uint VideoTrack, bool IsMe, bool IsSpeaking, int? Hand);

/// <summary>Somebody at the door, shown to the host only.</summary>
/// <param name="Id">The server's id for the request.</param>
/// <param name="Name">The name they gave, normalised.</param>
/// <param name="Check">Six digits that the guest sees too; null when the guest's identity is already known.</param>
public sealed record UiJoinRequest(string Id, string Name, string? Check);

/// <summary>The meeting one is in.</summary>
/// <param name="Id">The server's id.</param>
/// <param name="Code">Six digits.</param>
/// <param name="Link">parley://host:port/code#hash, to hand to others.</param>
/// <param name="Addresses">host:port of the server on each network it can be reached by, best first; for typing with the code.</param>
/// <param name="Title">What the host called it; may be empty.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="IsRecording">Whether it is recorded; everybody sees it.</param>
/// <param name="Check">Six digits to compare with the host at the first contact; null when the server's key is already known.</param>
/// <param name="IsHostedHere">Whether the server of this meeting runs inside this very program.</param>
public sealed record UiMeeting(
    string Id, string Code, string Link, IReadOnlyList<string> Addresses, string Title, long StartedAt, bool IsRecording, string? Check, bool IsHostedHere);

/// <summary>What is being joined, while joining or waiting.</summary>
/// <param name="Server">host:port as typed, linked or discovered.</param>
/// <param name="Code">Six digits.</param>
/// <param name="Check">Six digits to compare with the host at the first contact; null before they are known or when not needed.</param>
/// <param name="Since">Agent milliseconds when this step began (the clock of <see cref="Pong"/>).</param>
public sealed record UiAttempt(string Server, string Code, string? Check, double Since);

/// <summary>Why a meeting or an attempt ended, for a sentence and a way on.</summary>
/// <param name="Reason">The catalogue key.</param>
/// <param name="Server">host:port it is about.</param>
/// <param name="Code">The code it is about.</param>
/// <param name="RetryAfterMs">For <see cref="EndReason.RateLimited"/>: how long to wait.</param>
/// <param name="Detail">A technical line for the curious (an operating system message); never needed to understand.</param>
public sealed record UiProblem(EndReason Reason, string? Server, string? Code, int? RetryAfterMs, string? Detail);

/// <summary>One chat line.</summary>
/// <param name="Id">The server's number; grows from line to line.</param>
/// <param name="Kind">What it is.</param>
/// <param name="From">Participant id of who wrote it, or whom it is about.</param>
/// <param name="Name">Their name at that time.</param>
/// <param name="Text">Plain text; empty in the server's lines.</param>
/// <param name="At">The server's time, Unix milliseconds.</param>
/// <param name="To">Participant id of the one person whom it was written to; null for everyone.</param>
/// <param name="ToName">Their name at that time.</param>
/// <param name="ClientId">The id that its sender's page gave it; null in the server's lines.</param>
public sealed record UiChatMessage(
    long Id, ChatLineKind Kind, string From, string Name, string Text, long At, string? To, string? ToName, string? ClientId);

/// <summary>How loud someone is now.</summary>
/// <param name="Id">Participant id.</param>
/// <param name="Level">0 (silent) to 1 (full scale), a perceptual scale of dBFS.</param>
public sealed record UiLevel(string Id, double Level);

/// <summary>What the agent tells its page; the page draws exactly this.</summary>
/// <param name="Revision">Grows with every change.</param>
/// <param name="Screen">Which screen.</param>
/// <param name="Name">The person's remembered name.</param>
/// <param name="Microphone">The state the person chose for their microphone.</param>
/// <param name="Camera">The state the person chose for their camera.</param>
/// <param name="Attempt">Set while joining or waiting.</param>
/// <param name="Meeting">Set in a meeting; kept on <see cref="UiScreen.Over"/> so that the page can say which it was.</param>
/// <param name="Participants">Everyone in the meeting, oneself included, in the order they joined.</param>
/// <param name="Requests">People at the door, for the host.</param>
/// <param name="Problem">Why the last attempt or meeting ended.</param>
/// <param name="IsReconnecting">The connection is lost and being re-established; the seat is held.</param>
/// <param name="HostsOthers">How many other people are present in a meeting served by this program: quitting would end it for them.</param>
/// <param name="ActiveSpeaker">Participant id of whoever speaks now, or spoke last; null before anybody did. It does not flicker.</param>
/// <param name="Preferences">What the person wants of pictures.</param>
/// <param name="Impairment">The bad network that was asked for, as after <c>--impair</c>; empty for none.</param>
/// <param name="VideoCodec">How the own camera is encoded now; null while it is not.</param>
public sealed record UiSnapshot(
    long Revision, UiScreen Screen, string Name, DeviceState Microphone, DeviceState Camera, UiAttempt? Attempt, UiMeeting? Meeting,
    IReadOnlyList<UiParticipant> Participants, IReadOnlyList<UiJoinRequest> Requests, UiProblem? Problem, bool IsReconnecting, int HostsOthers,
    string? ActiveSpeaker, UiPreferences Preferences, string Impairment, VideoCodec? VideoCodec);
