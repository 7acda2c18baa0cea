using Parley.Protocol;

namespace Parley.Net;

/// <summary>Bounds on what control connections may hold, wait for and cost.</summary>
public sealed record ChannelLimits
{
    /// <summary>What is used when nothing else is said.</summary>
    public static readonly ChannelLimits Default = new();

    /// <summary>Longest message body of a connection that has not authenticated, in bytes.</summary>
    public int MaxUnauthenticatedMessage { get; init; } = Limits.MaxUnauthenticatedMessage;

    /// <summary>Longest message body of any other, in bytes.</summary>
    public int MaxMessage { get; init; } = Limits.MaxControlMessage;

    /// <summary>Messages read and not yet taken by the shard, per connection; then reading stops, and TCP slows the sender down.</summary>
    public int MaxInFlightMessages { get; init; } = 8;

    /// <summary>Bytes queued for a connection before it counts as too slow.</summary>
    public int MaxQueuedBytes { get; init; } = 1024 * 1024;

    /// <summary>Messages queued for a connection before it counts as too slow.</summary>
    public int MaxQueuedMessages { get; init; } = 4096;

    /// <summary>How long one write may make no progress before the connection counts as too slow.</summary>
    public TimeSpan WriteStall { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From accept until the endpoint says that the other side authenticated; also the bound on our own TLS handshakes.</summary>
    public TimeSpan AuthenticationTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For looking a name up and trying all its addresses.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a connection that we closed may take to read what was queued.</summary>
    public TimeSpan CloseTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Accepted connections that have not authenticated, in all. One more evicts the oldest.</summary>
    public int MaxStrangers { get; init; } = 256;

    /// <summary>The same from one address (IPv6: one /64).</summary>
    public int MaxStrangersPerAddress { get; init; } = 16;

    /// <summary>The same from this machine itself.</summary>
    public int MaxStrangersFromLoopback { get; init; } = 256;
}
