using System.Text.Json.Serialization;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Control;

/// <summary>What a server sends on the control connection (docs/protocol/control.md).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Revealed), "reveal")]
[JsonDerivedType(typeof(Redirect), "redirect")]
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Joined), "joined")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(ParticipantJoined), "participantJoined")]
[JsonDerivedType(typeof(ParticipantChanged), "participantChanged")]
[JsonDerivedType(typeof(ParticipantLeft), "participantLeft")]
[JsonDerivedType(typeof(HostChanged), "hostChanged")]
[JsonDerivedType(typeof(JoinRequested), "joinRequested")]
[JsonDerivedType(typeof(JoinRequestEnded), "joinRequestEnded")]
[JsonDerivedType(typeof(ChatLinePosted), "chat")]
[JsonDerivedType(typeof(ChatHistory), "chatHistory")]
[JsonDerivedType(typeof(Reacted), "reacted")]
[JsonDerivedType(typeof(VideoDemand), "videoDemand")]
[JsonDerivedType(typeof(AudioGranted), "audioGranted")]
[JsonDerivedType(typeof(SeatEnded), "ended")]
[JsonDerivedType(typeof(Rejected), "rejected")]
[JsonDerivedType(typeof(ControlPong), "pong")]
public abstract record ServerMessage;

/// <summary>The answer to <see cref="Hello"/>.</summary>
/// <param name="Version">The server's protocol version.</param>
/// <param name="Product">Name and version of the program.</param>
/// <param name="Epoch">Random per start of the server; a resume token of another epoch is worth nothing (until state outlives the process).</param>
/// <param name="Commitment">base64url of SHA-256 over the nonce that <see cref="Revealed"/> will carry.</param>
public sealed record Welcome(int Version, string Product, string Epoch, string Commitment) : ServerMessage;

/// <summary>Opens the server's commitment, after the client's <see cref="Reveal"/>.</summary>
/// <param name="Nonce">base64url of 32 random bytes.</param>
public sealed record Revealed(string Nonce) : ServerMessage;

/// <summary>The meeting is elsewhere: connect there and say the same again. The key hash is what to expect there.</summary>
public sealed record Redirect(string Host, int Port, string KeyHash) : ServerMessage;

/// <summary>The host has been asked. Nothing else of the meeting is told to someone who waits.</summary>
public sealed record Waiting : ServerMessage;

/// <summary>A seat: after create, admission or resume.</summary>
/// <param name="Meeting">The full state.</param>
/// <param name="Me">One's own participant id.</param>
/// <param name="ResumeToken">Secret that takes this seat back after an outage; new at each join and resume.</param>
/// <param name="Media">Keys and SSRCs.</param>
public sealed record Joined(MeetingState Meeting, string Me, string ResumeToken, MediaGrant Media) : ServerMessage;

/// <summary>No seat, and why; distinct and immediate.</summary>
public sealed record Refused(EndReason Reason, int? RetryAfterMs = null) : ServerMessage;

/// <summary>Someone took a seat.</summary>
public sealed record ParticipantJoined(ParticipantState Participant) : ServerMessage;

/// <summary>Someone's presence, devices or role changed.</summary>
public sealed record ParticipantChanged(ParticipantState Participant) : ServerMessage;

/// <summary>A seat is gone.</summary>
public sealed record ParticipantLeft(string Id, EndReason Reason) : ServerMessage;

/// <summary>Another participant is host now.</summary>
public sealed record HostChanged(string Id) : ServerMessage;

/// <summary>To the host: someone is at the door.</summary>
public sealed record JoinRequested(JoinRequestState Request) : ServerMessage;

/// <summary>To the host: a request is settled or withdrawn. <see cref="EndReason.None"/>: admitted.</summary>
public sealed record JoinRequestEnded(string Id, EndReason Reason) : ServerMessage;

/// <summary>A new chat line, to everyone who may read it including its sender, who knows by it that the line is safe.</summary>
public sealed record ChatLinePosted(ChatLine Line) : ServerMessage;

/// <summary>Earlier lines that the receiver may read, oldest first: after each <see cref="Joined"/> the newest ones, and in answer to <see cref="RequestChatHistory"/>.</summary>
/// <param name="Lines">The lines, as many as fit.</param>
/// <param name="HasOlder">Whether there are more before them.</param>
/// <param name="Before">As asked; null after <see cref="Joined"/>.</param>
public sealed record ChatHistory(IReadOnlyList<ChatLine> Lines, bool HasOlder, long? Before = null) : ServerMessage;

/// <summary>Somebody reacts; to everyone including them.</summary>
/// <param name="Id">Participant id.</param>
/// <param name="Reaction">How.</param>
public sealed record Reacted(string Id, Reaction Reaction) : ServerMessage;

/// <summary>To a publisher: which encodings of its camera anybody wants now. An encoding that nobody wants need not be made.</summary>
/// <param name="Codec">The publisher's first preference that everyone present can show.</param>
/// <param name="LargeHeight">The height in pixels that the largest tile needs, 0 for none.</param>
/// <param name="SmallHeight">The same for the small encoding.</param>
/// <param name="LargeBitrate">Bits per second of pictures that the best receiver of the large encoding bears, 0 for no limit.</param>
public sealed record VideoDemand(VideoCodec Codec, int LargeHeight, int SmallHeight, long LargeBitrate = 0) : ServerMessage;

/// <summary>The form of sound has changed, because of <see cref="SetCapabilities"/>; takes the place of the one in <see cref="MediaGrant"/>.</summary>
/// <param name="Audio">In which form sound comes, and is to be sent at first.</param>
public sealed record AudioGranted(AudioProfile Audio) : ServerMessage;

/// <summary>One's own seat is gone; the server closes the connection after it.</summary>
public sealed record SeatEnded(EndReason Reason) : ServerMessage;

/// <summary>A verb was not carried out.</summary>
/// <param name="Verb">The <c>type</c> that was sent.</param>
/// <param name="Reason">Why.</param>
/// <param name="Id">For <c>chat</c>: the <see cref="PostChat.Id"/> of the line.</param>
public sealed record Rejected(string Verb, RejectReason Reason, string? Id = null) : ServerMessage;

/// <summary>Answer to <see cref="ControlPing"/>.</summary>
public sealed record ControlPong(long Time) : ServerMessage;
