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
        ["command-sendChat"] = new SendChat("Hello,\nworld \u2014 \U0001F600"),
        ["command-setVisible"] = new SetVisible([AnnaId, BenId]),
        ["command-leave"] = new Leave(),
        ["command-endMeeting"] = new EndMeeting(),
        ["command-dismiss"] = new Dismiss(),
        ["command-trustNewKey"] = new TrustNewKey(),
        ["command-quit"] = new Quit(EndForOthers: true),
    };

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
                new UiParticipant(AnnaId, "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.Off, 1002, IsMe: true, IsSpeaking: true),
                new UiParticipant(
                    BenId, "Ben \u00C5", ParticipantRole.Participant, Presence.Away, DeviceState.Failed, DeviceState.Refused, 4294967295, IsMe: false, IsSpeaking: false),
            ],
            [new UiJoinRequest(RequestId, "Cleo", "042137")], Problem: null, IsReconnecting: false, HostsOthers: 1)),
        ["event-snapshot-waiting"] = new SnapshotChanged(new UiSnapshot(
            3, UiScreen.Waiting, "Ben", DeviceState.Off, DeviceState.Missing, new UiAttempt("192.168.1.20:5000", "482913", "042137", 9_876.5), Meeting: null, [], [],
            Problem: null, IsReconnecting: false, HostsOthers: 0)),
        ["event-snapshot-over"] = new SnapshotChanged(new UiSnapshot(
            99, UiScreen.Over, "Ben", DeviceState.Off, DeviceState.Off, Attempt: null, Meeting: null, [], [],
            new UiProblem(EndReason.RateLimited, "192.168.1.20:5000", "482913", 2000, "a technical line"), IsReconnecting: false, HostsOthers: 0)),
        ["event-chat"] = new ChatPosted(IsReset: true, [new UiChatMessage(7, AnnaId, "Anna", "Hello,\nworld \u2014 \U0001F600", 1_790_000_000_123)]),
        ["event-levels"] = new LevelsChanged([new UiLevel(AnnaId, 0.5)]),
        ["event-network"] = new NetworkMeasured(1.25, 0.05, 0, 0.75, 1_500_000, 3_000_000),
        ["event-network-unmeasured"] = new NetworkMeasured(RttMs: null, 0, 0, 0, 0, 0),
        ["event-refused"] = new CommandRefused("admit", "notHost"),
        ["event-takenOver"] = new TakenOver(),
    };
}
