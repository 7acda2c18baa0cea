using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Repair;

namespace Parley.Transport.Pacing;

/// <summary>What waits for its turn to leave a peer: retransmissions first, then pictures, at the pacer's rate.</summary>
/// <remarks>
/// The owner seals into <see cref="Reserve"/>, commits, and takes packets out with <see cref="TryPeek"/> and <see cref="OnReleased"/> as long as there
/// are any; then waits for <see cref="NextRelease"/>. Not thread-safe.
/// </remarks>
internal sealed class PacedSender
{
    /// <summary>When the driver's queue is full, it is tried again after this time.</summary>
    private static readonly TimeSpan FullQueueDelay = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// What lasts this long is no longer the burst of a picture: at half as much again as the target it would overflow a queue of 100 ms.
    /// </summary>
    private static readonly TimeSpan LongBacklog = TimeSpan.FromMilliseconds(100);

    /// <summary>Less than this, and the burst is over.</summary>
    private static readonly TimeSpan ShortBacklog = TimeSpan.FromMilliseconds(30);

    private readonly PacketRing _ring = new();
    private readonly RetransmissionCache _cache;
    private bool _isResend;
    private int _peekedBytes;
    private long _target;
    private long _least;
    private bool _isLong;

    internal PacedSender(Instant now, long target)
    {
        _target = target;
        Pacer = new Pacer(now, RateFor(target, isLong: false));
        _cache = new RetransmissionCache(_ring);
    }

    /// <summary>Says when; what leaves without asking is told to it by <see cref="OnUnpaced"/>.</summary>
    internal Pacer Pacer { get; }

    /// <summary>Packets sent again.</summary>
    internal long Retransmitted => _cache.Retransmitted;

    /// <summary>Packets asked for that could not be sent again.</summary>
    internal long Unanswered => _cache.Unanswered;

    /// <summary>When the next run may leave; never while nothing waits.</summary>
    internal Instant NextRelease { get; private set; } = Instant.Never;

    /// <summary>Whether anything waits.</summary>
    internal bool IsWaiting => WaitingBytes > 0;

    private long WaitingBytes => _ring.WaitingBytes + _cache.WaitingBytes;

    /// <summary>How long what waits lasts at the present rate.</summary>
    internal TimeSpan DelayAt(Instant now) => WaitingBytes == 0 ? TimeSpan.Zero : Pacer.DurationOf(now, WaitingBytes);

    /// <summary>Follows what may be sent.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="target">Bits a second.</param>
    /// <param name="least">Bits a second at which to release at least, whatever the target says.</param>
    internal void SetTarget(Instant now, long target, long least = 0)
    {
        (_target, _least) = (target, least);
        FollowBacklog(now);
    }

    /// <summary>Room for one sealed packet; empty when too much waits.</summary>
    internal Span<byte> Reserve(Instant now) => _ring.Reserve(now);

    /// <summary>What was written into the room waits from now on.</summary>
    internal void Commit(Instant now, Ssrc ssrc, SequenceNumber sequence, int length, int payloadBytes)
    {
        _ring.Commit(ssrc, sequence, length, payloadBytes);
        FollowBacklog(now);
        if (NextRelease == Instant.Never) NextRelease = now;
    }

    /// <summary>Throws away what waits, and what could be asked for again.</summary>
    /// <returns>How many packets waited that had not been sent.</returns>
    internal int Clear(Instant now)
    {
        var count = _ring.WaitingCount;
        _ring.Clear();
        // What was to be sent again is not there any more: looking for it takes it out.
        _cache.TryPeek(out _);
        NextRelease = Instant.Never;
        FollowBacklog(now);
        return count;
    }

    /// <summary>Takes the other side's request for a lost packet.</summary>
    internal DropReason OnRequest(Instant now, Ssrc ssrc, SequenceNumber sequence, TimeSpan? roundTrip)
    {
        var reason = _cache.OnRequest(now, ssrc, sequence, roundTrip);
        if (NextRelease == Instant.Never && _cache.WaitingBytes > 0) NextRelease = now;
        return reason;
    }

    /// <summary>A datagram left that does not wait for its turn.</summary>
    internal void OnUnpaced(Instant now, int bytes) => Pacer.OnReleased(now, bytes + Pacer.HeaderBytes);

    /// <summary>The packet that may leave now; false when there is none, or not yet.</summary>
    internal bool TryPeek(Instant now, out RingPacket packet, out ReadOnlySpan<byte> bytes)
    {
        packet = default;
        bytes = default;
        if (now < NextRelease) return false;
        _isResend = _cache.TryPeek(out var number);
        if (!_isResend)
        {
            if (_ring.WaitingCount == 0)
            {
                NextRelease = Instant.Never;
                return false;
            }
            number = _ring.FirstWaiting;
        }
        packet = _ring[number];
        if (!Pacer.MayRelease(now, packet.WireBytes))
        {
            NextRelease = Pacer.NextRelease(now, packet.WireBytes, WaitingBytes);
            return false;
        }
        bytes = _ring.Bytes(number);
        _peekedBytes = packet.WireBytes;
        return true;
    }

    /// <summary>The packet given by <see cref="TryPeek"/> has left.</summary>
    internal void OnReleased(Instant now)
    {
        Pacer.OnReleased(now, _peekedBytes);
        if (_isResend) _cache.OnReleased(now);
        else _ring.OnReleased(now);
        FollowBacklog(now);
    }

    /// <summary>The packet given by <see cref="TryPeek"/> found the driver's queue full; it stays.</summary>
    internal void Defer(Instant now) => NextRelease = now + FullQueueDelay;

    /// <summary>Pictures leave at half as much again as the target, so that they are soon there; what takes long leaves hardly faster than it may.</summary>
    private void FollowBacklog(Instant now)
    {
        var limit = _isLong ? ShortBacklog : LongBacklog;
        _isLong = WaitingBytes * 8 * TimeSpan.TicksPerSecond > limit.Ticks * _target;
        var rate = Math.Max(RateFor(_target, _isLong), _least);
        if (rate != Pacer.Rate) Pacer.SetRate(now, rate);
    }

    private static long RateFor(long target, bool isLong) => isLong ? target * 11 / 10 : target * 3 / 2;
}
