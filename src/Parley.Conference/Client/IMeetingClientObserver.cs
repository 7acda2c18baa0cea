using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Client;

/// <summary>Whoever shows or records a meeting: the agent's page, or a bot. Called on the driver's thread; must not block.</summary>
public interface IMeetingClientObserver
{
    /// <summary>Something in <see cref="MeetingClient"/>'s state changed; at most once per batch of inputs.</summary>
    void OnStateChanged(Instant now);

    /// <summary>A chat line was posted; each line once, one's own too.</summary>
    void OnChat(Instant now, ChatLine line);

    /// <summary>Lines of before one came, or of an outage, or older ones that were asked for. Whoever shows no chat need not care.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="lines">Oldest first.</param>
    /// <param name="hasOlder">Whether the server has more before the oldest ones told, or before these when older ones were asked for.</param>
    /// <param name="isReset">Whether lines are missing between these and those told before: forget those.</param>
    void OnChatHistory(Instant now, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset)
    {
    }

    /// <summary>A chat line of one's own was not sent, and will not be.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="id">As given to <see cref="MeetingClient.PostChat"/>.</param>
    /// <param name="reason">Why.</param>
    void OnChatFailed(Instant now, string id, RejectReason reason)
    {
    }

    /// <summary>Somebody reacts, perhaps oneself.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="participant">Participant id.</param>
    /// <param name="reaction">How.</param>
    void OnReaction(Instant now, string participant, Reaction reaction)
    {
    }

    /// <summary>The server did not carry out a verb.</summary>
    void OnRejected(Instant now, string verb, RejectReason reason);

    /// <summary>10 ms of what is to be heard, 48 kHz mono; only while somebody is heard.</summary>
    /// <param name="now">The tick.</param>
    /// <param name="frame">480 samples, valid during the call.</param>
    /// <param name="isTalkStart">Whether it follows a pause.</param>
    void OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart);

    /// <summary>A complete picture, in order.</summary>
    void OnPicture(Instant now, in ReceivedPicture picture);

    /// <summary>Which pictures of the own camera to make from now on; first told when seated.</summary>
    void OnEncodingsChanged(Instant now, VideoEncodingPlan plan);

    /// <summary>The next picture of an encoding must be a key frame.</summary>
    /// <param name="now">Time of the request.</param>
    /// <param name="encoding"><see cref="VideoEncodingPlan.Large"/> or <see cref="VideoEncodingPlan.Small"/>.</param>
    void OnKeyframeWanted(Instant now, int encoding);

    /// <summary>What is sent or received became better or worse; worth telling the person.</summary>
    void OnQualityChanged(Instant now, UiQualityChange change);
}

/// <summary>A complete encoded picture of somebody's track.</summary>
public readonly ref struct ReceivedPicture
{
    /// <summary>The track.</summary>
    public required uint Track { get; init; }

    /// <summary>How it is encoded.</summary>
    public required PayloadType Codec { get; init; }

    /// <summary>Whether it can be decoded alone.</summary>
    public required bool IsKeyFrame { get; init; }

    /// <summary>Whether no other picture depends on it.</summary>
    public required bool IsDiscardable { get; init; }

    /// <summary>0, or the step of the frame rate that it belongs to; 0 to 15.</summary>
    public required int TemporalLayer { get; init; }

    /// <summary>Pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Counts every picture that its sender made for us, lost ones included; does not wrap.</summary>
    public required long FrameId { get; init; }

    /// <summary>When it was captured, on the sender's 90 kHz clock.</summary>
    public required RtpTimestamp Timestamp { get; init; }

    /// <summary>When to show it; never later than a little, and now when there is nothing to wait for.</summary>
    public required Instant PlayAt { get; init; }

    /// <summary>The encoded picture; valid during the call.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }
}
