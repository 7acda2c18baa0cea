using System.Net;
using Parley.Protocol.Addressing;

namespace Parley.Net.Tests.Support;

/// <summary>Shards on loopback with free ports.</summary>
internal static class Shards
{
    /// <summary>Making keys costs; tests that do not care whose it is share one.</summary>
    public static Identity SharedIdentity { get; } = Identity.Create();

    public static readonly DatagramSocketKind[] Kinds = [DatagramSocketKind.Linux, DatagramSocketKind.Portable];

    public static ShardLoopOptions Options(DatagramSocketKind kind = DatagramSocketKind.Linux) => new()
    {
        UdpAddress = IPAddress.Loopback,
        Identity = SharedIdentity,
        Sockets = new DatagramSocketOptions { ForcePortable = kind == DatagramSocketKind.Portable },
    };

    public static ShardLoopOptions ServerOptions(ChannelLimits? limits = null) =>
        Options() with { TcpListen = new IPEndPoint(IPAddress.Loopback, 0), Channels = limits ?? ChannelLimits.Default };

    public static ShardLoop Start(ShardLoopOptions options, ScriptedEndpoint endpoint)
    {
        var shard = new ShardLoop(options, endpoint);
        shard.Start();
        return shard;
    }

    public static TransportAddress Udp(this ShardLoop shard) => TransportAddress.From(IPAddress.Loopback, shard.LocalUdp.Port);

    /// <summary>Runs a question on the shard's thread.</summary>
    public static Task<T> AskAsync<T>(this ShardLoop shard, Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!shard.Post(_ => answer.SetResult(question()))) throw new InvalidOperationException("The shard takes no work.");
        return answer.Task.Within();
    }

    public static Task DoAsync(this ShardLoop shard, Action work) => shard.AskAsync(() =>
    {
        work();
        return true;
    });
}
