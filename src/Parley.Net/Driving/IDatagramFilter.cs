using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.Net;

/// <summary>Which way a datagram goes.</summary>
public enum DatagramDirection
{
    /// <summary>From the network to the endpoint.</summary>
    Incoming,

    /// <summary>From the endpoint to the network.</summary>
    Outgoing,
}

/// <summary>Stands between the socket and the endpoint: an impaired network for learning and testing (<c>--impair</c>).</summary>
/// <remarks>Only the shard's thread calls it. A datagram that is kept must be copied; memory given by the filter is its own.</remarks>
public interface IDatagramFilter
{
    /// <summary>Whether every datagram would go on at once and none is kept: the driver may then leave the filter aside and send whole runs.</summary>
    bool IsTransparent { get; }

    /// <summary>Decides about one datagram.</summary>
    /// <returns>True when it goes on at once; false when the filter dropped it or keeps a copy for <see cref="TryRelease"/>.</returns>
    bool Pass(Instant now, DatagramDirection direction, in TransportAddress peer, ReadOnlySpan<byte> datagram);

    /// <summary>When the next kept datagram is due; <see cref="Instant.Never"/> when none is kept.</summary>
    Instant NextRelease { get; }

    /// <summary>Gives one kept datagram that is due; false when there is none (any more).</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="direction">Which way it goes on.</param>
    /// <param name="peer">Its sender or receiver.</param>
    /// <param name="datagram">The bytes; the receiver may change them, and they are valid until the next call of the filter.</param>
    bool TryRelease(Instant now, out DatagramDirection direction, out TransportAddress peer, out Span<byte> datagram);
}
