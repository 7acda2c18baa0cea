using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>The receiver's half of congestion control: remembers when packets came and tells the sender so (RFC 8888).</summary>
/// <remarks>Bounded in each stream; a stream takes memory when its first packet comes. Not thread-safe.</remarks>
internal sealed class ArrivalLog
{
    /// <summary>Units of an arrival offset in a second (RFC 8888 section 3.1).</summary>
    internal const int UnitsPerSecond = 1024;

    /// <summary>Keeps the time of a report apart from zero; the same as in sender reports is not needed, as only differences are used.</summary>
    private static readonly TimeSpan ClockOffset = TimeSpan.FromHours(1);

    private const int FixedLength = 12;
    private const int StreamHeaderLength = 8;
    private const int MaxMetrics = 600;

    private readonly Dictionary<uint, ArrivalStream> _bySsrc = [];
    private readonly List<ArrivalStream> _inOrder = [];
    private readonly PacketMetric[] _metrics = new PacketMetric[MaxMetrics];
    private int _next;

    /// <summary>Packets that wait for their first report, over all streams.</summary>
    internal int Waiting { get; private set; }

    /// <summary>Notes an authentic packet, media or padding.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="ssrc">Its stream.</param>
    /// <param name="index">Its sequence number extended by the wrap-arounds before it.</param>
    internal void OnPacket(Instant now, Ssrc ssrc, long index)
    {
        if (!_bySsrc.TryGetValue(ssrc.Value, out var stream))
        {
            stream = new ArrivalStream(ssrc);
            _bySsrc.Add(ssrc.Value, stream);
            _inOrder.Add(stream);
        }
        var before = stream.Waiting;
        stream.OnPacket(now, index);
        // A late packet adds no number, but is news.
        Waiting += Math.Max(stream.Waiting - before, stream.HasNews ? 1 : 0);
    }

    /// <summary>Forgets a stream that ended.</summary>
    internal void Remove(Ssrc ssrc)
    {
        if (_bySsrc.Remove(ssrc.Value, out var stream)) _inOrder.Remove(stream);
        if (_next >= _inOrder.Count) _next = 0;
        Waiting = 0;
        foreach (var left in _inOrder) Waiting += left.HasNews ? Math.Max(1, left.Waiting) : 0;
    }

    /// <summary>Writes one feedback with as many packets as it has room for; what has none is first in the next.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="sender">Who we are.</param>
    /// <param name="destination">As large as the packet may become.</param>
    /// <param name="overlap">Most packets of a stream that are told a second time.</param>
    /// <returns>Bytes written; 0 when nothing came since the last.</returns>
    internal int Write(Instant now, Ssrc sender, Span<byte> destination, int overlap = ArrivalStream.Capacity)
    {
        if (destination.Length < FixedLength + StreamHeaderLength + 4) return 0;
        var isNews = Waiting > 0;
        var writer = new CongestionControlFeedbackWriter(destination, sender);
        var room = destination.Length - FixedLength;
        var start = _next;
        var waiting = 0;
        for (var i = 0; i < _inOrder.Count; i++)
        {
            var at = (start + i) % _inOrder.Count;
            var stream = _inOrder[at];
            if (!stream.HasNews) continue;
            Add(now, stream, ref writer, ref room, overlap);
            if (!stream.HasNews) continue;
            if (waiting == 0) _next = at;
            waiting += Math.Max(1, stream.Waiting);
        }
        Waiting = waiting;
        if (!isNews) return 0;
        // The end of a stream that has fallen silent, such as a probe's, is told a second time along with the others.
        foreach (var stream in _inOrder)
        {
            if (!stream.HasNews && stream.HasOnce && stream.LastReport < now) Add(now, stream, ref writer, ref room, overlap);
        }
        return writer.Finish(NtpTime.From(now, ClockOffset).Middle);
    }

    private void Add(Instant now, ArrivalStream stream, ref CongestionControlFeedbackWriter writer, ref int room, int overlap)
    {
        // Metrics come in pairs of four bytes.
        var fits = Math.Min((room - StreamHeaderLength) / 4 * 2, MaxMetrics);
        if (fits <= 0) return;
        var count = stream.Report(now, fits, overlap, _metrics, out var begin);
        if (count == 0) return;
        writer.TryAdd(stream.Ssrc, begin, _metrics.AsSpan(0, count));
        room -= StreamHeaderLength + ((count + 1) / 2 * 4);
    }
}
