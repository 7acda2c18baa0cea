using Parley.Conference.Relay;
using Parley.Conference.Sessions;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Meetings;

/// <summary>
/// One participant's place in a meeting. It outlives connections: the id, role, device states and name stay while its person is away, and the
/// resume token takes it back.
/// </summary>
internal sealed class Seat(string id, string name, AudioProfile audio, SeatSsrcs ssrcs, Instant now, ConferenceOptions options)
{
    /// <summary>Rows of every tile of a client that has not said how large they are.</summary>
    public const int DefaultTileHeight = 360;

    private TokenBucket _chat = new(options.ChatRate, options.ChatBurst, now);
    private TokenBucket _history = new(options.ChatHistoryRate, options.ChatHistoryBurst, now);
    private TokenBucket _reactions = new(options.ReactionRate, options.ReactionBurst, now);
    private TokenBucket _hand = new(options.HandRate, options.HandBurst, now);

    /// <summary>The server's id, the participant's name in every message.</summary>
    public string Id { get; } = id;

    /// <summary>Unique within the meeting.</summary>
    public string Name { get; } = name;

    /// <summary>How it asked for its audio to be coded.</summary>
    public AudioProfile Audio { get; set; } = audio;

    /// <summary>The SSRCs that belong to the seat for its life.</summary>
    public SeatSsrcs Ssrcs { get; } = ssrcs;

    /// <summary>The secret that takes the seat back.</summary>
    public string ResumeToken { get; set; } = "";

    /// <summary>The secret before it: good until the client shows that it has the new one, for the answer may be lost with its connection. Else empty.</summary>
    public string FormerResumeToken { get; set; } = "";

    /// <summary>Whose key the seat was taken with; only that key may resume it. Empty when no certificate was shown.</summary>
    public ReadOnlyMemory<byte> KeyHash { get; set; }

    /// <summary>The control connection; null while disconnected.</summary>
    public Session? Session { get; set; }

    /// <summary>The media transport; null until the first join is answered and after the seat is gone.</summary>
    public SeatMedia? Media { get; set; }

    /// <summary>Present or away.</summary>
    public Presence Presence { get; set; } = Presence.Present;

    /// <summary>Since when the seat is away.</summary>
    public Instant AwaySince { get; set; } = Instant.Never;

    /// <summary>When anything authentic last came, on either transport.</summary>
    public Instant LastHeard { get; set; } = now;

    /// <summary>As its agent last said.</summary>
    public DeviceState Microphone { get; set; } = DeviceState.Off;

    /// <summary>As its agent last said.</summary>
    public DeviceState Camera { get; set; } = DeviceState.Off;

    /// <summary>Since when its hand is up, Unix milliseconds, no two alike in a meeting; null while it is down.</summary>
    public long? HandRaisedAt { get; set; }

    /// <summary>Its last chat lines.</summary>
    public ChatAnswers ChatAnswers { get; } = new();

    /// <summary>Codecs it can send, best first.</summary>
    public IReadOnlyList<VideoCodec> EncodableCodecs { get; set; } = [VideoCodec.Jpeg];

    /// <summary>Codecs it can show.</summary>
    public IReadOnlyList<VideoCodec> DecodableCodecs { get; set; } = [VideoCodec.Jpeg];

    /// <summary>Whether it has said which codecs it has.</summary>
    public bool HasCapabilities { get; set; }

    /// <summary>When its present connection took the seat.</summary>
    public Instant SeatedAt { get; set; } = now;

    /// <summary>Video tracks it wants, with the height of their tiles; null for all at <see cref="DefaultTileHeight"/>.</summary>
    public Dictionary<uint, int>? Subscription { get; set; }

    /// <summary>Rows of the tile in which it shows a track; 0 when it does not.</summary>
    public int WishedHeight(uint track) => Subscription is null ? DefaultTileHeight : Subscription.GetValueOrDefault(track);

    /// <summary>Whether another chat line is within the rate.</summary>
    public bool TryTakeChatToken(Instant now) => _chat.TryTake(now);

    /// <summary>Whether another look at the chat so far is within the rate.</summary>
    public bool TryTakeHistoryToken(Instant now) => _history.TryTake(now);

    /// <summary>Whether another reaction is within the rate.</summary>
    public bool TryTakeReactionToken(Instant now) => _reactions.TryTake(now);

    /// <summary>Whether raising the hand again is within the rate.</summary>
    public bool TryTakeHandToken(Instant now) => _hand.TryTake(now);

    /// <summary>What everyone is told of it.</summary>
    public ParticipantState ToState(bool isHost) => new(
        Id, Name, isHost ? ParticipantRole.Host : ParticipantRole.Participant, Presence, Microphone, Camera, Ssrcs.Audio.Value, Ssrcs.Video.Value,
        HandRaisedAt);
}
