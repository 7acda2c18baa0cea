using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;
using Parley.Transport.Driving;

namespace Parley.Conference.Tests.Sessions;

/// <summary>Connections: the handshake, what breaks it, and that they are forgotten.</summary>
public sealed class SessionTests
{
    private readonly TestServer _server = new();

    [Fact]
    public void Another_version_is_told_so_and_let_go()
    {
        var client = _server.Open("eve").Send(new Hello(2, "test", new string('A', 43)));
        client.ExpectRefused(EndReason.VersionMismatch);
        Assert.True(client.IsClosed);
        Assert.False(client.IsAuthenticated);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("!!!!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_commitment_that_is_none_closes(string commitment)
    {
        var client = _server.Open("eve").Send(new Hello(1, "test", commitment));
        client.ExpectRefused(EndReason.ProtocolError);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_nonce_that_does_not_open_the_commitment_closes()
    {
        var client = _server.Open("eve").Send(new Hello(1, "test", System.Buffers.Text.Base64Url.EncodeToString(IdentityCheck.Commit(new byte[32]))));
        client.Expect<Welcome>();
        client.Send(new Reveal(System.Buffers.Text.Base64Url.EncodeToString(Enumerable.Repeat((byte)1, 32).ToArray())));
        client.ExpectRefused(EndReason.ProtocolError);
        Assert.True(client.IsClosed);
        Assert.False(client.IsAuthenticated);
    }

    [Fact]
    public void The_host_sees_the_digits_that_the_guest_computes()
    {
        var host = _server.Host();
        var guest = _server.Open("ben");
        var nonce = Enumerable.Repeat((byte)7, 32).ToArray();
        guest.Send(new Hello(1, "test", System.Buffers.Text.Base64Url.EncodeToString(IdentityCheck.Commit(nonce))));
        var commitment = System.Buffers.Text.Base64Url.DecodeFromChars(guest.Expect<Welcome>().Commitment);
        guest.Send(new Reveal(System.Buffers.Text.Base64Url.EncodeToString(nonce)));
        var serverNonce = System.Buffers.Text.Base64Url.DecodeFromChars(guest.Expect<Revealed>().Nonce);
        Assert.True(IdentityCheck.Opens(commitment, serverNonce));

        guest.Join(host.Code, "Ben");
        Assert.Equal(
            IdentityCheck.Digits(TestServer.KeyHash, TestServer.KeyOf("ben"), serverNonce, nonce),
            host.Expect<JoinRequested>().Request.Check);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("{\"type\":\"chat\"}")]
    [InlineData("{\"type\":\"chat\",\"id\":\"1\",\"text\":5}")]
    [InlineData("{\"type\":\"chat\",\"id\":\"1\",\"text\":\"\\uD800\"}")]
    [InlineData("{\"type\":\"setMedia\",\"microphone\":\"failed, missing\",\"camera\":\"on\"}")]
    [InlineData("{\"type\":\"chat\",\"id\":\"1\",\"text\":\"x\",\"y\":[[[[[[[[[[]]]]]]]]]]}")]
    public void What_is_malformed_closes_that_connection_and_no_other(string json)
    {
        var anna = _server.Host();
        var ben = _server.Guest(anna, "Ben");
        var waiting = _server.Connect("dan").Join(anna.Code, "Dan");
        anna.Forget();
        waiting.Forget();
        foreach (var client in new[] { ben, waiting, _server.Connect("eve"), _server.Open("stranger") })
        {
            client.Forget();
            client.SendRaw(json);
            client.ExpectRefused(EndReason.ProtocolError);
            Assert.True(client.IsClosed);
        }
        anna.Expect<JoinRequestEnded>();
        anna.ExpectNothing(); // Ben's seat is held
        Assert.False(anna.IsClosed);
        anna.Send(new PostChat("1", "still here")).Expect<ChatLinePosted>();
        Assert.Equal((2, 0), (_server.Snapshot.Participants, _server.Snapshot.Waiting));
    }

    [Fact]
    public void What_is_unknown_is_ignored_and_counted()
    {
        var anna = _server.Host();
        anna.SendRaw("""{"type":"teleport","where":{}}""");
        anna.SendRaw("binary", MessageKind.Binary);
        anna.ExpectNothing();
        Assert.False(anna.IsClosed);
        Assert.Equal(2, _server.Snapshot.Drops[DropReason.UnknownKind]);
    }

    [Fact]
    public void A_flood_of_messages_is_thinned_out_and_harms_nobody()
    {
        var anna = _server.Host();
        var ben = _server.Guest(anna, "Ben");
        ben.Forget();
        for (var i = 0; i < 5_000; i++) ben.Ping();
        Assert.InRange(ben.Inbox.Count, 300, 450);
        Assert.True(_server.Snapshot.Drops[DropReason.RateLimited] > 4_500);
        anna.Forget();
        anna.Ping();
        anna.Expect<ControlPong>();
    }

    [Fact]
    public void A_thousand_people_who_came_and_went_leave_nothing_behind()
    {
        var anna = _server.Host();
        Visit(0, 100);
        var before = Footprint();
        Visit(100, 1_100);
        Assert.Equal(1, _server.Snapshot.Sessions);
        Assert.Equal(before, Footprint());

        void Visit(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                var guest = _server.Connect($"g{i}");
                if (i % 5 == 0)
                {
                    guest.Disconnect();
                    continue;
                }
                guest.Join(anna.Code, $"g{i}");
                if (i % 5 == 1)
                {
                    guest.Disconnect();
                    continue;
                }
                anna.Admit($"g{i}");
                guest.Send(new SetMedia(DeviceState.On, DeviceState.On));
                guest.Report();
                guest.Show(1);
                if (i % 5 == 2) guest.Send(new LeaveMeeting());
                else if (i % 5 == 3) anna.Send(new RemoveSeat(guest.Id));
                else guest.SendRaw("garbage");
                if (i % 5 == 4) anna.Send(new RemoveSeat(guest.Id));
                anna.Forget();
                _server.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        (int Routes, int Tokens, int Sessions, int Seats) Footprint()
        {
            var context = _server.Server.Context;
            return (context.Routes.Count, context.ResumeTokens.Count, _server.Snapshot.Sessions, _server.Snapshot.Participants);
        }
    }

    [Fact]
    public void An_idle_connection_without_a_seat_is_let_go()
    {
        var idle = _server.Connect("idle");
        var alive = _server.Connect("alive");
        _server.AdvanceAlive(TimeSpan.FromSeconds(70), alive);
        Assert.True(idle.IsClosed);
        Assert.False(alive.IsClosed);
    }
}
