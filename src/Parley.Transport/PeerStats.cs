using Parley.Protocol;
using Parley.Transport.Reports;

namespace Parley.Transport;

/// <summary>What a <see cref="Peer"/> has measured so far: a copy that does not change.</summary>
public readonly record struct PeerStats
{
    /// <summary>The smoothed round trip; null until it has been measured.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>The last round trip measured.</summary>
    public TimeSpan? LastRoundTrip { get; init; }

    /// <summary>
    /// Share of our packets that the network lost before repair, 0 to 1, over all our streams and some five seconds, as the other side reported.
    /// </summary>
    public double LossSent { get; init; }

    /// <summary>
    /// Share of their packets that the network lost before repair, 0 to 1, over some five seconds: what had left there by their sender reports
    /// and did not arrive here. What they never got themselves does not count.
    /// </summary>
    public double LossReceived { get; init; }

    /// <summary>The largest jitter of a stream that we receive now (RFC 3550 section 6.4.1).</summary>
    public TimeSpan JitterReceived { get; init; }

    /// <summary>The largest jitter that the other side reported of our streams.</summary>
    public TimeSpan JitterSent { get; init; }

    /// <summary>Datagrams sent, RTP and RTCP.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Authentic datagrams received.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>UDP payload bytes sent.</summary>
    public long BytesSent { get; init; }

    /// <summary>UDP payload bytes received in authentic datagrams.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bits per second sent in the last second.</summary>
    public long SendRate { get; init; }

    /// <summary>Bits per second received in the last second.</summary>
    public long ReceiveRate { get; init; }

    /// <summary>Their packets that never came, not even when asked for, since the start, over the streams registered now.</summary>
    public long PacketsLost { get; init; }

    /// <summary>What may be sent in all, in bits a second, IPv4 and UDP headers included.</summary>
    public long TargetRate { get; init; }

    /// <summary>How long the queue at the bottleneck towards the other side is believed to be.</summary>
    public TimeSpan QueueDelay { get; init; }

    /// <summary>How long what waits for the pacer lasts at the present rate.</summary>
    public TimeSpan PacedDelay { get; init; }

    /// <summary>Our packets that we sent again because the other side missed them.</summary>
    public long RetransmittedPackets { get; init; }

    /// <summary>Packets that the other side missed and that we do not have: lost before they came to us, or gone from the cache.</summary>
    public long UnansweredNacks { get; init; }

    /// <summary>Their packets that we asked for because they were missing, each counted once, over the streams registered now.</summary>
    public long NackedPackets { get; init; }

    /// <summary>How many of those came, over the streams registered now.</summary>
    public long RecoveredPackets { get; init; }

    internal DropCounts Drops { get; init; }

    /// <summary>How many packets were dropped for this reason, in both directions.</summary>
    public long DropCount(DropReason reason) => Drops.Of(reason);
}
