using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Protocol;

namespace Parley.Net;

/// <summary>What a shard is bound to and what it is given.</summary>
public sealed record ShardLoopOptions
{
    /// <summary>Name of the thread and in logs.</summary>
    public string Name { get; init; } = "shard";

    /// <summary>Where UDP is bound. <c>::</c> takes IPv4 and IPv6, or IPv4 alone on a machine without IPv6.</summary>
    public IPAddress UdpAddress { get; init; } = IPAddress.IPv6Any;

    /// <summary>0 for any free port.</summary>
    public int UdpPort { get; init; }

    /// <summary>Where TLS control connections are accepted; null for a client, which only makes them.</summary>
    public IPEndPoint? TcpListen { get; init; }

    /// <summary>Who we are to the other side. Outlives the shard.</summary>
    public required Identity Identity { get; init; }

    /// <summary>Where events of operation go.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>For whoever composes the endpoint; the loop itself draws nothing.</summary>
    public IRandomSource Random { get; init; } = SystemRandom.Shared;

    /// <summary>The time that the endpoint is told.</summary>
    public MonotonicClock Clock { get; init; } = MonotonicClock.Shared;

    /// <summary>
    /// Done at the end of each turn, on the shard's thread, for outputs of the endpoint that this loop knows nothing of; must not block. What it
    /// causes the endpoint to send waits for the next turn.
    /// </summary>
    public Action? AfterTurn { get; init; }

    /// <summary>Stands between socket and endpoint; null lets everything pass.</summary>
    public IDatagramFilter? Filter { get; init; }

    /// <summary>How the UDP socket is made.</summary>
    public DatagramSocketOptions Sockets { get; init; } = DatagramSocketOptions.Default;

    /// <summary>Bounds on control connections.</summary>
    public ChannelLimits Channels { get; init; } = ChannelLimits.Default;
}
