using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Net.Tests.Support;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Channels;

public sealed class ChannelLifeTests
{
    [Fact]
    public async Task Closing_delivers_what_is_queued_and_tells_only_the_other_side()
    {
        await using var pair = await ChannelPair.ConnectAsync();
        await pair.Server.DoAsync(() =>
        {
            for (var i = 0; i < 50; i++) pair.ServerSide.SendText(pair.Accepted, $"{i}");
            pair.ServerSide.Ask(ChannelAction.Close(pair.Accepted));
            pair.ServerSide.SendText(pair.Accepted, "too late");
        });
        for (var i = 0; i < 50; i++) Assert.Equal($"{i}", Encoding.UTF8.GetString((await pair.ClientSide.Messages.NextAsync()).Body));
        Assert.Equal(ChannelCloseReason.ClosedByPeer, (await pair.ClientSide.Closed.NextAsync()).Reason);
        await Deadline.Until(() => pair.Server.Stats.ChannelsOpen == 0, "the server let go");
        Assert.False(pair.ClientSide.Messages.TryNext(out _));
        Assert.False(pair.ServerSide.Closed.TryNext(out _));
    }

    [Fact]
    public async Task Closing_is_heard_while_the_other_side_keeps_sending()
    {
        await using var pair = await ChannelPair.ConnectAsync();
        await pair.Client.DoAsync(() =>
        {
            for (var i = 0; i < 500; i++) pair.ClientSide.SendText(ChannelPair.Call, new string('x', 1000));
        });
        await pair.Server.DoAsync(() =>
        {
            pair.ServerSide.SendText(pair.Accepted, "denied");
            pair.ServerSide.Ask(ChannelAction.Close(pair.Accepted));
        });
        Assert.Equal("denied", Encoding.UTF8.GetString((await pair.ClientSide.Messages.NextAsync()).Body));
        Assert.Equal(ChannelCloseReason.ClosedByPeer, (await pair.ClientSide.Closed.NextAsync()).Reason);
    }

    [Fact]
    public async Task Nobody_listening_is_a_sentence()
    {
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var closed = await ConnectAndFailAsync(new ChannelTarget("127.0.0.1", port, default));
        Assert.Equal(ChannelCloseReason.Unreachable, closed.Reason);
        Assert.Equal($"Nobody listens at 127.0.0.1:{port}.", closed.Detail);
    }

    [Fact]
    public async Task A_listener_that_says_nothing_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var closed = await ConnectAndFailAsync(new ChannelTarget("127.0.0.1", port, default));
        Assert.Equal(ChannelCloseReason.HandshakeFailed, closed.Reason);
        Assert.Contains("said nothing", closed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listener_that_speaks_something_else_is_told_apart()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var answering = AnswerOnceAsync(web);
        var closed = await ConnectAndFailAsync(new ChannelTarget("127.0.0.1", ((IPEndPoint)web.LocalEndpoint).Port, default));
        Assert.Equal(ChannelCloseReason.HandshakeFailed, closed.Reason);
        await answering.Within();

        static async Task AnswerOnceAsync(TcpListener web)
        {
            using var caller = await web.AcceptTcpClientAsync();
            await caller.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
        }
    }

    [Fact]
    public async Task A_connection_closed_before_it_stands_is_never_heard_of()
    {
        var clientSide = new ScriptedEndpoint();
        await using var server = Shards.Start(Shards.ServerOptions(), new ScriptedEndpoint());
        await using var client = Shards.Start(Shards.Options(), clientSide);
        await client.DoAsync(() =>
        {
            clientSide.Ask(ChannelAction.Connect(new ChannelId(1), new ChannelTarget("127.0.0.1", server.TcpPort!.Value, default)));
            clientSide.Ask(ChannelAction.Close(new ChannelId(1)));
        });
        await client.ConnectAsync(clientSide, new ChannelId(2), server);
        await Deadline.Until(() => client.Stats.ChannelsOpen == 1, "the first is gone");
        Assert.False(clientSide.Opened.TryNext(out _));
        Assert.False(clientSide.Closed.TryNext(out _));
    }

    [Fact]
    public async Task What_is_sent_before_the_connection_stands_waits_for_it()
    {
        var serverSide = new ScriptedEndpoint();
        var clientSide = new ScriptedEndpoint();
        await using var server = Shards.Start(Shards.ServerOptions(), serverSide);
        await using var client = Shards.Start(Shards.Options(), clientSide);
        await client.DoAsync(() =>
        {
            clientSide.Ask(ChannelAction.Connect(new ChannelId(1), new ChannelTarget("127.0.0.1", server.TcpPort!.Value, default)));
            clientSide.SendText(new ChannelId(1), "hello");
        });
        Assert.Equal("hello", Encoding.UTF8.GetString((await serverSide.Messages.NextAsync()).Body));
    }

    [Fact]
    public async Task Reading_stops_until_the_shard_has_taken_what_was_read()
    {
        using var hub = new ChannelHub(Shards.SharedIdentity, new ChannelLimits { MaxInFlightMessages = 3 }, new NoLog(), () => { });
        hub.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        hub.Start();
        // One write: all ten lie in the reader's buffer at once.
        using var eager = await SendAsync(frames: 10);
        var taken = new Queue<ChannelEvent>();
        Assert.Equal(ChannelEventKind.Opened, (await TakeAsync()).Kind);
        for (var i = 0; i < 3; i++) taken.Enqueue(await TakeAsync());

        // A whole other connection comes and speaks meanwhile: the first had time for more, and is the only one that waits.
        using var other = await SendAsync(frames: 1);
        Assert.Equal(ChannelEventKind.Opened, (await TakeAsync()).Kind);
        var aside = await TakeAsync();
        Assert.NotSame(taken.Peek().Connection, aside.Connection);
        aside.Release();

        for (var i = 3; i < 10; i++)
        {
            Assert.False(hub.HasEvents);
            taken.Dequeue().Release();
            taken.Enqueue(await TakeAsync());
        }
        Assert.All(taken, item => Assert.Equal(ChannelEventKind.Message, item.Kind));
        foreach (var item in taken) item.Release();
        await hub.CloseAllAsync(TimeSpan.Zero);

        async Task<System.Net.Security.SslStream> SendAsync(int frames)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, hub.Port!.Value);
            var tls = new System.Net.Security.SslStream(new NetworkStream(socket, ownsSocket: true), false, RawClient.AcceptsAnyServer);
            await tls.AuthenticateAsClientAsync("parley").Within();
            await tls.WriteAsync(Enumerable.Range(0, frames).SelectMany(_ => RawClient.Frame(1, 1)).ToArray());
            return tls;
        }

        async Task<ChannelEvent> TakeAsync()
        {
            ChannelEvent item = default;
            await Deadline.Until(() => hub.TryTake(out item), "an event");
            return item;
        }
    }

    private static async Task<(ChannelId Channel, ChannelCloseReason Reason, string? Detail)> ConnectAndFailAsync(ChannelTarget target)
    {
        var clientSide = new ScriptedEndpoint();
        var limits = new ChannelLimits { AuthenticationTime = TimeSpan.FromMilliseconds(500) };
        await using var client = Shards.Start(Shards.Options() with { Channels = limits }, clientSide);
        await client.DoAsync(() => clientSide.Ask(ChannelAction.Connect(new ChannelId(1), target)));
        return await clientSide.Closed.NextAsync();
    }
}
