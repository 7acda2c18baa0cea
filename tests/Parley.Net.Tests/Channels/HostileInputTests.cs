using System.Net.Sockets;
using System.Text;
using Parley.Net.Tests.Support;
using Parley.Protocol;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Channels;

public sealed class HostileInputTests
{
    [Theory]
    [InlineData(0u, 1)]
    [InlineData(2u, 0)]
    [InlineData(2u, 3)]
    [InlineData(2u, 255)]
    [InlineData((uint)Limits.MaxUnauthenticatedMessage + 2, 1)]
    [InlineData(uint.MaxValue, 1)]
    [InlineData(0x80000000u, 2)]
    public async Task A_header_that_breaks_the_rules_ends_the_connection_at_once(uint length, byte kind)
    {
        await using var pair = await ChannelPair.ConnectAsync();
        using var hostile = await RawClient.ConnectAsync(pair.Server);
        var channel = await pair.ServerSide.Opened.NextAsync();
        await hostile.WriteAsync(RawClient.Header(length, kind));
        var closed = await pair.ServerSide.Closed.NextAsync();
        Assert.Equal((channel, ChannelCloseReason.ProtocolError), (closed.Channel, closed.Reason));
        await hostile.ReadToEndAsync();
        Assert.Equal(1, pair.Server.Stats.ChannelsInError);
        await AssertAliveAsync(pair);
    }

