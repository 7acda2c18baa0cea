using Parley.Agent.Meetings;
using Parley.Agent.Storage;
using Parley.Agent.Tests.Support;
using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Meetings;

public sealed class SnapshotBuilderTests : IDisposable
{
    private static readonly byte[] ServerKey = [.. Enumerable.Repeat((byte)0x11, 32)];
    private static readonly ParticipantState Anna = new("anna", "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.Off, 10, 11);
    private static readonly ParticipantState Ben = new("ben", "Ben", ParticipantRole.Participant, Presence.Away, DeviceState.Off, DeviceState.On, 20, 21);

    private readonly TemporaryDirectory _data = new();
    private readonly AgentMemory _memory;
    private readonly Voices _voices = new();

    public SnapshotBuilderTests() => _memory = AgentMemory.Load(_data.Path);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(ClientPhase.Idle, UiScreen.Lobby)]
    [InlineData(ClientPhase.Connecting, UiScreen.Joining)]
    [InlineData(ClientPhase.Waiting, UiScreen.Waiting)]
    [InlineData(ClientPhase.Seated, UiScreen.Meeting)]
    [InlineData(ClientPhase.Reconnecting, UiScreen.Meeting)]
    [InlineData(ClientPhase.Over, UiScreen.Over)]
    public void EachPhase_HasItsScreen(ClientPhase phase, UiScreen screen)
    {
        var snapshot = Build(View(phase));
        Assert.Equal(screen, snapshot.Screen);
        Assert.Equal(phase == ClientPhase.Reconnecting, snapshot.IsReconnecting);
        Assert.Equal(screen is UiScreen.Joining or UiScreen.Waiting, snapshot.Attempt is not null);
        Assert.Equal(screen == UiScreen.Meeting ? 2 : 0, snapshot.Participants.Count);
    }

    [Fact]
    public void OwnDevices_AreAsTheyAreHere_AndOthersAsTheServerSays()
    {
        var snapshot = Build(View(ClientPhase.Seated), microphone: DeviceState.Failed, camera: DeviceState.Refused);
        var me = snapshot.Participants.Single(p => p.IsMe);
        Assert.Equal(("anna", DeviceState.Failed, DeviceState.Refused), (me.Id, me.Microphone, me.Camera));
        var other = snapshot.Participants.Single(p => !p.IsMe);
        Assert.Equal((DeviceState.Off, DeviceState.On, Presence.Away, 21u), (other.Microphone, other.Camera, other.Presence, other.VideoTrack));
    }

    [Fact]
    public void WhatThePersonAskedFor_IsShownInAMeetingAndOutside()
    {
        var lobby = SnapshotBuilder.Lobby(1, Person(DeviceState.On, DeviceState.On), null, 0);
        var meeting = Build(View(ClientPhase.Seated));
        foreach (var snapshot in new[] { lobby, meeting })
            Assert.Equal((new UiPreferences(VideoCodec.Vp8, ReceptionMode.Saver), "loss=5%"), (snapshot.Preferences, snapshot.Impairment));
        Assert.Equal(VideoCodec.H264, meeting.VideoCodec);
    }

    [Fact]
    public void WhoeverHasTheFloor_IsNamed_WhileTheyAreThere()
    {
        for (var i = 0; i < 5; i++) _voices.Update(Instant.FromMilliseconds(i * 100), [new SpeakerLevel(20, -20)], [Anna, Ben]);
        Assert.Equal("ben", Build(View(ClientPhase.Seated)).ActiveSpeaker);
        Assert.Null(Build(View(ClientPhase.Over)).ActiveSpeaker);
        _voices.OnParticipants([Anna]);
        Assert.Null(Build(View(ClientPhase.Seated)).ActiveSpeaker);
    }

    [Fact]
    public void HostId_DecidesWhoIsHost_WhateverAnOlderRoleSays()
    {
        var snapshot = Build(View(ClientPhase.Seated) with { HostId = "ben" });
        Assert.Equal(["ben"], snapshot.Participants.Where(p => p.Role == ParticipantRole.Host).Select(p => p.Id));
    }

    [Fact]
    public void RaisedHands_HaveTheirPlaceInTheOrderOfRaising()
    {
        var view = View(ClientPhase.Seated) with
        {
            Participants = [Anna with { HandRaisedAt = 30 }, Ben, Ben with { Id = "carla", HandRaisedAt = 10 }, Ben with { Id = "dora", HandRaisedAt = 20 }],
        };
        Assert.Equal([("anna", 3), ("ben", null), ("carla", 1), ("dora", 2)], Build(view).Participants.Select(p => (p.Id, p.Hand)));
    }

