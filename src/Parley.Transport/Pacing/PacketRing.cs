using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Pacing;

/// <summary>One sealed packet in a <see cref="PacketRing"/>.</summary>
internal struct RingPacket
{
    /// <summary>Its stream.</summary>
    internal Ssrc Ssrc;

    /// <summary>Its number.</summary>
    internal SequenceNumber Sequence;

    /// <summary>Bytes of the sealed datagram.</summary>
    internal int Length;

    /// <summary>Bytes of its payload in the clear, for sender reports.</summary>
    internal int PayloadBytes;

    /// <summary>When it last left; meaningless while it waits.</summary>
    internal Instant SentAt;

    /// <summary>When it first left.</summary>
    internal Instant FirstSentAt;

    /// <summary>How often it was sent again.</summary>
    internal int Resends;

    /// <summary>It waits to be sent again.</summary>
    internal bool IsWanted;

    /// <summary>The newest older packet with the same hash; a number before the oldest of the ring means none.</summary>
    internal long Older;

    /// <summary>Bytes on the wire.</summary>
    internal readonly int WireBytes => Length + Pacer.HeaderBytes;
}

/// <summary>
/// The sealed packets of a peer's paced streams in the order of sealing: behind those that were sent and may be asked for again, those that wait.
/// </summary>
/// <remarks>
/// Packets have numbers that only grow. Bounded: at most <see cref="MaxPackets"/> (2 MiB), of which <see cref="MaxWaiting"/> may wait. Memory grows to
/// what the traffic of a second needs and is then reused, so there is no allocation in steady state; a peer without pictures has none. Not thread-safe.
/// </remarks>
internal sealed class PacketRing
{
    /// <summary>Most packets held.</summary>
    internal const int MaxPackets = 2 * 1024 * 1024 / Limits.MaxDatagram;

    /// <summary>Most packets that wait: the largest frame fits, and a little more.</summary>
    internal const int MaxWaiting = 1024;

    private const int FirstCapacity = 64;
    private const int BucketsPerPacket = 2;

    /// <summary>How long a packet that was sent is kept.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private byte[] _bytes = [];
    private RingPacket[] _packets = [];

    // The newest packet of each hash; older ones are chained. What the ring has let go needs no unlinking: its number is too small.
    private long[] _buckets = [];
    private long _oldest = 1;
    private long _firstWaiting = 1;
    private long _end = 1;

    /// <summary>How many packets wait.</summary>
    internal int WaitingCount => (int)(_end - _firstWaiting);

    /// <summary>Bytes on the wire of what waits.</summary>
    internal long WaitingBytes { get; private set; }

    /// <summary>Packets held, waiting or sent.</summary>
    internal int Count => (int)(_end - _oldest);

    /// <summary>The number of the packet that leaves next; meaningful while <see cref="WaitingCount"/> is not 0.</summary>
    internal long FirstWaiting => _firstWaiting;

    /// <summary>Whether a number is still held.</summary>
    internal bool Holds(long number) => number >= _oldest && number < _end;

    /// <summary>The packet of a number that is held.</summary>
    internal ref RingPacket this[long number] => ref _packets[number % _packets.Length];

    /// <summary>The sealed bytes of a number that is held.</summary>
    internal ReadOnlySpan<byte> Bytes(long number) => Room(number)[..this[number].Length];

    /// <summary>Room for one packet; empty when too much waits.</summary>
    internal Span<byte> Reserve(Instant now)
    {
        while (_oldest < _firstWaiting && now - this[_oldest].FirstSentAt > MaxAge) _oldest++;
        if (WaitingCount >= MaxWaiting) return default;
        if (Count == _packets.Length)
        {
            if (_packets.Length < MaxPackets) Grow();
            else _oldest++;
        }
        return Room(_end);
    }

    /// <summary>Makes what was written into the room the last packet that waits.</summary>
    internal void Commit(Ssrc ssrc, SequenceNumber sequence, int length, int payloadBytes)
    {
        ref var packet = ref this[_end];
        packet = new RingPacket { Ssrc = ssrc, Sequence = sequence, Length = length, PayloadBytes = payloadBytes };
        Link(_end);
        _end++;
        WaitingBytes += packet.WireBytes;
    }

    /// <summary>The first that waits has left.</summary>
    internal void OnReleased(Instant now)
    {
        ref var packet = ref this[_firstWaiting++];
        packet.SentAt = now;
        packet.FirstSentAt = now;
        WaitingBytes -= packet.WireBytes;
    }

    /// <summary>Forgets everything, what waits and what was sent.</summary>
    internal void Clear()
    {
        _oldest = _firstWaiting = _end;
        WaitingBytes = 0;
    }

    /// <summary>Finds a packet that was sent; 0 when it is not here, or has not left yet.</summary>
    internal long FindSent(Ssrc ssrc, SequenceNumber sequence)
    {
        if (_buckets.Length == 0) return 0;
        for (var number = _buckets[Bucket(ssrc, sequence)]; number >= _oldest; number = this[number].Older)
        {
            ref var packet = ref this[number];
            if (packet.Ssrc == ssrc && packet.Sequence == sequence) return number < _firstWaiting ? number : 0;
        }
        return 0;
    }

    private Span<byte> Room(long number) => _bytes.AsSpan((int)(number % _packets.Length) * Limits.MaxDatagram, Limits.MaxDatagram);

    private void Link(long number)
    {
        ref var packet = ref this[number];
        ref var newest = ref _buckets[Bucket(packet.Ssrc, packet.Sequence)];
        packet.Older = newest;
        newest = number;
    }

    private int Bucket(Ssrc ssrc, SequenceNumber sequence) => (int)((ssrc.Value * 0x9E37_79B1u) + sequence.Value) & (_buckets.Length - 1);

    private void Grow()
    {
        var capacity = Math.Clamp(_packets.Length * 2, FirstCapacity, MaxPackets);
        var (oldPackets, oldBytes) = (_packets, _bytes);
        _packets = new RingPacket[capacity];
        _bytes = GC.AllocateUninitializedArray<byte>(capacity * Limits.MaxDatagram);
        _buckets = new long[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(capacity * BucketsPerPacket))];
        for (var number = _oldest; number < _end; number++)
        {
            var at = (int)(number % oldPackets.Length);
            this[number] = oldPackets[at];
            oldBytes.AsSpan(at * Limits.MaxDatagram, Limits.MaxDatagram).CopyTo(Room(number));
            Link(number);
        }
    }
}