    [Fact]
    public async Task The_limits_are_exact_and_rise_with_authentication()
    {
        var serverSide = new ScriptedEndpoint();
        await using var server = Shards.Start(Shards.ServerOptions(), serverSide);
        using var client = await RawClient.ConnectAsync(server);
        var channel = await serverSide.Opened.NextAsync();
        await client.WriteAsync(RawClient.Frame(1, Limits.MaxUnauthenticatedMessage));
        Assert.Equal(Limits.MaxUnauthenticatedMessage, (await serverSide.Messages.NextAsync()).Body.Length);
        await server.DoAsync(() => serverSide.Ask(ChannelAction.Authenticated(channel)));
        await server.DoAsync(() => { }); // the action is applied at the end of the turn that asked for it
        await client.WriteAsync(RawClient.Frame(1, Limits.MaxControlMessage));
        Assert.Equal(Limits.MaxControlMessage, (await serverSide.Messages.NextAsync()).Body.Length);
        await client.WriteAsync(RawClient.Frame(1, 0));
        Assert.Empty((await serverSide.Messages.NextAsync()).Body);
        await client.WriteAsync(RawClient.Header(Limits.MaxControlMessage + 2, 1));
        Assert.Equal(ChannelCloseReason.ProtocolError, (await serverSide.Closed.NextAsync()).Reason);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: parley\r\n\r\n")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u0001{}")]
    [InlineData("\u0016\u0003\u0001\u00ff\u00ff\u0001\u0000\u00ff\u00fb garbage in the shape of a TLS hello")]
    public async Task What_is_not_tls_is_shown_the_door_and_the_machine_hears_nothing(string hello)
    {
        var limits = new ChannelLimits { AuthenticationTime = TimeSpan.FromSeconds(1) };
        await using var pair = await ChannelPair.ConnectAsync(limits);
        await pair.Server.DoAsync(() => pair.ServerSide.Ask(ChannelAction.Authenticated(pair.Accepted)));
        using var tcp = await RawClient.ConnectTcpAsync(pair.Server);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(hello));
        await RawClient.ReadToEndAsync(stream);
        Assert.False(pair.ServerSide.Opened.TryNext(out _));
        Assert.False(pair.ServerSide.Closed.TryNext(out _));
        await AssertAliveAsync(pair);
    }

    [Fact]
    public async Task Five_hundred_half_open_connections_evict_each_other_and_nobody_else()
    {
        var limits = new ChannelLimits { AuthenticationTime = TimeSpan.FromSeconds(2) };
        await using var pair = await ChannelPair.ConnectAsync(limits);
        await pair.Server.DoAsync(() => pair.ServerSide.Ask(ChannelAction.Authenticated(pair.Accepted)));
        await Deadline.Until(() => pair.Server.Stats.Strangers == 0, "the first is no stranger");
        var crowd = new List<TcpClient>();
        for (var i = 0; i < 500; i++) crowd.Add(await RawClient.ConnectTcpAsync(pair.Server));
        await Deadline.Until(() => pair.Server.Stats.ChannelsAccepted == 501, "all were accepted");
        Assert.InRange(pair.Server.Stats.Strangers, 0, limits.MaxStrangers);
        Assert.InRange(pair.Server.Stats.ChannelsEvicted, 500 - limits.MaxStrangers, 500);
        await AssertAliveAsync(pair);

        var newcomer = new ScriptedEndpoint();
        await using var client = Shards.Start(Shards.Options(), newcomer);
        await client.ConnectAsync(newcomer, new ChannelId(7), pair.Server);

        foreach (var tcp in crowd) await RawClient.ReadToEndAsync(tcp.GetStream());
        await Deadline.Until(() => pair.Server.Stats.Strangers == 0, "all are gone");
        foreach (var tcp in crowd) tcp.Dispose();
        await AssertAliveAsync(pair);
    }

    [Fact]
    public async Task Who_does_not_authenticate_in_time_must_go_though_it_keeps_talking()
    {
        var serverSide = new ScriptedEndpoint();
        var limits = new ChannelLimits { AuthenticationTime = TimeSpan.FromMilliseconds(300) };
        await using var server = Shards.Start(Shards.ServerOptions(limits), serverSide);
        using var client = await RawClient.ConnectAsync(server);
        var channel = await serverSide.Opened.NextAsync();
        await client.WriteAsync(RawClient.Frame(1, 10));
        var closed = await serverSide.Closed.NextAsync();
        Assert.Equal((channel, ChannelCloseReason.Evicted), (closed.Channel, closed.Reason));
    }

    [Fact]
    public async Task A_slow_reader_is_closed_and_another_channel_is_not_disturbed()
    {
        await using var pair = await ChannelPair.ConnectAsync();
        using var slow = await RawClient.ConnectAsync(pair.Server);
        var channel = await pair.ServerSide.Opened.NextAsync();
        var picture = new byte[64 * 1024];
        var sent = 0;
        (ChannelId Channel, ChannelCloseReason Reason, string? Detail) closed;
        while (!pair.ServerSide.Closed.TryNext(out closed))
        {
            Assert.True(sent++ < 10_000, "640 MB went to someone who reads nothing");
            await pair.Server.DoAsync(() => pair.ServerSide.Ask(
                new ChannelAction(ChannelActionKind.Send, channel, MessageKind.Binary, picture, null)));
            await AssertAliveAsync(pair);
        }
        Assert.Equal((channel, ChannelCloseReason.TooSlow), (closed.Channel, closed.Reason));
        Assert.Equal(1, pair.Server.Stats.ChannelsTooSlow);
        await AssertAliveAsync(pair);
    }

    [Fact]
    public async Task A_write_that_makes_no_progress_ends_the_connection()
    {
        var limits = new ChannelLimits { MaxQueuedBytes = 128 * 1024 * 1024, WriteStall = TimeSpan.FromMilliseconds(200) };
        await using var pair = await ChannelPair.ConnectAsync(limits);
        using var slow = await RawClient.ConnectAsync(pair.Server);
        var channel = await pair.ServerSide.Opened.NextAsync();
        var body = new byte[1024 * 1024];
        await pair.Server.DoAsync(() =>
        {
            for (var i = 0; i < 64; i++)
                pair.ServerSide.Ask(new ChannelAction(ChannelActionKind.Send, channel, MessageKind.Binary, body, null));
        });
        var closed = await pair.ServerSide.Closed.NextAsync();
        Assert.Equal((channel, ChannelCloseReason.TooSlow), (closed.Channel, closed.Reason));
        await AssertAliveAsync(pair);
    }

    /// <summary>The pair's own connection still carries a message to the server and back.</summary>
    private static async Task AssertAliveAsync(ChannelPair pair)
    {
        await pair.Client.DoAsync(() => pair.ClientSide.SendText(ChannelPair.Call, "ping"));
        Assert.Equal("ping", Encoding.UTF8.GetString((await pair.ServerSide.Messages.NextAsync()).Body));
        await pair.Server.DoAsync(() => pair.ServerSide.SendText(pair.Accepted, "pong"));
        Assert.Equal("pong", Encoding.UTF8.GetString((await pair.ClientSide.Messages.NextAsync()).Body));
    }
}