    [Fact]
    public void Requests_AreForTheHost_AndAKnownGuestNeedsNoCheck()
    {
        _memory.RememberGuest("known");
        var view = View(ClientPhase.Seated) with { Requests = [new("1", "Carla", "123456", "unknown"), new("2", "Dora", "654321", "known")] };
        Assert.Equal([("1", "123456"), ("2", null)], Build(view).Requests.Select(r => (r.Id, r.Check)));
        Assert.Empty(Build(view with { HostId = "ben" }).Requests);
    }

    [Fact]
    public void MeetingLink_CarriesTheKeyOfTheServer_AndTheBestAddress()
    {
        var joined = Build(View(ClientPhase.Seated)).Meeting!;
        Assert.StartsWith("parley://192.0.2.7", joined.Link, StringComparison.Ordinal);
        Assert.True(ParleyLink.TryParse(joined.Link, out var link));
        Assert.Equal(("482913", 5002), (link!.Code, link.Port));
        Assert.Equal(ServerKey, link.KeyHash.ToArray());
        Assert.False(joined.IsHostedHere);

        var hosted = Build(View(ClientPhase.Seated), local: new LocalServerAddress(5002, ServerKey, ["10.0.0.5", "fd00::5"])).Meeting!;
        Assert.StartsWith("parley://10.0.0.5:5002/482913#", hosted.Link, StringComparison.Ordinal);
        Assert.Equal(["10.0.0.5:5002", "[fd00::5]:5002"], hosted.Addresses);
        Assert.True(hosted.IsHostedHere);
    }

    [Theory]
    [InlineData(true, "737844")]
    [InlineData(false, null)]
    public void Check_IsShownAtAFirstContactOnly(bool isFirstContact, string? check) =>
        Assert.Equal(check, Build(View(ClientPhase.Seated), isFirstContact: isFirstContact).Meeting!.Check);

    [Fact]
    public void EveryEnd_IsEitherToldOrWasWanted()
    {
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            var problem = SnapshotBuilder.ProblemOf(View(ClientPhase.Over) with { Problem = new ClientProblem(reason, 4000, "detail") }, "192.0.2.7:5002");
            if (reason is EndReason.Left or EndReason.Cancelled) Assert.Null(problem);
            else Assert.Equal(new UiProblem(reason, "192.0.2.7:5002", "482913", 4000, "detail"), problem);
        }
    }

    [Theory]
    [InlineData(EndReason.WrongCode, true)]
    [InlineData(EndReason.RateLimited, true)]
    [InlineData(EndReason.DoorBusy, true)]
    [InlineData(EndReason.Full, true)]
    [InlineData(EndReason.Cancelled, true)]
    [InlineData(EndReason.Left, true)]
    [InlineData(EndReason.Denied, false)]
    [InlineData(EndReason.Ended, false)]
    [InlineData(EndReason.Removed, false)]
    [InlineData(EndReason.Unreachable, false)]
    [InlineData(EndReason.KeyChanged, false)]
    [InlineData(EndReason.VersionMismatch, false)]
    public void WhatCanBeMendedInTheLobby_StaysThere(EndReason reason, bool stays) => Assert.Equal(stays, SnapshotBuilder.StaysInLobby(reason));

    [Fact]
    public void Lobby_HoldsNothingOfAMeeting()
    {
        var problem = new UiProblem(EndReason.WrongCode, "192.0.2.7:5002", "482913", null, null);
        var snapshot = SnapshotBuilder.Lobby(7, Person(DeviceState.On, DeviceState.Off), problem, 3);
        Assert.Equal((7, UiScreen.Lobby, "Anna", problem, 3), (snapshot.Revision, snapshot.Screen, snapshot.Name, snapshot.Problem, snapshot.HostsOthers));
        Assert.Null(snapshot.Meeting);
        Assert.Null(snapshot.Attempt);
        Assert.Null(snapshot.VideoCodec);
        Assert.Empty(snapshot.Participants);
    }

    private static ClientView View(ClientPhase phase) => new(
        phase, phase == ClientPhase.Over ? new ClientProblem(EndReason.Ended) : null, new JoinPlan("192.0.2.7", 5002, default, "Anna", "482913"),
        "737844", ServerKey,
        phase is ClientPhase.Seated or ClientPhase.Reconnecting or ClientPhase.Over
            ? new MeetingState("meeting", "482913", "Standup", 1_795_226_096_888, "anna", false, AudioRoute.Mixed, [Anna, Ben], [])
            : null,
        [Anna, Ben], [], "anna", "anna", 12.5);

    private UiSnapshot Build(
        ClientView view, DeviceState microphone = DeviceState.On, DeviceState camera = DeviceState.Off, bool isFirstContact = false,
        LocalServerAddress? local = null) =>
        SnapshotBuilder.Meeting(1, Person(microphone, camera), view, _memory, isFirstContact, local, _voices, 0);

    private static PersonState Person(DeviceState microphone, DeviceState camera) =>
        new("Anna", microphone, camera, new UiPreferences(VideoCodec.Vp8, ReceptionMode.Saver), "loss=5%", VideoCodec.H264);
}
