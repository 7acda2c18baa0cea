using System.Text;
using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Meetings;

/// <summary>Every verb by everyone, in a table: what each may do, and what is answered when not.</summary>
public sealed class VerbTests
{
    /// <summary>
    /// done: carried out. close: the connection is closed for breaking the protocol. Otherwise the reason of the rejection.
    /// Columns: before hello, before reveal, ready, waiting, participant, host.
    /// </summary>
    private const string Table = """
        hello      done   close  notNow  notNow  notNow   notNow
        reveal     close  done   notNow  notNow  notNow   notNow
        create     close  close  done    notNow  notNow   notNow
        join       close  close  done    notNow  notNow   notNow
        cancel     close  close  notNow  done    notNow   notNow
        admit      close  close  notNow  notNow  notHost  done
        admitAll   close  close  notNow  notNow  notHost  done
        deny       close  close  notNow  notNow  notHost  done
        remove     close  close  notNow  notNow  notHost  done
        handOver   close  close  notNow  notNow  notHost  done
        setMedia   close  close  notNow  notNow  done     done
        chat       close  close  notNow  notNow  done     done
        chatHistory close close  notNow  notNow  done     done
        react      close  close  notNow  notNow  done     done
        setHand    close  close  notNow  notNow  done     done
        lowerHand  close  close  notNow  notNow  notHost  done
        subscribe  close  close  notNow  notNow  done     done
        setCapabilities close close notNow notNow done    done
        leave      close  close  notNow  notNow  done     done
        end        close  close  notNow  notNow  notHost  done
        ping       close  close  done    done    done     done
        """;

