using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Protocol.Tests.Control;

/// <summary>What each file in tests/vectors/control means. The name is <c>client-</c> or <c>server-</c>, the type, and perhaps a variant.</summary>
internal static class ControlExamples
{
    private const string Nonce = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private const string Commitment = "Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0";
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw";
    private const string AnnaId = "0198c0de-0000-7000-8000-000000000001";
    private const string BenId = "0198c0de-0000-7000-8000-000000000002";
    private const string RequestId = "0198c0de-0000-7000-8000-000000000003";

    private static readonly ParticipantState Anna = new(
        AnnaId, "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.Off, 1001, 1002);

    private static readonly ParticipantState Ben = new(
        BenId, "Ben \u00C5\u4E2D \"B\"", ParticipantRole.Participant, Presence.Away, DeviceState.Missing, DeviceState.Refused, 4294967295, 2002);

    private static readonly ChatLine Line = new(
        1_790_000_000_123_000, ChatLineKind.Text, AnnaId, "Anna", "Hello,\nworld \u2014 \U0001F600", 1_790_000_000_123, ClientId: "line-1");

    private static readonly JoinRequestState Request = new(RequestId, "Cleo", "042137", Commitment);

    public static IReadOnlyDictionary<string, ClientMessage> Client { get; } = new Dictionary<string, ClientMessage>
    {
        ["client-hello"] = new Hello(1, "Parley 0.1.0", Commitment),
        ["client-hello-resume"] = new Hello(1, "Parley 0.1.0", Commitment, "a-resume-token", "epoch-1"),
        ["client-reveal"] = new Reveal(Nonce),
        ["client-create"] = new CreateMeeting("Anna", "Stand-up", AudioProfile.L16At16Khz),
        ["client-join"] = new RequestJoin("482913", "Ben"),
        ["client-cancel"] = new CancelRequest(),
        ["client-admit"] = new AdmitRequest(RequestId),
        ["client-admitAll"] = new AdmitAllRequests(),
        ["client-deny"] = new DenyRequest(RequestId),
        ["client-remove"] = new RemoveSeat(BenId),
        ["client-handOver"] = new HandOver(BenId),
        ["client-setMedia"] = new SetMedia(DeviceState.On, DeviceState.Failed),
        ["client-chat"] = new PostChat("line-1", "Hello,\nworld \u2014 \U0001F600"),
        ["client-chat-private"] = new PostChat("line-2", "Hello,\nworld \u2014 \U0001F600", BenId),
        ["client-chatHistory"] = new RequestChatHistory(1_790_000_000_123_000),
        ["client-react"] = new React(Reaction.ThumbsUp),
        ["client-setHand"] = new SetHand(IsRaised: true),
        ["client-lowerHand"] = new LowerHand(BenId),
        ["client-subscribe"] = new Subscribe([new TrackWish(1002, 720), new TrackWish(4294967295, 0)]),
        ["client-setCapabilities"] = new SetCapabilities([VideoCodec.H264, VideoCodec.Jpeg], [VideoCodec.Av1, VideoCodec.Vp9, VideoCodec.Vp8, VideoCodec.Jpeg]),
        ["client-setCapabilities-audio"] = new SetCapabilities([VideoCodec.Jpeg], [VideoCodec.Jpeg], AudioProfile.Opus),
        ["client-subscribe-none"] = new Subscribe([]),
        ["client-leave"] = new LeaveMeeting(),
        ["client-end"] = new EndForAll(),
        ["client-ping"] = new ControlPing(9007199254740993),
    };

    public static IReadOnlyDictionary<string, ServerMessage> Server { get; } = new Dictionary<string, ServerMessage>
    {
        ["server-welcome"] = new Welcome(1, "Parley 0.1.0", "epoch-1", Commitment),
        ["server-reveal"] = new Revealed(Nonce),
        ["server-redirect"] = new Redirect("fe80::1", 5000, Commitment),
        ["server-waiting"] = new Waiting(),
        ["server-joined"] = new Joined(
            new MeetingState(
                "0198c0de-0000-7000-8000-000000000000", "482913", "Stand-up", 1_790_000_000_000, AnnaId, IsRecording: false, AudioRoute.Mixed,
                [Anna, Ben], [Request]),
            AnnaId, "a-resume-token", new MediaGrant(5001, Key, Key, 1003, 1005, 1001, 1002, 1006, 1004, AudioProfile.Opus)),
        ["server-joined-forwarded"] = new Joined(
            new MeetingState(
                "0198c0de-0000-7000-8000-000000000000", "000001", "", 1_790_000_000_000, AnnaId, IsRecording: true, AudioRoute.Forwarded, [Ben], []),
            BenId, "a-resume-token", new MediaGrant(65535, Key, Key, 3, 5, 1, 2, 6, 4, AudioProfile.L16At48Khz)),
        ["server-refused"] = new Refused(EndReason.WrongCode),
        ["server-refused-rateLimited"] = new Refused(EndReason.RateLimited, 2000),
        ["server-participantJoined"] = new ParticipantJoined(Ben),
        ["server-participantChanged"] = new ParticipantChanged(Anna with { HandRaisedAt = 1_790_000_000_125 }),
        ["server-participantLeft"] = new ParticipantLeft(BenId, EndReason.SeatExpired),
        ["server-hostChanged"] = new HostChanged(BenId),
        ["server-joinRequested"] = new JoinRequested(Request),
        ["server-joinRequestEnded"] = new JoinRequestEnded(RequestId, EndReason.None),
        ["server-chat"] = new ChatLinePosted(Line),
        ["server-chat-private"] = new ChatLinePosted(Line with { Id = Line.Id + 1, To = BenId, ToName = "Ben", ClientId = "line-2" }),
        ["server-chatHistory"] = new ChatHistory(
            [new ChatLine(1_790_000_000_122_000, ChatLineKind.Joined, BenId, "Ben", "", 1_790_000_000_122), Line], HasOlder: true),
        ["server-chatHistory-before"] = new ChatHistory([], HasOlder: false, 1_790_000_000_122_000),
        ["server-reacted"] = new Reacted(BenId, Reaction.Hundred),
        ["server-videoDemand"] = new VideoDemand(VideoCodec.Vp8, 720, 144, 1_900_000),
        ["server-audioGranted"] = new AudioGranted(AudioProfile.L16At48Khz),
        ["server-ended"] = new SeatEnded(EndReason.Replaced),
        ["server-rejected"] = new Rejected("admit", RejectReason.NotHost),
        ["server-rejected-chat"] = new Rejected("chat", RejectReason.TooFast, "line-1"),
        ["server-pong"] = new ControlPong(9007199254740993),
    };
}
