using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Impairment;

namespace Parley.Net;

/// <summary>The impaired network of <c>--impair</c> between a real socket and its endpoint: one link for each direction.</summary>
/// <remarks>On the shard's thread only. Links are made when they are first needed and then kept.</remarks>
public sealed class ImpairmentFilter : IDatagramFilter
{
    // More peers than this share the last address slot's fate: their datagrams pass unimpaired.
    private const int MaxPeers = 4096;

    private readonly Dictionary<TransportAddress, int> _tags = [];
    private readonly List<TransportAddress> _peers = [];
    private readonly byte[] _released = new byte[Limits.MaxReceivedDatagram];
    private ImpairedLink? _incoming;
    private ImpairedLink? _outgoing;
    private ImpairmentOptions _options = ImpairmentOptions.None;

    /// <summary>Begins with the options given; "up" is what this program sends.</summary>
    public ImpairmentFilter(ImpairmentOptions options) => Options = options;

    /// <summary>How the network misbehaves. A change holds for what passes after it; what is on its way arrives as decided.</summary>
    public ImpairmentOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            SetLink(ref _outgoing, ImpairmentDirection.Up, value.Seed);
            SetLink(ref _incoming, ImpairmentDirection.Down, value.Seed + 1);
        }
    }

    /// <inheritdoc />
    public bool IsTransparent => LetsPass(_incoming) && LetsPass(_outgoing);

    /// <inheritdoc />
    public Instant NextRelease => Instant.Min(_incoming?.NextArrival ?? Instant.Never, _outgoing?.NextArrival ?? Instant.Never);

    /// <inheritdoc />
    public bool Pass(Instant now, DatagramDirection direction, in TransportAddress peer, ReadOnlySpan<byte> datagram)
    {
        var link = direction == DatagramDirection.Incoming ? _incoming : _outgoing;
        if (LetsPass(link) || !TryTag(peer, out var tag)) return true;
        link!.Send(now, datagram, tag);
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

    /// <summary>A link without faults that nothing is on any more; until then what comes must stay behind what is on its way.</summary>
    private static bool LetsPass(ImpairedLink? link) => link is null || (link.Options.IsPerfect && link.NextArrival == Instant.Never);

    private void SetLink(ref ImpairedLink? link, ImpairmentDirection direction, int seed)
    {
        var options = _options.AppliesTo(direction) ? _options : ImpairmentOptions.None;
        if (link is not null) link.Options = options;
        else if (!options.IsPerfect) link = new ImpairedLink(options, seed);
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
