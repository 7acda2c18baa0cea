using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Protocol.Tests.Ui;

/// <summary>What each file in tests/vectors/ui means. The name is <c>command-</c> or <c>event-</c>, the type, and perhaps a variant.</summary>
internal static class UiExamples
{
    private const string AnnaId = "0198c0de-0000-7000-8000-000000000001";
    private const string BenId = "0198c0de-0000-7000-8000-000000000002";
    private const string RequestId = "0198c0de-0000-7000-8000-000000000003";
    private const string Link = "parley://192.168.1.20:5000/482913#Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0";

    public static IReadOnlyDictionary<string, UiCommand> Commands { get; } = new Dictionary<string, UiCommand>
    {
        ["command-pageHello"] = new PageHello(1, "tab-1"),
        ["command-ping"] = new Ping(1_790_000_000_000.125),
        ["command-setName"] = new SetName("Anna \u00C5\u4E2D \"A\""),
        ["command-setDevices"] = new SetDevices(DeviceState.On, DeviceState.Missing),
        ["command-startMeeting"] = new StartMeeting("Anna", "Stand-up"),
        ["command-joinMeeting"] = new JoinMeeting("Ben", Link, ""),
        ["command-cancelJoin"] = new CancelJoin(),
        ["command-admit"] = new Admit(RequestId),
        ["command-admitAll"] = new AdmitAll(),
        ["command-deny"] = new Deny(RequestId),
        ["command-removeParticipant"] = new RemoveParticipant(BenId),
        ["command-handOverHost"] = new HandOverHost(BenId),
        ["command-sendChat"] = new SendChat("line-1", "Hello,\nworld \u2014 \U0001F600", To: null),
        ["command-sendChat-private"] = new SendChat("line-2", "Hello,\nworld \u2014 \U0001F600", BenId),
        ["command-loadOlderChat"] = new LoadOlderChat(1_790_000_000_122_000),
        ["command-sendReaction"] = new SendReaction(Reaction.Party),
        ["command-raiseHand"] = new RaiseHand(IsRaised: true),
        ["command-lowerHandOf"] = new LowerHandOf(BenId),
        ["command-setVisible"] = new SetVisible([new UiTile(AnnaId, 1280, 720), new UiTile(BenId, 256, 144)]),
        ["command-setCodecs"] = new SetCodecs([VideoCodec.H264, VideoCodec.Jpeg], [VideoCodec.Av1, VideoCodec.Vp9, VideoCodec.Vp8, VideoCodec.Jpeg], Opus: true),
        ["command-setPreferences"] = new SetPreferences(new UiPreferences(VideoCodec.Vp8, ReceptionMode.AudioOnly)),
        ["command-setPreferences-automatic"] = new SetPreferences(new UiPreferences(Codec: null, ReceptionMode.Full)),
        ["command-setImpairment"] = new SetImpairment("loss=5%,delay=20ms"),
        ["command-watchStats"] = new WatchStats(IsWatching: true),
        ["command-pageMeasured"] = new PageMeasured(new UiPageStats(30, 15, 2.5, 1, 3.25, 20, 33.5, [new UiTrackShown(1002, 14.5, 23.5)])),
        ["command-leave"] = new Leave(),
        ["command-endMeeting"] = new EndMeeting(),
        ["command-dismiss"] = new Dismiss(),
        ["command-trustNewKey"] = new TrustNewKey(),
        ["command-quit"] = new Quit(EndForOthers: true),
    };

    private static UiChatMessage Message { get; } = new(
        1_790_000_000_123_000, ChatLineKind.Text, AnnaId, "Anna", "Hello,\nworld \u2014 \U0001F600", 1_790_000_000_123, To: null, ToName: null, "line-1");

    private static UiPreferences Automatic { get; } = new(Codec: null, ReceptionMode.Full);

