using System.Text.Json.Serialization;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Ui;

/// <summary>What the page asks of its agent, one JSON text message each on the control WebSocket, told apart by <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PageHello), "pageHello")]
[JsonDerivedType(typeof(Ping), "ping")]
[JsonDerivedType(typeof(SetName), "setName")]
[JsonDerivedType(typeof(SetDevices), "setDevices")]
[JsonDerivedType(typeof(StartMeeting), "startMeeting")]
[JsonDerivedType(typeof(JoinMeeting), "joinMeeting")]
[JsonDerivedType(typeof(CancelJoin), "cancelJoin")]
[JsonDerivedType(typeof(Admit), "admit")]
[JsonDerivedType(typeof(AdmitAll), "admitAll")]
[JsonDerivedType(typeof(Deny), "deny")]
[JsonDerivedType(typeof(RemoveParticipant), "removeParticipant")]
[JsonDerivedType(typeof(HandOverHost), "handOverHost")]
[JsonDerivedType(typeof(SendChat), "sendChat")]
[JsonDerivedType(typeof(LoadOlderChat), "loadOlderChat")]
[JsonDerivedType(typeof(SendReaction), "sendReaction")]
[JsonDerivedType(typeof(RaiseHand), "raiseHand")]
[JsonDerivedType(typeof(LowerHandOf), "lowerHandOf")]
[JsonDerivedType(typeof(SetVisible), "setVisible")]
[JsonDerivedType(typeof(SetCodecs), "setCodecs")]
[JsonDerivedType(typeof(SetPreferences), "setPreferences")]
[JsonDerivedType(typeof(SetImpairment), "setImpairment")]
[JsonDerivedType(typeof(WatchStats), "watchStats")]
[JsonDerivedType(typeof(PageMeasured), "pageMeasured")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(EndMeeting), "endMeeting")]
[JsonDerivedType(typeof(Dismiss), "dismiss")]
[JsonDerivedType(typeof(TrustNewKey), "trustNewKey")]
[JsonDerivedType(typeof(Quit), "quit")]
public abstract record UiCommand;

/// <summary>The first message of a page. The newest page takes over; the older one gets <see cref="TakenOver"/>.</summary>
/// <param name="Version">Version of the page's protocol; see <see cref="UiProtocol.Version"/>.</param>
/// <param name="TabId">Random per tab, kept over a reload (sessionStorage).</param>
public sealed record PageHello(int Version, string TabId) : UiCommand;

/// <summary>Measures the distance between the two clocks; answered at once by <see cref="Pong"/>.</summary>
/// <param name="PageTime">performance.timeOrigin + performance.now(), milliseconds.</param>
public sealed record Ping(double PageTime) : UiCommand;

/// <summary>Changes and remembers the person's name.</summary>
public sealed record SetName(string Name) : UiCommand;

/// <summary>Says what the page's devices do now; sent at every change.</summary>
public sealed record SetDevices(DeviceState Microphone, DeviceState Camera) : UiCommand;

/// <summary>Starts the server in this program when it does not run, makes a meeting and enters it as host.</summary>
public sealed record StartMeeting(string Name, string Title) : UiCommand;

/// <summary>Asks to join a meeting.</summary>
/// <param name="Name">The person's name.</param>
/// <param name="Server">host, host:port, or a parley:// link with everything in it.</param>
/// <param name="Code">Six digits, spaces allowed; empty when the link carries it.</param>
public sealed record JoinMeeting(string Name, string Server, string Code) : UiCommand;

/// <summary>Gives up joining or waiting.</summary>
public sealed record CancelJoin : UiCommand;

/// <summary>Host: lets one person in.</summary>
public sealed record Admit(string Id) : UiCommand;

/// <summary>Host: lets everyone at the door in.</summary>
public sealed record AdmitAll : UiCommand;

/// <summary>Host: turns one person at the door away.</summary>
public sealed record Deny(string Id) : UiCommand;

/// <summary>Host: removes a participant.</summary>
public sealed record RemoveParticipant(string Id) : UiCommand;

/// <summary>Host: makes another participant the host.</summary>
public sealed record HandOverHost(string Id) : UiCommand;

/// <summary>Writes to everyone or to one person. Answered by a <see cref="ChatPosted"/> with the line or by <see cref="ChatFailed"/>; until then it may be sent again.</summary>
/// <param name="Id">Made by the page, its own for each line and the same when it is sent again; at most <see cref="Limits.MaxChatLineId"/> characters.</param>
/// <param name="Text">At most <see cref="Limits.MaxChatText"/> characters.</param>
/// <param name="To">Participant id; null for everyone.</param>
public sealed record SendChat(string Id, string Text, string? To) : UiCommand;

/// <summary>Asks for chat lines before one that the page has.</summary>
/// <param name="Before">The <see cref="UiChatMessage.Id"/> of its oldest line.</param>
public sealed record LoadOlderChat(long Before) : UiCommand;

/// <summary>Shows everyone a reaction.</summary>
public sealed record SendReaction(Reaction Reaction) : UiCommand;

/// <summary>Raises or lowers one's own hand.</summary>
public sealed record RaiseHand(bool IsRaised) : UiCommand;

/// <summary>Host: lowers a participant's hand.</summary>
public sealed record LowerHandOf(string Id) : UiCommand;

/// <summary>Says whose pictures are on the screen and how large; the others' are not sent.</summary>
public sealed record SetVisible(IReadOnlyList<UiTile> Tiles) : UiCommand;

/// <summary>Says which codecs this browser has, once it has tried them; before it, only JPEG.</summary>
/// <param name="Encode">What it can encode, in the order of preference.</param>
/// <param name="Decode">What it can decode.</param>
/// <param name="Opus">Whether it can both encode and decode Opus, 10 ms a frame; used where the agent cannot itself.</param>
public sealed record SetCodecs(IReadOnlyList<VideoCodec> Encode, IReadOnlyList<VideoCodec> Decode, bool Opus) : UiCommand;

/// <summary>Changes and remembers what the person wants of pictures.</summary>
public sealed record SetPreferences(UiPreferences Preferences) : UiCommand;

/// <summary>Makes this program's own network bad, for learning and testing.</summary>
/// <param name="Text">As after <c>--impair</c>; empty ends it.</param>
public sealed record SetImpairment(string Text) : UiCommand;

/// <summary>Opens or closes the statistics: while they are open, <see cref="StatsMeasured"/> comes once a second.</summary>
public sealed record WatchStats(bool IsWatching) : UiCommand;

/// <summary>What the page measured of its own part, once a second in a meeting.</summary>
public sealed record PageMeasured(UiPageStats Stats) : UiCommand;

/// <summary>Leaves the meeting; a server in this program goes on.</summary>
public sealed record Leave : UiCommand;

/// <summary>Host: ends the meeting for all.</summary>
public sealed record EndMeeting : UiCommand;

/// <summary>Back to the lobby from <see cref="UiScreen.Over"/>, and away with the problem shown in the lobby.</summary>
public sealed record Dismiss : UiCommand;

/// <summary>Accepts the new identity of the server named in the problem and tries again.</summary>
public sealed record TrustNewKey : UiCommand;

/// <summary>Stops the program. While it serves others, only with <paramref name="EndForOthers"/>.</summary>
public sealed record Quit(bool EndForOthers) : UiCommand;
