using Parley.Transport.Driving;

namespace Parley.Net.Tests.Support;

/// <summary>A server and a client with one control connection between them.</summary>
internal sealed class ChannelPair : IAsyncDisposable
{
    public static readonly ChannelId Call = new(1);

    private ChannelPair(ShardLoop server, ScriptedEndpoint serverSide, ShardLoop client, ScriptedEndpoint clientSide, ChannelId accepted)
    {
        Server = server;
        ServerSide = serverSide;
        Client = client;
        ClientSide = clientSide;
        Accepted = accepted;
    }

    public ShardLoop Server { get; }

    public ScriptedEndpoint ServerSide { get; }

    public ShardLoop Client { get; }

    public ScriptedEndpoint ClientSide { get; }

    /// <summary>The connection as the server knows it; the client knows it as <see cref="Call"/>.</summary>
    public ChannelId Accepted { get; }

    public static async Task<ChannelPair> ConnectAsync(ChannelLimits? limits = null)
    {
        var serverSide = new ScriptedEndpoint();
        var clientSide = new ScriptedEndpoint();
        var server = Shards.Start(Shards.ServerOptions(limits), serverSide);
        var client = Shards.Start(Shards.Options() with { Channels = limits ?? ChannelLimits.Default }, clientSide);
        await client.ConnectAsync(clientSide, Call, server);
        return new ChannelPair(server, serverSide, client, clientSide, await serverSide.Opened.NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}

internal static class ChannelPairExtensions
{
    /// <summary>Connects and waits until the client's side is told.</summary>
    public static async Task ConnectAsync(this ShardLoop client, ScriptedEndpoint clientSide, ChannelId id, ShardLoop server)
    {
        var target = new ChannelTarget("127.0.0.1", server.TcpPort!.Value, Shards.SharedIdentity.KeyHash);
        await client.DoAsync(() => clientSide.Ask(ChannelAction.Connect(id, target)));
        Assert.Equal(id, await clientSide.Opened.NextAsync());
    }
}
