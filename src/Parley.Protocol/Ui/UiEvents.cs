using System.Text.Json.Serialization;
using Parley.Protocol.Control;

namespace Parley.Protocol.Ui;

/// <summary>What the agent tells its page, one JSON text message each on the control WebSocket, told apart by <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AgentWelcome), "agentWelcome")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(SnapshotChanged), "snapshot")]
[JsonDerivedType(typeof(ChatPosted), "chat")]
[JsonDerivedType(typeof(ChatFailed), "chatFailed")]
[JsonDerivedType(typeof(ReactionShown), "reaction")]
[JsonDerivedType(typeof(LevelsChanged), "levels")]
[JsonDerivedType(typeof(NetworkMeasured), "network")]
[JsonDerivedType(typeof(EncodingsChanged), "encodings")]
[JsonDerivedType(typeof(KeyFrameWanted), "keyFrame")]
[JsonDerivedType(typeof(MicrophoneEncoding), "microphoneEncoding")]
[JsonDerivedType(typeof(QualityChanged), "quality")]
[JsonDerivedType(typeof(StatsMeasured), "stats")]
[JsonDerivedType(typeof(CommandRefused), "refused")]
[JsonDerivedType(typeof(TakenOver), "takenOver")]
public abstract record UiEvent;

/// <summary>The first message of the agent, followed by a snapshot and the chat so far.</summary>
/// <param name="Version">Version of the agent's page protocol; a page of another version reloads itself once.</param>
/// <param name="Product">Name and version to show in About.</param>
public sealed record AgentWelcome(int Version, string Product) : UiEvent;

/// <summary>Answer to <see cref="Ping"/>.</summary>
/// <param name="PageTime">As in the ping.</param>
/// <param name="AgentTime">The agent's monotonic clock, milliseconds.</param>
public sealed record Pong(double PageTime, double AgentTime) : UiEvent;

/// <summary>The whole state; replaces the one before.</summary>
public sealed record SnapshotChanged(UiSnapshot Snapshot) : UiEvent;

/// <summary>Chat lines, oldest first: new ones, or older ones that were asked for; their ids tell where they belong.</summary>
/// <param name="IsReset">Whether these replace what the page has (after a join, a reload, or an outage with more lines than fit).</param>
/// <param name="HasOlder">Whether <see cref="LoadOlderChat"/> would bring more.</param>
/// <param name="Messages">The lines.</param>
public sealed record ChatPosted(bool IsReset, bool HasOlder, IReadOnlyList<UiChatMessage> Messages) : UiEvent;

/// <summary>A chat line was not sent, and is not kept to be sent later.</summary>
/// <param name="Id">As in <see cref="SendChat"/>.</param>
/// <param name="Code">The catalogue key of the sentence: <c>gone</c>, <c>tooLong</c>, <c>tooFast</c>, <c>queueFull</c>, <c>invalid</c>, <c>notRecorded</c>, <c>notNow</c>.</param>
public sealed record ChatFailed(string Id, string Code) : UiEvent;

/// <summary>Somebody reacts, oneself too; shown for 2.6 s.</summary>
/// <param name="From">Participant id.</param>
/// <param name="Reaction">How.</param>
public sealed record ReactionShown(string From, Reaction Reaction) : UiEvent;

/// <summary>Loudness of those who are heard, at most ten times a second; who is not listed is silent.</summary>
public sealed record LevelsChanged(IReadOnlyList<UiLevel> Levels) : UiEvent;

/// <summary>The network as measured, once a second.</summary>
/// <param name="RttMs">Round trip to the server; null before the first measurement.</param>
/// <param name="LossUp">Share of our packets that did not reach the server in the last report, 0 to 1.</param>
/// <param name="LossDown">Share of the server's packets that did not reach us in the last second, 0 to 1.</param>
/// <param name="JitterMs">Inter-arrival jitter of what we receive (RFC 3550 section 6.4.1).</param>
/// <param name="BitrateUp">Bits per second sent on the wire.</param>
/// <param name="BitrateDown">Bits per second received on the wire.</param>
/// <param name="Quality">The same in a word, with its cause.</param>
public sealed record NetworkMeasured(
    double? RttMs, double LossUp, double LossDown, double JitterMs, double BitrateUp, double BitrateDown, UiQuality Quality) : UiEvent;

/// <summary>Which pictures of the camera to encode from now on; an encoding that is not listed stops.</summary>
public sealed record EncodingsChanged(IReadOnlyList<UiEncoding> Encodings) : UiEvent;

/// <summary>The next picture of an encoding must be a key frame.</summary>
/// <param name="Encoding">0 large, 1 small.</param>
public sealed record KeyFrameWanted(int Encoding) : UiEvent;

/// <summary>The page is to add a payload of Opus to each frame of its microphone, or to stop it; before the first one it adds none.</summary>
/// <param name="Bitrate">Bits a second of payload; 0 for none.</param>
/// <param name="LossPercent">The loss that the payloads are made for, 0 to 100.</param>
public sealed record MicrophoneEncoding(int Bitrate, int LossPercent) : UiEvent;

/// <summary>What one sends became better or worse, and why; worth telling the person.</summary>
public sealed record QualityChanged(UiQualityChange Change) : UiEvent;

/// <summary>Statistics, oldest first: one sample for each second.</summary>
/// <param name="IsReset">Whether these replace what the page has (after <see cref="WatchStats"/>).</param>
/// <param name="Samples">The samples, at most 600.</param>
public sealed record StatsMeasured(bool IsReset, IReadOnlyList<UiStatsSample> Samples) : UiEvent;

/// <summary>A command was not done.</summary>
/// <param name="Command">The <c>type</c> of the command.</param>
/// <param name="Code">The catalogue key of the sentence: <c>notHost</c>, <c>gone</c>, <c>tooLong</c>, <c>tooFast</c>, <c>notNow</c>, <c>othersPresent</c>, <c>badImpairment</c>.</param>
public sealed record CommandRefused(string Command, string Code) : UiEvent;

/// <summary>A newer tab has taken this meeting over; this page must stop its devices and say so.</summary>
public sealed record TakenOver : UiEvent;