    private static readonly string[] Roles = ["beforeHello", "beforeReveal", "ready", "waiting", "participant", "host"];

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string>();
            foreach (var row in Table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            {
                for (var i = 0; i < Roles.Length; i++) cells.Add(row[0], Roles[i], row[i + 1]);
            }
            return cells;
        }
    }

    [Fact]
    public void The_table_has_every_verb()
    {
        var verbs = typeof(ClientMessage).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), inherit: false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(a => (string)a.TypeDiscriminator!);
        Assert.Equal(verbs.Order(StringComparer.Ordinal), Cells.Select(c => (string)c[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_role_may_do_what_the_table_says(string verb, string role, string expected)
    {
        var stage = new Stage();
        var actor = stage.Actor(role);
        var bystanders = stage.Everyone.Where(c => c != actor).ToList();
        foreach (var client in stage.Everyone) client.Forget();
        var before = stage.Picture();

        actor.Send(stage.Message(verb));

        if (expected == "done")
        {
            Assert.DoesNotContain(actor.Inbox, m => m is Rejected);
            Assert.NotEqual(verb == "leave" || (verb == "end" && role == "host"), !actor.IsClosed);
            if (ChangesTheMeeting(verb)) Assert.NotEqual(before, stage.Picture());
            return;
        }
        if (expected == "close")
        {
            actor.ExpectRefused(EndReason.ProtocolError);
            Assert.True(actor.IsClosed);
        }
        else
        {
            actor.ExpectRejected(verb, Enum.Parse<RejectReason>(expected, ignoreCase: true));
            Assert.False(actor.IsClosed);
        }
        actor.ExpectNothing();
        Assert.All(bystanders, b => b.ExpectNothing());
        Assert.Equal(before, stage.Picture());
    }

    [Fact]
    public void Whoever_left_or_was_removed_is_heard_no_more()
    {
        foreach (var ending in new[] { "leave", "remove", "end" })
        {
            foreach (var verb in Cells.Select(c => (string)c[0]).Distinct())
            {
                var stage = new Stage();
                if (ending == "leave") stage.Participant.Send(new LeaveMeeting());
                else stage.Host.Send(ending == "end" ? new EndForAll() : new RemoveSeat(stage.Participant.Id));
                Assert.True(stage.Participant.IsClosed);
                foreach (var client in stage.Everyone) client.Forget();
                var before = stage.Picture();

                stage.Participant.Send(stage.Message(verb));
                stage.Participant.Speak(3).Show();

                Assert.All(stage.Everyone, c => c.ExpectNothing());
                Assert.Equal(before, stage.Picture());
            }
        }
    }

    [Fact]
    public void Whoever_waits_gets_nothing_but_waiting_whatever_happens_inside()
    {
        var stage = new Stage();
        var waiting = stage.Waiting;
        Assert.IsType<Waiting>(Assert.Single(waiting.Inbox));
        waiting.Forget();

        stage.Host.Send(new SetMedia(DeviceState.On, DeviceState.On)).Send(new PostChat("1", "secret"));
        stage.Participant.Send(new SetMedia(DeviceState.On, DeviceState.On)).Send(new PostChat("1", "secret"));
        stage.Host.Report();
        stage.Participant.Report();
        stage.Participant.Show().SpeakFor(TimeSpan.FromMilliseconds(300));
        stage.Host.Send(new HandOver(stage.Participant.Id));
        stage.Participant.Send(new RemoveSeat(stage.Host.Id));
        stage.Server.AdvanceAlive(TimeSpan.FromSeconds(20), waiting);

        waiting.Inbox.RemoveAll(m => m is ControlPong);
        waiting.ExpectNothing();
        Assert.Equal(0, waiting.Datagrams);
    }

    [Fact]
    public void Verbs_about_people_who_are_not_there_say_so()
    {
        var stage = new Stage();
        var host = stage.Host;
        foreach (var id in new[] { "", "nobody", stage.Waiting.Channel.ToString(), stage.OtherMeetingsHost.Id })
        {
            host.Send(new AdmitRequest(id)).ExpectRejected("admit", RejectReason.Gone);
            host.Send(new DenyRequest(id)).ExpectRejected("deny", RejectReason.Gone);
            host.Send(new RemoveSeat(id)).ExpectRejected("remove", RejectReason.Gone);
            host.Send(new HandOver(id)).ExpectRejected("handOver", RejectReason.Gone);
            host.Send(new LowerHand(id)).ExpectRejected("lowerHand", RejectReason.Gone);
        }
        host.Send(new RemoveSeat(host.Id)).ExpectRejected("remove", RejectReason.Gone);
        Assert.Equal(4, stage.Server.Snapshot.Participants);
    }

    private static bool ChangesTheMeeting(string verb) =>
        verb is "create" or "admit" or "admitAll" or "deny" or "remove" or "leave" or "end" or "cancel" or "setMedia" or "handOver" or "setHand" or "lowerHand";

    /// <summary>One of each role, and a second meeting.</summary>
    private sealed class Stage
    {
        private readonly JoinRequestState _request;

        public Stage()
        {
            OtherMeetingsHost = Server.Host("Olga");
            Host = Server.Host("Anna");
            Participant = Server.Guest(Host, "Ben");
            Third = Server.Guest(Host, "Cleo");
            Waiting = Server.Connect("dan").Join(Host.Code, "Dan");
            Third.Send(new SetHand(IsRaised: true));
            _request = Host.Inbox.OfType<JoinRequested>().Last().Request;
            Ready = Server.Connect("ready");
            BeforeHello = Server.Open("stranger");
            BeforeReveal = Server.Open("half").Send(Hello);
            Waiting.Inbox.RemoveAll(m => m is not (Parley.Protocol.Control.Waiting or Joined));
        }

        private static Hello Hello { get; } = new(
            ControlProtocol.Version, "test", System.Buffers.Text.Base64Url.EncodeToString(IdentityCheck.Commit(new byte[32])));

        public TestServer Server { get; } = new();

        public TestClient OtherMeetingsHost { get; }

        public TestClient Host { get; }

        public TestClient Participant { get; }

        public TestClient Third { get; }

        public TestClient Waiting { get; }

        public TestClient Ready { get; }

        public TestClient BeforeHello { get; }

        public TestClient BeforeReveal { get; }

        public IEnumerable<TestClient> Everyone => [OtherMeetingsHost, Host, Participant, Third, Waiting, Ready, BeforeHello, BeforeReveal];

        public TestClient Actor(string role) => role switch
        {
            "beforeHello" => BeforeHello,
            "beforeReveal" => BeforeReveal,
            "ready" => Ready,
            "waiting" => Waiting,
            "participant" => Participant,
            _ => Host,
        };

        public ClientMessage Message(string verb) => verb switch
        {
            "hello" => Hello,
            "reveal" => new Reveal(System.Buffers.Text.Base64Url.EncodeToString(new byte[32])),
            "create" => new CreateMeeting("Eve", ""),
            "join" => new RequestJoin(Host.Code, "Eve"),
            "cancel" => new CancelRequest(),
            "admit" => new AdmitRequest(_request.Id),
            "admitAll" => new AdmitAllRequests(),
            "deny" => new DenyRequest(_request.Id),
            "remove" => new RemoveSeat(Third.Id),
            "handOver" => new HandOver(Third.Id),
            "setMedia" => new SetMedia(DeviceState.On, DeviceState.On),
            "chat" => new PostChat("1", "hello"),
            "chatHistory" => new RequestChatHistory(long.MaxValue),
            "react" => new React(Reaction.Party),
            "setHand" => new SetHand(IsRaised: true),
            "lowerHand" => new LowerHand(Third.Id),
            "subscribe" => new Subscribe([new TrackWish(Third.Seat!.Media.VideoSsrc, 360)]),
            "setCapabilities" => new SetCapabilities([VideoCodec.Vp8], [VideoCodec.Vp8]),
            "leave" => new LeaveMeeting(),
            "end" => new EndForAll(),
            "ping" => new ControlPing(1),
            _ => throw new ArgumentOutOfRangeException(nameof(verb)),
        };

        /// <summary>The state of everything, as a newcomer who is let in sees it, and who waits.</summary>
        public string Picture()
        {
            var text = new StringBuilder();
            foreach (var meeting in Server.Server.Meetings)
            {
                text.Append(meeting.Id).Append(' ').Append(meeting.WaitingCount).Append(' ').Append(meeting.HostId);
                foreach (var seat in meeting.Seats) text.Append(' ').Append(seat.ToState(isHost: false));
                text.Append('\n');
            }
            return text.ToString();
        }
    }
}
