using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Pacing;

namespace Parley.Transport.Repair;

/// <summary>Answers requests for lost packets (RFC 4585) with the bytes that were sent: decides what is sent again, and queues it.</summary>
/// <remarks>
/// A packet is sent again at most <see cref="MaxResends"/> times and not soon after it left: the request cannot know of that yet.
/// At most <see cref="MaxWaiting"/> wait. Whatever is asked, nothing leaves faster than the pacer allows. Allocates nothing. Not thread-safe.
/// </remarks>
internal sealed class RetransmissionCache(PacketRing ring)
{
    /// <summary>How often a packet is sent again.</summary>
    internal const int MaxResends = 3;

    /// <summary>Most packets that wait to be sent again.</summary>
    internal const int MaxWaiting = 256;

    private readonly Wanted[] _waiting = new Wanted[MaxWaiting];
    private int _first;
    private int _count;

    private readonly record struct Wanted(long Number, int WireBytes);

    /// <summary>Packets sent again.</summary>
    internal long Retransmitted { get; private set; }

    /// <summary>Packets asked for that are not here: never sent (lost before they came to us), or too long ago.</summary>
    internal long Unanswered { get; private set; }

    /// <summary>Bytes on the wire of what waits.</summary>
    internal long WaitingBytes { get; private set; }

    /// <summary>Takes a request for one packet.</summary>
    /// <param name="now">Time of the request.</param>
    /// <param name="ssrc">A stream of ours.</param>
    /// <param name="sequence">What is missed.</param>
    /// <param name="roundTrip">The smoothed round trip; null when it is not known.</param>
    /// <returns>None, <see cref="DropReason.RateLimited"/> (just sent, or too often), or QueueFull.</returns>
    internal DropReason OnRequest(Instant now, Ssrc ssrc, SequenceNumber sequence, TimeSpan? roundTrip)
    {
        var number = ring.FindSent(ssrc, sequence);
        if (number == 0 || now - ring[number].FirstSentAt > PacketRing.MaxAge)
        {
            Unanswered++;
            return DropReason.None;
        }
        ref var packet = ref ring[number];
        if (packet.IsWanted) return DropReason.None;
        // The first time half a round trip does: the smoothed one may be longer than this one was.
        var least = packet.Resends == 0 ? roundTrip / 2 : roundTrip;
        if (packet.Resends >= MaxResends || now - packet.SentAt < least) return DropReason.RateLimited;
        if (_count == MaxWaiting) return DropReason.QueueFull;
        packet.IsWanted = true;
        _waiting[(_first + _count++) % MaxWaiting] = new Wanted(number, packet.WireBytes);
        WaitingBytes += packet.WireBytes;
        return DropReason.None;
    }

    /// <summary>The next packet to send again; false when there is none. What the ring has let go meanwhile is skipped.</summary>
    internal bool TryPeek(out long number)
    {
        while (_count > 0)
        {
            number = _waiting[_first].Number;
            if (ring.Holds(number)) return true;
            Take();
        }
        number = 0;
        return false;
    }

    /// <summary>The packet given by <see cref="TryPeek"/> has left.</summary>
    internal void OnReleased(Instant now)
    {
        ref var packet = ref ring[Take()];
        packet.IsWanted = false;
        packet.SentAt = now;
        packet.Resends++;
        Retransmitted++;
    }

    private long Take()
    {
        var (number, wireBytes) = _waiting[_first];
        _first = (_first + 1) % MaxWaiting;
        _count--;
        WaitingBytes -= wireBytes;
        return number;
    }
}
