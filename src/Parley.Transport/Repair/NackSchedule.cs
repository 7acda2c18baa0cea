using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Reports;

namespace Parley.Transport.Repair;

/// <summary>The requests for missing packets of all received streams of a peer: when the next is due, and what is in it.</summary>
internal sealed class NackSchedule(StreamTable<ReceivedStream> streams)
{
    /// <summary>Most packets in one request: even if each needs an entry of its own, they fit into a datagram.</summary>
    internal const int MaxPackets = 256;

    private readonly SequenceNumber[] _lost = new SequenceNumber[MaxPackets];
    private readonly NackEntry[] _entries = new NackEntry[MaxPackets];

    /// <summary>When <see cref="TryTake"/> may give something.</summary>
    internal Instant NextTimeout { get; private set; } = Instant.Never;

    /// <summary>Takes note of an authentic packet; true when it came because it was asked for.</summary>
    internal bool OnPacket(Instant now, ReceivedStream stream, long index, bool isFrameEnd, TimeSpan? roundTrip)
    {
        if (stream.Repair is not { } repair) return false;
        var isRecovered = repair.OnPacket(now, index, isFrameEnd, roundTrip);
        NextTimeout = Instant.Min(NextTimeout, repair.NextTimeout);
        return isRecovered;
    }

    /// <summary>Takes the next request that is due; false, and the next timeout is known, when there is none.</summary>
    internal bool TryTake(Instant now, TimeSpan? roundTrip, out Ssrc media, out ReadOnlySpan<NackEntry> entries)
    {
        media = default;
        entries = default;
        if (now < NextTimeout) return false;
        var next = Instant.Never;
        for (var i = 0; i < streams.Count; i++)
        {
            if (streams[i].Repair is not { } repair) continue;
            if (repair.NextTimeout <= now)
            {
                var count = repair.Collect(now, roundTrip, _lost);
                if (count > 0)
                {
                    media = streams[i].Ssrc;
                    entries = _entries.AsSpan(0, NackEntry.Pack(_lost.AsSpan(0, count), _entries));
                    return true;
                }
            }
            next = Instant.Min(next, repair.NextTimeout);
        }
        NextTimeout = next;
        return false;
    }
}