    public static IReadOnlyDictionary<string, UiEvent> Events { get; } = new Dictionary<string, UiEvent>
    {
        ["event-agentWelcome"] = new AgentWelcome(1, "Parley 0.1.0"),
        ["event-pong"] = new Pong(1_790_000_000_000.125, 12_345.5),
        ["event-snapshot"] = new SnapshotChanged(new UiSnapshot(
            12, UiScreen.Meeting, "Anna", DeviceState.On, DeviceState.Off, Attempt: null,
            new UiMeeting(
                "0198c0de-0000-7000-8000-000000000000", "482913", Link, ["192.168.1.20:5000", "[fe80::1]:5000"], "Stand-up", 1_790_000_000_000,
                IsRecording: false, "042137", IsHostedHere: true),
            [
                new UiParticipant(AnnaId, "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.Off, 1002, IsMe: true, IsSpeaking: true, Hand: null),
                new UiParticipant(
                    BenId, "Ben \u00C5", ParticipantRole.Participant, Presence.Away, DeviceState.Failed, DeviceState.Refused, 4294967295, IsMe: false, IsSpeaking: false, Hand: 1),
            ],
            [new UiJoinRequest(RequestId, "Cleo", "042137")], Problem: null, IsReconnecting: false, HostsOthers: 1,
            AnnaId, new UiPreferences(VideoCodec.H264, ReceptionMode.Saver), "loss=5%", VideoCodec.Vp8)),
        ["event-snapshot-waiting"] = new SnapshotChanged(new UiSnapshot(
            3, UiScreen.Waiting, "Ben", DeviceState.Off, DeviceState.Missing, new UiAttempt("192.168.1.20:5000", "482913", "042137", 9_876.5), Meeting: null, [], [],
            Problem: null, IsReconnecting: false, HostsOthers: 0,
            ActiveSpeaker: null, Automatic, "", VideoCodec: null)),
        ["event-snapshot-over"] = new SnapshotChanged(new UiSnapshot(
            99, UiScreen.Over, "Ben", DeviceState.Off, DeviceState.Off, Attempt: null, Meeting: null, [], [],
            new UiProblem(EndReason.RateLimited, "192.168.1.20:5000", "482913", 2000, "a technical line"), IsReconnecting: false, HostsOthers: 0,
            ActiveSpeaker: null, Automatic, "", VideoCodec: null)),
        ["event-chat"] = new ChatPosted(
            IsReset: true, HasOlder: true,
            [
                new UiChatMessage(1_790_000_000_122_000, ChatLineKind.HostChanged, BenId, "Ben", "", 1_790_000_000_122, To: null, ToName: null, ClientId: null),
                Message,
                Message with { Id = Message.Id + 1, To = BenId, ToName = "Ben", ClientId = "line-2" },
            ]),
        ["event-chatFailed"] = new ChatFailed("line-1", "gone"),
        ["event-reaction"] = new ReactionShown(BenId, Reaction.Heart),
        ["event-levels"] = new LevelsChanged([new UiLevel(AnnaId, 0.5)]),
        ["event-network"] = new NetworkMeasured(1.25, 0.05, 0, 0.75, 1_500_000, 3_000_000,
            new UiQuality(QualityLevel.Fair, QualityCause.Loss, QualityDirection.Up, 0.05)),
        ["event-network-unmeasured"] = new NetworkMeasured(
            RttMs: null, 0, 0, 0, 0, 0, new UiQuality(QualityLevel.Unknown, QualityCause.None, QualityDirection.Both, 0)),
        ["event-encodings"] = new EncodingsChanged(
            [new UiEncoding(0, VideoCodec.H264, 640, 360, 15, 600_000, 60, 2), new UiEncoding(1, VideoCodec.H264, 256, 144, 15, 100_000, 40, 1)]),
        ["event-encodings-none"] = new EncodingsChanged([]),
        ["event-keyFrame"] = new KeyFrameWanted(1),
        ["event-microphoneEncoding"] = new MicrophoneEncoding(48_000, 5),
        ["event-quality"] = new QualityChanged(new UiQualityChange(QualityStep.VideoDown, QualityReason.Loss, 360, 240)),
        ["event-stats"] = new StatsMeasured(
            IsReset: true,
            [
                new UiStatsSample(
                    12_345, 1.25, 0.05, 0, 0.5, 0.75, 15, 14.5, 1_500_000, 3_000_000, 8_000_000, CongestionWindow: null, SlowStartThreshold: null, 10,
                    new UiLatency(3, 10, 0.5, 20, 25, 53.5), [new UiPersonStats(BenId, VideoCodec.Vp8, 640, 360, 14.5, 600_000, 1, 0, 23.5)]),
            ]),
        ["event-stats-unmeasured"] = new StatsMeasured(
            IsReset: false,
            [
                new UiStatsSample(
                    13_345, null, null, null, null, null, 0, 0, 0, 0, null, null, null, 0, new UiLatency(null, null, null, null, null, null),
                    [new UiPersonStats(BenId, Codec: null, 0, 0, 0, 0, 0, 0, LatencyMs: null)]),
            ]),
        ["event-refused"] = new CommandRefused("admit", "notHost"),
        ["event-takenOver"] = new TakenOver(),
    };
}
