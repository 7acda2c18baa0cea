using System.Text.Json.Serialization;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Protocol.Control;

/// <summary>What a client sends on the control connection (docs/protocol/control.md).</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Reveal), "reveal")]
[JsonDerivedType(typeof(CreateMeeting), "create")]
[JsonDerivedType(typeof(RequestJoin), "join")]
[JsonDerivedType(typeof(CancelRequest), "cancel")]
[JsonDerivedType(typeof(AdmitRequest), "admit")]
[JsonDerivedType(typeof(AdmitAllRequests), "admitAll")]
[JsonDerivedType(typeof(DenyRequest), "deny")]
[JsonDerivedType(typeof(RemoveSeat), "remove")]
[JsonDerivedType(typeof(HandOver), "handOver")]
[JsonDerivedType(typeof(SetMedia), "setMedia")]
[JsonDerivedType(typeof(PostChat), "chat")]
[JsonDerivedType(typeof(RequestChatHistory), "chatHistory")]
[JsonDerivedType(typeof(React), "react")]
[JsonDerivedType(typeof(SetHand), "setHand")]
[JsonDerivedType(typeof(LowerHand), "lowerHand")]
[JsonDerivedType(typeof(Subscribe), "subscribe")]
[JsonDerivedType(typeof(SetCapabilities), "setCapabilities")]
[JsonDerivedType(typeof(LeaveMeeting), "leave")]
[JsonDerivedType(typeof(EndForAll), "end")]
[JsonDerivedType(typeof(ControlPing), "ping")]
public abstract record ClientMessage;

/// <summary>The first message, within five seconds of the connection.</summary>
/// <param name="Version">Protocol version, <see cref="ControlProtocol.Version"/>.</param>
/// <param name="Product">For logs: name and version of the program.</param>
/// <param name="Commitment">base64url of SHA-256 over the nonce that <see cref="Reveal"/> will carry.</param>
/// <param name="ResumeToken">Takes a held seat back.</param>
/// <param name="Epoch">The epoch from the <see cref="Welcome"/> under which the token was given.</param>
public sealed record Hello(int Version, string Product, string Commitment, string? ResumeToken = null, string? Epoch = null) : ClientMessage;

/// <summary>Opens the commitment, after the server's <see cref="Welcome"/>.</summary>
/// <param name="Nonce">base64url of 32 random bytes.</param>
public sealed record Reveal(string Nonce) : ClientMessage;

/// <summary>Makes a meeting and takes its host's seat.</summary>
public sealed record CreateMeeting(string Name, string Title, AudioProfile Audio = AudioProfile.L16At48Khz) : ClientMessage;

/// <summary>Asks the host of a meeting to be let in.</summary>
public sealed record RequestJoin(string Code, string Name, AudioProfile Audio = AudioProfile.L16At48Khz) : ClientMessage;

/// <summary>Gives up waiting.</summary>
public sealed record CancelRequest : ClientMessage;

/// <summary>Host: lets a request in.</summary>
public sealed record AdmitRequest(string Id) : ClientMessage;

/// <summary>Host: lets all requests in.</summary>
public sealed record AdmitAllRequests : ClientMessage;

/// <summary>Host: turns a request away.</summary>
public sealed record DenyRequest(string Id) : ClientMessage;

/// <summary>Host: removes a participant.</summary>
public sealed record RemoveSeat(string Id) : ClientMessage;

/// <summary>Host: makes a participant the host.</summary>
public sealed record HandOver(string Id) : ClientMessage;

/// <summary>Says what one's microphone and camera do.</summary>
public sealed record SetMedia(DeviceState Microphone, DeviceState Camera) : ClientMessage;

/// <summary>Writes to everyone in the meeting, or to one person. Sent again with the same <paramref name="Id"/> it is the same line.</summary>
/// <param name="Id">Made by the client, its own for each line; 1 to <see cref="Limits.MaxChatLineId"/> characters.</param>
/// <param name="Text">At most <see cref="Limits.MaxChatText"/> characters.</param>
/// <param name="To">Participant id of the one person who is to read it; null for everyone.</param>
public sealed record PostChat(string Id, string Text, string? To = null) : ClientMessage;

/// <summary>Asks for lines before one that is known; answered by <see cref="ChatHistory"/>.</summary>
/// <param name="Before">The <see cref="ChatLine.Id"/>.</param>
public sealed record RequestChatHistory(long Before) : ClientMessage;

/// <summary>Shows everyone a reaction for a moment.</summary>
public sealed record React(Reaction Reaction) : ClientMessage;

/// <summary>Raises or lowers one's own hand.</summary>
public sealed record SetHand(bool IsRaised) : ClientMessage;

/// <summary>Host: lowers somebody's hand.</summary>
public sealed record LowerHand(string Id) : ClientMessage;

/// <summary>Says which video tracks to send, and how large they are shown; before the first one, all are sent, 360 pixels high.</summary>
/// <param name="Tracks">The tracks wanted; the others are not sent.</param>
public sealed record Subscribe(IReadOnlyList<TrackWish> Tracks) : ClientMessage;

/// <summary>Says which codecs one's page has, best first; before the first one, only JPEG both ways.</summary>
/// <param name="Encode">What one can send, in the order of one's preference.</param>
/// <param name="Decode">What one can show.</param>
/// <param name="Audio">In which form one wants sound from now on, answered by <see cref="AudioGranted"/> when it is another one than before; null for no change.</param>
public sealed record SetCapabilities(IReadOnlyList<VideoCodec> Encode, IReadOnlyList<VideoCodec> Decode, AudioProfile? Audio = null) : ClientMessage;

/// <summary>Gives the seat up.</summary>
public sealed record LeaveMeeting : ClientMessage;

/// <summary>Host: ends the meeting for all.</summary>
public sealed record EndForAll : ClientMessage;

/// <summary>Answered at once by <see cref="ControlPong"/>; also says "still here".</summary>
/// <param name="Time">Any number.</param>
public sealed record ControlPing(long Time) : ClientMessage;
