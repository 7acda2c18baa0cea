namespace Parley.Net;

/// <summary>What a shard has counted since it was made: a snapshot, whose parts may be some microseconds apart.</summary>
public sealed record ShardStats
{
    /// <summary>Datagrams received, the truncated among them.</summary>
    public long DatagramsReceived { get; init; }

    /// <summary>Bytes received by UDP.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Datagrams that the system took from us.</summary>
    public long DatagramsSent { get; init; }

    /// <summary>Bytes sent by UDP.</summary>
    public long BytesSent { get; init; }

    /// <summary>Received datagrams larger than we read.</summary>
    public long DatagramsTruncated { get; init; }

    /// <summary>Datagrams the system refused: no route, too big, refused.</summary>
    public long SendFailed { get; init; }

    /// <summary>Datagrams dropped because the system's send buffer was full.</summary>
    public long SendBufferFull { get; init; }

    /// <summary>Datagrams dropped because the endpoint's own queue was full.</summary>
    public long SendQueueFull { get; init; }

    /// <summary>Errors on receiving.</summary>
    public long ReceiveErrors { get; init; }

    /// <summary>System calls made to send; together with <see cref="DatagramsSent"/> the batching.</summary>
    public long SendCalls { get; init; }

    /// <summary>Runs that the system refused whole and that were sent datagram by datagram.</summary>
    public long RunsRefused { get; init; }

    /// <summary>Turns of the loop.</summary>
    public long Turns { get; init; }

    /// <summary>Exceptions out of the endpoint or posted work. Each is a defect.</summary>
    public long EndpointErrors { get; init; }

    /// <summary>Work refused by <see cref="ShardLoop.Post"/> because its queue was full.</summary>
    public long PostsRefused { get; init; }

    /// <summary>Control connections that stand.</summary>
    public int ChannelsOpen { get; init; }

    /// <summary>Of those, accepted ones that have not authenticated.</summary>
    public int Strangers { get; init; }

    /// <summary>Control connections accepted.</summary>
    public long ChannelsAccepted { get; init; }

    /// <summary>Control connections that made room for others or did not authenticate in time.</summary>
    public long ChannelsEvicted { get; init; }

    /// <summary>Control connections closed because the other side broke the framing.</summary>
    public long ChannelsInError { get; init; }

    /// <summary>Control connections closed because the other side read too slowly.</summary>
    public long ChannelsTooSlow { get; init; }
}
