using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>When the last packets of one stream came, for <see cref="ArrivalLog"/>.</summary>
/// <remarks>
/// A ring over the authenticated packet index, which does not wrap around. Every packet is reported twice, so that neither a lost feedback
/// nor a packet that was overtaken leaves a hole.
/// </remarks>
internal sealed class ArrivalStream(Ssrc ssrc)
{
    /// <summary>Most packets remembered; a range that lies further back is no longer reported.</summary>
    internal const int Capacity = 1024;

    /// <summary>Packets that come later than this many others are not reported.</summary>
    private const int MaxLateness = 256;

    private const long Missing = long.MinValue;

    private readonly long[] _arrivals = NothingArrived();
    private long _first;
    private long _highest = -1;
    private long _reportedOnce;
    private long _reportedTwice;
    private bool _hasNews;

    /// <summary>The stream.</summary>
    internal Ssrc Ssrc { get; } = ssrc;

    /// <summary>Whether a packet came that was not reported yet.</summary>
    internal bool HasNews => _hasNews;

    /// <summary>Whether there are packets that were reported once only.</summary>
    internal bool HasOnce => _reportedTwice < _reportedOnce;

    /// <summary>When it was last reported.</summary>
    internal Instant LastReport { get; private set; } = new(long.MinValue);

    /// <summary>Packets that wait for their first report, missing ones included.</summary>
    internal int Waiting => (int)(_highest + 1 - _reportedOnce);

    /// <summary>Notes a packet. Copies do not get here: the first is what counts (RFC 8888 section 3.1).</summary>
    internal void OnPacket(Instant now, long index)
    {
        if (_highest < 0)
        {
            _first = index;
            _highest = index;
            _reportedOnce = index;
            _reportedTwice = index;
        }
        else if (index > _highest)
        {
            var skipped = Math.Min(index - _highest, Capacity);
            for (var i = index - skipped + 1; i < index; i++) _arrivals[Slot(i)] = Missing;
            _highest = index;
        }
        else if (index <= _highest - MaxLateness || index < _first)
        {
            return;
        }
        else
        {
            // Overtaken, or sent again: the next report reaches back to it.
            _reportedTwice = Math.Min(_reportedTwice, index);
        }
        _arrivals[Slot(index)] = now.Ticks;
        _hasNews = true;
        // Even the largest gap leaves the ring as the range that can be reported.
        _reportedTwice = Math.Max(_reportedTwice, _highest + 1 - Capacity);
        _reportedOnce = Math.Max(_reportedOnce, _reportedTwice);
    }

    /// <summary>Adds the stream to a report: what is new, if anything, and before it what was reported once if there is room for both.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="room">Most packets to report.</param>
    /// <param name="overlap">Most of them that were reported once before.</param>
    /// <param name="metrics">Takes them.</param>
    /// <param name="begin">The first of them.</param>
    /// <returns>How many there are; 0 when there is nothing to report.</returns>
    internal int Report(Instant now, int room, int overlap, Span<PacketMetric> metrics, out SequenceNumber begin)
    {
        var end = _highest + 1;
        var from = Math.Max(_reportedTwice, _reportedOnce - overlap);
        if (end - from > room) from = _reportedOnce;
        var to = Math.Min(end, from + room);
        begin = new SequenceNumber(unchecked((ushort)from));
        for (var i = from; i < to; i++) metrics[(int)(i - from)] = Metric(now, _arrivals[Slot(i)]);
        _reportedTwice = Math.Min(_reportedOnce, to);
        _reportedOnce = to;
        _hasNews = to < end;
        LastReport = now;
        return (int)(to - from);
    }

    private static PacketMetric Metric(Instant now, long arrival)
    {
        if (arrival == Missing) return default;
        var units = (now.Ticks - arrival) * ArrivalLog.UnitsPerSecond / TimeSpan.TicksPerSecond;
        return new PacketMetric(true, 0, (ushort)Math.Min(units, PacketMetric.LongAgo));
    }

    private static int Slot(long index) => (int)(index & (Capacity - 1));

    private static long[] NothingArrived()
    {
        var arrivals = new long[Capacity];
        Array.Fill(arrivals, Missing);
        return arrivals;
    }
}
