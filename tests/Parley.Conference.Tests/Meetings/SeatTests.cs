using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Meetings;

/// <summary>Seats that outlive connections, the host's role, and the end of meetings.</summary>
public sealed class SeatTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private readonly TestClient _cleo;

    public SeatTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _cleo = _server.Guest(_anna, "Cleo");
        Forget();
    }

    [Fact]
    public void Ten_seconds_of_silence_are_shown_as_away_and_a_sign_of_life_as_present()
    {
        _server.AdvanceAlive(TimeSpan.FromSeconds(9), _anna, _cleo);
        Assert.DoesNotContain(_anna.Inbox, m => m is ParticipantChanged);
        _server.AdvanceAlive(TimeSpan.FromSeconds(2), _anna, _cleo);
        Assert.Equal((_ben.Id, Presence.Away), Changed(_anna));

        _ben.Ping();
        Assert.Equal((_ben.Id, Presence.Present), Changed(_anna));
        Assert.Equal((_ben.Id, Presence.Present), Changed(_ben, skip: 1));
    }

    [Fact]
    public void Media_alone_is_a_sign_of_life()
    {
        _ben.Send(new SetMedia(DeviceState.On, DeviceState.Off));
        Forget();
        for (var i = 0; i < 30; i++)
        {
            _server.AdvanceAlive(TimeSpan.FromSeconds(1), _anna, _cleo);
            _ben.Report();
        }
        Assert.DoesNotContain(_anna.Inbox, m => m is ParticipantChanged);
    }

    [Fact]
    public void A_broken_connection_is_no_leave_and_the_seat_comes_back_as_it_was()
    {
        _ben.Send(new SetMedia(DeviceState.On, DeviceState.Off)).Send(new Subscribe([]));
        Forget();
        _ben.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromMinutes(4), _anna, _cleo);
        Assert.Equal((_ben.Id, Presence.Away), Changed(_anna));
        Assert.DoesNotContain(_anna.Inbox, m => m is ParticipantLeft);

        var back = Resume(_ben);
        var joined = back.Expect<Joined>();
        Assert.Equal(_ben.Id, joined.Me);
        var me = joined.Meeting.Participants.Single(p => p.Id == joined.Me);
        Assert.Equal(("Ben", Presence.Present, DeviceState.On), (me.Name, me.Presence, me.Microphone));
        Assert.Equal((_ben.Id, Presence.Present), Changed(_anna));
        Assert.Equal(3, joined.Meeting.Participants.Count);
    }

    [Fact]
    public void A_seat_is_held_five_minutes_and_no_longer()
    {
        _ben.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(298), _anna, _cleo);
        Assert.DoesNotContain(_anna.Inbox, m => m is ParticipantLeft);
        _server.AdvanceAlive(TimeSpan.FromSeconds(4), _anna, _cleo);
        Assert.Equal(new ParticipantLeft(_ben.Id, EndReason.SeatExpired), _anna.Expect<ParticipantLeft>());
        Resume(_ben).ExpectRefused(EndReason.SeatExpired);
    }

    [Fact]
    public void Keys_and_token_are_new_at_each_resume_and_the_ids_stay()
    {
        var before = _ben.Seat!;
        _ben.Disconnect();
        var back = Resume(_ben);
        var after = back.Expect<Joined>();
        Assert.NotEqual(before.Media.SendKey, after.Media.SendKey);
        Assert.NotEqual(before.Media.ReceiveKey, after.Media.ReceiveKey);
        Assert.NotEqual(before.ResumeToken, after.ResumeToken);
        Assert.Equal(before.Media with { SendKey = "", ReceiveKey = "" }, after.Media with { SendKey = "", ReceiveKey = "" });

        // What was sealed with the old key is worth nothing.
        var drops = _server.Snapshot.Drops.GetValueOrDefault(DropReason.NotAuthentic);
        _ben.Show();
        Assert.Equal(drops + 3, _server.Snapshot.Drops[DropReason.NotAuthentic]);
    }

    [Fact]
    public void A_token_is_worth_nothing_once_its_owner_has_the_next_one()
    {
        _ben.Disconnect();
        var back = Resume(_ben);
        back.Ping();
        Resume(_ben).ExpectRefused(EndReason.SeatExpired);
        Assert.False(back.IsClosed);
    }

    [Fact]
    public void A_token_whose_answer_was_lost_can_be_used_again_and_again()
    {
        _ben.Disconnect();
        var lost = new List<TestClient>();
        for (var i = 0; i < 3; i++)
        {
            lost.Add(Resume(_ben)); // its Joined never reached Ben
            lost[^1].Disconnect();
        }
        var back = Resume(_ben);
        back.Expect<Joined>();
        back.Ping();
        foreach (var client in lost) Resume(client).ExpectRefused(EndReason.SeatExpired);
        Resume(back).Expect<Joined>();
    }

    [Fact]
    public void A_token_in_other_hands_is_worth_nothing()
    {
        _ben.Disconnect();
        var thief = _server.Connect("eve", null, _ben.Seat!.ResumeToken, _ben.Epoch);
        thief.ExpectRefused(EndReason.SeatExpired);
        Assert.Null(thief.Seat);
        Resume(_ben).Expect<Joined>();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("nonsense", null)]
    [InlineData(null, "another epoch")]
    public void A_token_that_means_nothing_is_refused_and_the_connection_may_still_join(string? token, string? epoch)
    {
        var client = _server.Connect("Ben", null, token ?? _ben.Seat!.ResumeToken, epoch ?? _ben.Epoch);
        client.ExpectRefused(EndReason.SeatExpired);
        client.Join(_anna.Code, "Ben").Expect<Waiting>();
    }

    [Fact]
    public void The_connection_that_is_replaced_is_told()
    {
        var back = Resume(_ben);
        back.Expect<Joined>();
        Assert.Equal(new SeatEnded(EndReason.Replaced), _ben.Expect<SeatEnded>());
        Assert.True(_ben.IsClosed);
        _ben.ExpectNothing();
        Assert.DoesNotContain(_anna.Inbox, m => m is ParticipantChanged or ParticipantLeft);

        // The end of the old connection takes nothing from the new one.
        _ben.Disconnect(ChannelCloseReasonLost);
        Assert.Equal(3, _server.Snapshot.Present);
        back.Send(new PostChat("1", "I am here")).Expect<ChatLinePosted>();
    }

    [Fact]
    public void Media_goes_on_while_the_control_connection_is_lost()
    {
        _ben.Report();
        _ben.Disconnect();
        _anna.Report();
        _anna.TurnOnCamera().Show();
        Assert.Equal(3, _ben.Media.Count);
        _ben.Forget();

        _server.AdvanceAlive(TimeSpan.FromSeconds(11), _anna);
        _anna.Show();
        Assert.Empty(_ben.Media); // away: nothing is sent into the void
    }

    [Fact]
    public void The_host_who_leaves_passes_the_role_at_once_to_whoever_is_there_longest()
    {
        _anna.Send(new LeaveMeeting());
        Assert.Equal(new SeatEnded(EndReason.Left), _anna.Expect<SeatEnded>());
        Assert.True(_anna.IsClosed);
        foreach (var client in new[] { _ben, _cleo })
        {
            Assert.Equal(new ParticipantLeft(_anna.Id, EndReason.Left), client.Expect<ParticipantLeft>());
            Assert.Equal(new HostChanged(_ben.Id), client.Expect<HostChanged>());
        }
        _ben.Send(new EndForAll());
        Assert.Equal(new SeatEnded(EndReason.Ended), _cleo.Expect<SeatEnded>());
    }

    [Fact]
    public void The_role_passes_over_who_is_away()
    {
        _server.AdvanceAlive(TimeSpan.FromSeconds(12), _anna, _cleo);
        _anna.Send(new LeaveMeeting());
        Assert.Equal(new HostChanged(_cleo.Id), _cleo.Expect<HostChanged>());
    }

    [Fact]
    public void The_new_host_gets_the_door()
    {
        var dan = _server.Connect("dan").Join(_anna.Code, "Dan");
        _anna.Send(new LeaveMeeting());
        _ben.Admit("Dan");
        dan.Expect<Joined>();
    }

    [Fact]
    public void A_host_who_is_away_lends_the_role_after_a_minute_and_gets_it_back_with_the_seat()
    {
        _anna.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(58), _ben, _cleo);
        Assert.DoesNotContain(_ben.Inbox, m => m is HostChanged);
        _server.AdvanceAlive(TimeSpan.FromSeconds(4), _ben, _cleo);
        Assert.Equal(new HostChanged(_ben.Id), _ben.Expect<HostChanged>());
        Forget();

        var back = Resume(_anna);
        Assert.Equal(_anna.Id, back.Expect<Joined>().Meeting.HostId);
        Assert.Equal(new HostChanged(_anna.Id), _ben.Expect<HostChanged>());
        _ben.Send(new EndForAll()).ExpectRejected("end", RejectReason.NotHost);
    }

    [Fact]
    public void A_role_that_was_handed_over_is_gone_for_good()
    {
        _anna.Send(new HandOver(_cleo.Id));
        Assert.Equal(new HostChanged(_cleo.Id), _anna.Expect<HostChanged>());
        _anna.Send(new EndForAll()).ExpectRejected("end", RejectReason.NotHost);

        _anna.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(90), _ben, _cleo);
        Assert.Equal(_cleo.Id, Resume(_anna).Expect<Joined>().Meeting.HostId);
    }

    [Fact]
    public void A_borrower_who_hands_the_role_over_settles_it()
    {
        _anna.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(64), _ben, _cleo);
        _ben.Send(new HandOver(_cleo.Id));
        Assert.Equal(_cleo.Id, Resume(_anna).Expect<Joined>().Meeting.HostId);
    }

    [Fact]
    public void The_role_is_not_given_to_who_is_away()
    {
        _server.AdvanceAlive(TimeSpan.FromSeconds(12), _anna, _cleo);
        Forget();
        _anna.Send(new HandOver(_ben.Id)).ExpectRejected("handOver", RejectReason.Gone);
    }

    [Fact]
    public void Whoever_is_removed_is_told_and_gone_and_may_knock_again()
    {
        _anna.Send(new RemoveSeat(_ben.Id));
        Assert.Equal(new SeatEnded(EndReason.Removed), _ben.Expect<SeatEnded>());
        Assert.True(_ben.IsClosed);
        Assert.Equal(new ParticipantLeft(_ben.Id, EndReason.Removed), _cleo.Expect<ParticipantLeft>());
        Resume(_ben).ExpectRefused(EndReason.SeatExpired);
        _server.Connect("Ben").Join(_anna.Code, "Ben").Expect<Waiting>();
    }

    [Fact]
    public void A_meeting_with_nobody_present_lives_ten_minutes()
    {
        _anna.Disconnect();
        _ben.Disconnect();
        _cleo.Disconnect();
        _server.Advance(TimeSpan.FromMinutes(9));
        var back = Resume(_cleo);
        Assert.Equal(3, back.Expect<Joined>().Meeting.Participants.Count);
        back.Disconnect();

        _server.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(12));
        Assert.Equal(0, _server.Snapshot.Meetings);
        _server.Connect("dan").Join(_anna.Code, "Dan").ExpectRefused(EndReason.WrongCode);
        Assert.Contains(_server.Events, e => e is { Kind: ConferenceEventKind.MeetingEnded, Reason: EndReason.Ended });
    }

    [Fact]
    public void The_last_to_leave_ends_the_meeting_and_the_door_is_told()
    {
        var dan = _server.Connect("dan").Join(_anna.Code, "Dan");
        dan.Forget();
        foreach (var client in new[] { _anna, _ben, _cleo }) client.Send(new LeaveMeeting());
        dan.ExpectRefused(EndReason.Ended);
        Assert.Equal((0, 0, 0), (_server.Snapshot.Meetings, _server.Snapshot.Participants, _server.Snapshot.Waiting));
        dan.Join(_anna.Code, "Dan").ExpectRefused(EndReason.WrongCode);
    }

    [Fact]
    public void The_host_ends_the_meeting_for_all_and_for_the_door()
    {
        var dan = _server.Connect("dan").Join(_anna.Code, "Dan");
        dan.Forget();
        _anna.Send(new EndForAll());
        foreach (var client in new[] { _anna, _ben, _cleo })
        {
            Assert.Equal(new SeatEnded(EndReason.Ended), client.Expect<SeatEnded>());
            Assert.True(client.IsClosed);
        }
        dan.ExpectRefused(EndReason.Ended);
        Assert.False(dan.IsClosed);
        Resume(_ben).ExpectRefused(EndReason.SeatExpired);
    }

    [Fact]
    public void Stop_tells_everyone_wherever_they_are()
    {
        var waiting = _server.Connect("dan").Join(_anna.Code, "Dan");
        var ready = _server.Connect("eve");
        waiting.Forget();
        _server.Server.Stop(_server.Now);
        _server.Settle();
        foreach (var client in new[] { _anna, _ben, _cleo }) Assert.Equal(new SeatEnded(EndReason.ServerStopped), client.Expect<SeatEnded>());
        ready.ExpectRefused(EndReason.ServerStopped);
        Assert.All(waiting.Inbox, m => Assert.Equal(new Refused(EndReason.ServerStopped), m));
        Assert.All(new[] { _anna, _ben, _cleo, waiting, ready }, c => Assert.True(c.IsClosed));
        Assert.Equal((0, 0), (_server.Snapshot.Meetings, _server.Snapshot.Sessions));
    }

    private const Parley.Transport.Driving.ChannelCloseReason ChannelCloseReasonLost = Parley.Transport.Driving.ChannelCloseReason.ConnectionLost;

    private static (string Id, Presence Presence) Changed(TestClient client, int skip = 0)
    {
        var changes = client.Inbox.OfType<ParticipantChanged>().Skip(skip).ToList();
        var change = Assert.Single(changes).Participant;
        client.Inbox.RemoveAll(m => m is ParticipantChanged);
        return (change.Id, change.Presence);
    }

    private TestClient Resume(TestClient client)
    {
        var key = client == _anna ? "Anna" : client == _cleo ? "Cleo" : "Ben";
        return _server.Connect(key, TransportAddress.FromIPv4(0x0A00F000, 41_000), client.Seat!.ResumeToken, client.Epoch);
    }

    private void Forget()
    {
        foreach (var client in new[] { _anna, _ben, _cleo }) client.Forget();
    }
}
