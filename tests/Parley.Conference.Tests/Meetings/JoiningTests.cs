using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Meetings;

public sealed class JoiningTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void Whoever_makes_a_meeting_is_its_host_and_has_everything_for_media()
    {
        var anna = _server.Connect("anna");
        Assert.True(anna.IsAuthenticated);
        anna.Send(new CreateMeeting(" Anna\t Lind ", "Stand-up"));

        var joined = anna.Expect<Joined>();
        var me = Assert.Single(joined.Meeting.Participants);
        Assert.Equal(
            new ParticipantState(joined.Me, "Anna Lind", ParticipantRole.Host, Presence.Present, DeviceState.Off, DeviceState.Off, joined.Media.AudioSsrc, joined.Media.VideoSsrc),
            me);
        Assert.Equal(("Stand-up", joined.Me, false), (joined.Meeting.Title, joined.Meeting.HostId, joined.Meeting.IsRecording));
        Assert.Equal(1_790_000_001_000, joined.Meeting.StartedAt);
        Assert.True(MeetingCode.TryNormalise(joined.Meeting.Code, out _));
        Assert.Equal(5001, joined.Media.UdpPort);
        uint[] ssrcs = [joined.Media.AudioSsrc, joined.Media.VideoSsrc, joined.Media.RtcpSsrc, joined.Media.MixSsrc, joined.Media.ServerRtcpSsrc];
        Assert.Equal(5, ssrcs.Distinct().Count());
        Assert.NotEqual(joined.Media.SendKey, joined.Media.ReceiveKey);
        Assert.Empty(anna.Expect<ChatHistory>().Lines);
        anna.ExpectNothing();
    }

    [Fact]
    public void A_guest_waits_until_the_host_lets_them_in()
    {
        var anna = _server.Host();
        var ben = _server.Connect("ben").Join(anna.Code, "Ben");

        ben.Expect<Waiting>();
        ben.ExpectNothing();
        var request = anna.Expect<JoinRequested>().Request;
        Assert.Equal("Ben", request.Name);
        Assert.Equal(6, request.Check.Length);
        Assert.Equal(Convert.ToBase64String(TestServer.KeyOf("ben")).TrimEnd('=').Replace('+', '-').Replace('/', '_'), request.KeyHash);

        anna.Send(new AdmitRequest(request.Id));
        Assert.Equal(new JoinRequestEnded(request.Id, EndReason.None), anna.Expect<JoinRequestEnded>());
        var joined = ben.Expect<Joined>();
        Assert.Equal(["Anna", "Ben"], joined.Meeting.Participants.Select(p => p.Name));
        Assert.Equal(anna.Id, joined.Meeting.HostId);
        Assert.Empty(joined.Meeting.Requests);
        Assert.Equal(joined.Meeting.Participants[1], anna.Expect<ParticipantJoined>().Participant);
        Assert.Empty(ben.Expect<ChatHistory>().Lines);
        Assert.Equal((ChatLineKind.Joined, ben.Id, "Ben"), KindOf(anna.Expect<ChatLinePosted>().Line));
        Assert.Equal((ChatLineKind.Joined, ben.Id, "Ben"), KindOf(ben.Expect<ChatLinePosted>().Line));
        ben.ExpectNothing();
        anna.ExpectNothing();
    }

    [Fact]
    public void The_code_may_be_typed_with_spaces()
    {
        var anna = _server.Host();
        _server.Connect("ben").Join(anna.Code[..3] + " " + anna.Code[3..], "Ben").Expect<Waiting>();
    }

    [Fact]
    public void A_denied_guest_is_told_at_once_and_may_ask_again()
    {
        var anna = _server.Host();
        var ben = _server.Connect("ben").Join(anna.Code, "Ben");
        ben.Forget();
        var request = anna.Expect<JoinRequested>().Request;
        anna.Send(new DenyRequest(request.Id));

        ben.ExpectRefused(EndReason.Denied);
        ben.ExpectNothing();
        Assert.Equal(new JoinRequestEnded(request.Id, EndReason.Denied), anna.Expect<JoinRequestEnded>());
        ben.Join(anna.Code, "Ben").Expect<Waiting>();
        anna.Send(new AdmitRequest(request.Id)).ExpectRejected("admit", RejectReason.Gone);
    }

    [Fact]
    public void Whoever_gives_up_waiting_is_off_the_hosts_list()
    {
        var anna = _server.Host();
        var ben = _server.Connect("ben").Join(anna.Code, "Ben");
        ben.Forget();
        ben.Send(new CancelRequest()).ExpectRefused(EndReason.Cancelled);

        var request = anna.Expect<JoinRequested>().Request;
        Assert.Equal(new JoinRequestEnded(request.Id, EndReason.Cancelled), anna.Expect<JoinRequestEnded>());
        anna.Send(new AdmitRequest(request.Id)).ExpectRejected("admit", RejectReason.Gone);
        Assert.Equal(0, _server.Snapshot.Waiting);
    }

    [Fact]
    public void Whose_connection_breaks_at_the_door_is_off_the_hosts_list()
    {
        var anna = _server.Host();
        var ben = _server.Connect("ben").Join(anna.Code, "Ben");
        ben.Disconnect();
        var request = anna.Expect<JoinRequested>().Request;
        Assert.Equal(new JoinRequestEnded(request.Id, EndReason.Cancelled), anna.Expect<JoinRequestEnded>());
    }

    [Fact]
    public void Whoever_falls_silent_at_the_door_leaves_it_after_a_minute_and_whoever_says_still_here_does_not()
    {
        var anna = _server.Host();
        var silent = _server.Connect("silent").Join(anna.Code, "Silent");
        var patient = _server.Connect("patient").Join(anna.Code, "Patient");
        _server.AdvanceAlive(TimeSpan.FromSeconds(70), anna, patient);

        Assert.True(silent.IsClosed);
        Assert.False(patient.IsClosed);
        Assert.Equal(1, _server.Snapshot.Waiting);
        anna.Expect<JoinRequestEnded>();
    }

    [Fact]
    public void All_at_the_door_are_let_in_at_once()
    {
        var anna = _server.Host();
        var guests = Enumerable.Range(0, 5).Select(i => _server.Connect($"g{i}").Join(anna.Code, $"Guest {i}")).ToList();
        anna.Send(new AdmitAllRequests());
        Assert.All(guests, g => g.Expect<Joined>());
        Assert.Equal((6, 0), (_server.Snapshot.Participants, _server.Snapshot.Waiting));
    }

    [Fact]
    public void Equal_names_are_told_apart()
    {
        var anna = _server.Host("Anna");
        var names = new List<string>();
        foreach (var name in new[] { "Anna", "ANNA", "Anna (2)", "e\u0301va", "\u00E9va" })
        {
            var guest = _server.Connect(name + names.Count).Join(anna.Code, name);
            anna.Send(new AdmitAllRequests());
            names.Add(guest.Expect<Joined>().Meeting.Participants[^1].Name);
        }
        Assert.Equal(["Anna (2)", "ANNA (3)", "Anna (2) (2)", "\u00E9va", "\u00E9va (2)"], names);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u200B ")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void A_name_that_is_none_is_refused(string name)
    {
        var anna = _server.Host();
        _server.Connect("ben").Join(anna.Code, name).ExpectRejected("join", RejectReason.Invalid);
        _server.Connect("cleo").Send(new CreateMeeting(name, "")).ExpectRejected("create", RejectReason.Invalid);
        if (name.Length > 0) _server.Connect("dan").Send(new CreateMeeting("Dan", name)).ExpectRejected("create", RejectReason.Invalid);
    }

    [Fact]
    public void A_late_joiner_sees_devices_presence_and_who_is_host_now()
    {
        var anna = _server.Host();
        var ben = _server.Guest(anna, "Ben");
        var cleo = _server.Guest(anna, "Cleo");
        anna.Send(new SetMedia(DeviceState.On, DeviceState.Failed));
        ben.Send(new SetMedia(DeviceState.Missing, DeviceState.On));
        _server.AdvanceAlive(TimeSpan.FromSeconds(20), anna, cleo); // Ben falls silent
        anna.Send(new HandOver(cleo.Id));
        var dan = _server.Connect("dan").Join(anna.Code, "Dan");
        cleo.Admit("Dan");

        var state = dan.Expect<Joined>().Meeting;
        Assert.Equal(cleo.Id, state.HostId);
        Assert.Equal(
            [
                ("Anna", ParticipantRole.Participant, Presence.Present, DeviceState.On, DeviceState.Failed),
                ("Ben", ParticipantRole.Participant, Presence.Away, DeviceState.Missing, DeviceState.On),
                ("Cleo", ParticipantRole.Host, Presence.Present, DeviceState.Off, DeviceState.Off),
                ("Dan", ParticipantRole.Participant, Presence.Present, DeviceState.Off, DeviceState.Off),
            ],
            state.Participants.Select(p => (p.Name, p.Role, p.Presence, p.Microphone, p.Camera)));
        Assert.Equal([anna.Id, ben.Id, cleo.Id, dan.Id], state.Participants.Select(p => p.Id));
        Assert.Equal(anna.Seat!.Media.VideoSsrc, state.Participants[0].VideoSsrc);
    }

    [Fact]
    public void Three_from_one_address_and_twenty_in_all_may_wait_at_one_door()
    {
        var anna = _server.Host();
        var home = TransportAddress.FromIPv4(0x0A00FF01, 50_000);
        for (var i = 0; i < 3; i++) _server.Connect($"home {i}", home).Join(anna.Code, "Home").Expect<Waiting>();
        var fourth = _server.Connect("home 3", home).Join(anna.Code, "Home");
        fourth.ExpectRefused(EndReason.DoorBusy);

        for (var i = 3; i < 20; i++) _server.Connect($"g{i}").Join(anna.Code, "Guest").Expect<Waiting>();
        var late = _server.Connect("late").Join(anna.Code, "Late");
        late.ExpectRefused(EndReason.DoorBusy);

        anna.Send(new AdmitAllRequests());
        late.Join(anna.Code, "Late").Expect<Waiting>();
        fourth.Join(anna.Code, "Home").Expect<Waiting>();
    }

    [Fact]
    public void A_slash_64_counts_as_one_address_at_the_door()
    {
        var anna = _server.Host();
        for (var i = 0u; i < 4; i++)
        {
            var from = new TransportAddress((new UInt128(0x20010DB8_00000001, 0) | i) + ((UInt128)i << 60), 0, 40_000);
            var guest = _server.Connect($"g{i}", from).Join(anna.Code, "Guest");
            if (i < 3) guest.Expect<Waiting>();
            else guest.ExpectRefused(EndReason.DoorBusy);
        }
    }

    [Fact]
    public void A_meeting_with_no_free_seat_is_full()
    {
        var anna = _server.Host();
        for (var i = 1; i < Limits.MaxParticipants; i++) _server.Guest(anna, $"g{i}");
        _server.Connect("late").Join(anna.Code, "Late").ExpectRefused(EndReason.Full);
        Assert.Equal(Limits.MaxParticipants, _server.Snapshot.Participants);
    }

    [Fact]
    public void Whoever_is_let_in_after_the_last_seat_was_taken_is_told_that_it_is_full()
    {
        var anna = _server.Host();
        for (var i = 1; i < Limits.MaxParticipants - 1; i++) _server.Guest(anna, $"g{i}");
        var one = _server.Connect("one").Join(anna.Code, "One");
        var two = _server.Connect("two").Join(anna.Code, "Two");
        anna.Send(new AdmitAllRequests());
        one.Expect<Joined>();
        two.ExpectRefused(EndReason.Full);
    }

    [Fact]
    public void More_meetings_than_allowed_are_refused()
    {
        var server = new TestServer(ConferenceOptions.Default with { MaxMeetings = 2 });
        server.Host("a");
        var b = server.Host("b");
        server.Connect("c").Send(new CreateMeeting("C", "")).ExpectRefused(EndReason.Full);
        b.Send(new EndForAll());
        server.Host("d");
    }

    [Fact]
    public void Codes_of_live_meetings_differ()
    {
        var codes = Enumerable.Range(0, 900).Select(i => _server.Host($"h{i}").Code).ToList();
        Assert.Equal(codes.Count, codes.Distinct().Count());
    }

    private static (ChatLineKind Kind, string From, string Name) KindOf(ChatLine line) => (line.Kind, line.From, line.Name);
}
