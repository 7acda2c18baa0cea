using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Impairment;

namespace Parley.Net;

/// <summary>The impaired network of <c>--impair</c> between a real socket and its endpoint: one link for each direction.</summary>
public sealed class ImpairmentFilter : IDatagramFilter
{
    // More peers than this share the last address slot's fate: their datagrams pass unimpaired.
    private const int MaxPeers = 4096;

    private readonly ImpairedLink? _incoming;
    private readonly ImpairedLink? _outgoing;
    private readonly Dictionary<TransportAddress, int> _tags = [];
    private readonly List<TransportAddress> _peers = [];
    private readonly byte[] _released = new byte[Limits.MaxReceivedDatagram];

    /// <summary>Makes the links that the options ask for; "up" is what this program sends.</summary>
    public ImpairmentFilter(ImpairmentOptions options)
    {
        if (options.AppliesTo(ImpairmentDirection.Up)) _outgoing = new ImpairedLink(options, options.Seed);
        if (options.AppliesTo(ImpairmentDirection.Down)) _incoming = new ImpairedLink(options, options.Seed + 1);
    }

    /// <inheritdoc />
    public Instant NextRelease => Instant.Min(_incoming?.NextArrival ?? Instant.Never, _outgoing?.NextArrival ?? Instant.Never);

    /// <inheritdoc />
    public bool Pass(Instant now, DatagramDirection direction, in TransportAddress peer, ReadOnlySpan<byte> datagram)
    {
        var link = direction == DatagramDirection.Incoming ? _incoming : _outgoing;
        if (link is null || !TryTag(peer, out var tag)) return true;
        link.Send(now, datagram, tag);
        return false;
    }

    /// <inheritdoc />
    public bool TryRelease(Instant now, out DatagramDirection direction, out TransportAddress peer, out Span<byte> datagram)
    {
        direction = DatagramDirection.Incoming;
        if (!TryReceive(_incoming, now, out peer, out datagram))
        {
            direction = DatagramDirection.Outgoing;
            return TryReceive(_outgoing, now, out peer, out datagram);
        }
        return true;
    }

    private bool TryReceive(ImpairedLink? link, Instant now, out TransportAddress peer, out Span<byte> datagram)
    {
        peer = default;
        datagram = default;
        if (link is null || !link.TryReceive(now, _released, out var length, out var tag)) return false;
        peer = _peers[(int)tag];
        datagram = _released.AsSpan(0, length);
        return true;
    }

    private bool TryTag(in TransportAddress peer, out int tag)
    {
        if (_tags.TryGetValue(peer, out tag)) return true;
        if (_peers.Count == MaxPeers) return false;
        tag = _peers.Count;
        _peers.Add(peer);
        _tags[peer] = tag;
        return true;
    }
}
