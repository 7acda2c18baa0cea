using System.Text;
using Parley.Net.Tests.Support;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Channels;

public sealed class ChannelTests
{
    private static readonly ChannelId Call = new(1);

    [Fact]
    public async Task Two_sides_meet_and_know_each_others_keys()
    {
        using var serverIdentity = Identity.Create();
        using var clientIdentity = Identity.Create();
        var serverSide = new ScriptedEndpoint();
        var clientSide = new ScriptedEndpoint();
        await using var server = Shards.Start(Shards.ServerOptions() with { Identity = serverIdentity }, serverSide);
        await using var client = Shards.Start(Shards.Options() with { Identity = clientIdentity }, clientSide);

        await client.DoAsync(() => clientSide.Ask(ChannelAction.Connect(Call, new ChannelTarget("127.0.0.1", server.TcpPort!.Value, serverIdentity.KeyHash))));
        var (accepted, caller) = await serverSide.Peers.NextAsync();
        var (called, callee) = await clientSide.Peers.NextAsync();

        Assert.Equal(Call, called);
        Assert.True(accepted.Value < 0, "accepted connections have ids that no machine gives");
        Assert.True(caller.IsIncoming);
        Assert.False(callee.IsIncoming);
        Assert.Equal(clientIdentity.KeyHash, caller.PeerKeyHash.ToArray());
        Assert.Equal(serverIdentity.KeyHash, callee.PeerKeyHash.ToArray());
        Assert.Equal(server.TcpPort!.Value, callee.Address.Port);
    }

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_both_ways()
    {
        await using var pair = await ChannelPair.ConnectAsync();
        await pair.Server.DoAsync(() => pair.ServerSide.Ask(ChannelAction.Authenticated(pair.Accepted)));
        const int Count = 2000;
        await pair.Client.DoAsync(() =>
        {
            for (var i = 0; i < Count; i++) pair.ClientSide.SendText(Call, TextOf(i));
        });
        for (var i = 0; i < Count; i++)
        {
            var (channel, kind, body) = await pair.ServerSide.Messages.NextAsync();
            Assert.Equal(pair.Accepted, channel);
            Assert.Equal(MessageKind.Json, kind);
            Assert.Equal(TextOf(i), Encoding.UTF8.GetString(body));
        }
        await pair.Server.DoAsync(() => pair.ServerSide.Ask(
            new ChannelAction(ChannelActionKind.Send, pair.Accepted, MessageKind.Binary, new byte[200_000], null)));
        var back = await pair.ClientSide.Messages.NextAsync();
        Assert.Equal(MessageKind.Binary, back.Kind);
        Assert.Equal(200_000, back.Body.Length);

        // Lengths vary so that frames lie across the borders of buffers and TLS records.
        static string TextOf(int i) => $"{i} {new string('x', i * 7 % 300)}";
    }

    [Fact]
    public async Task Another_key_than_the_expected_is_told_apart_from_other_failures()
    {
        var serverSide = new ScriptedEndpoint();
        var clientSide = new ScriptedEndpoint();
        await using var server = Shards.Start(Shards.ServerOptions(), serverSide);
        await using var client = Shards.Start(Shards.Options(), clientSide);
        await client.DoAsync(() => clientSide.Ask(ChannelAction.Connect(Call, new ChannelTarget("127.0.0.1", server.TcpPort!.Value, new byte[32]))));
        var (channel, reason, detail) = await clientSide.Closed.NextAsync();
        Assert.Equal(Call, channel);
        Assert.Equal(ChannelCloseReason.WrongKey, reason);
        Assert.Contains(Shards.SharedIdentity.KeyHashText, detail, StringComparison.Ordinal);
        Assert.False(clientSide.Opened.TryNext(out _));
    }
}
