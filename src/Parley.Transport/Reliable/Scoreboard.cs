namespace Parley.Transport.Reliable;

/// <summary>What was sent and is not acknowledged as a whole, segment by segment, and what selective acknowledgements say of it (RFC 6675).</summary>
/// <remarks>
/// Segments have numbers that only grow. What the RFC computes anew for each acknowledgement, <see cref="Pipe"/> and IsLost, is kept up to date here: each
/// segment is looked at once for each change of its fate. Bounded. Not thread-safe.
/// </remarks>
internal sealed class Scoreboard(int segmentSize, int maxSegments)
{
    /// <summary>DupThresh (RFC 6675 section 2).</summary>
    internal const int LossThreshold = 3;

    private const int MaxRanges = 1024;

    /// <summary>Lost repetitions are looked for among the first segments that are missing: they are what holds a recovery up.</summary>
    private const int MaxRepetitionsJudged = 64;
    private const int FirstCapacity = 64;

    private readonly RangeSet _received = new(MaxRanges);
    private Segment[] _segments = [];
    private long _first;
    private long _end;
    private long _judgedTo;
    private long _nextLost;

    /// <summary>One segment: a packet's worth of the stream.</summary>
    internal struct Segment
    {
        /// <summary>Offset of its first byte.</summary>
        internal long Begin;

        /// <summary>Bytes, the stream's end counted as one.</summary>
        internal int Length;

        /// <summary>A selective acknowledgement covers it.</summary>
        internal bool IsReceived;

        /// <summary>IsLost of the RFC, or the timer ran out.</summary>
        internal bool IsLost;

        /// <summary>It was sent again since this recovery began.</summary>
        internal bool IsResent;

        /// <summary>Under which packet number it was sent again.</summary>
        internal long ResentAs;

        /// <summary>Lost, and not sent again since.</summary>
        internal readonly bool IsDue => IsLost && !IsResent && !IsReceived;

        internal readonly long End => Begin + Length;
    }

    /// <summary>HighACK: the first byte that is not acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>HighData: the first byte that was never sent.</summary>
    internal long Sent { get; private set; }

    /// <summary>FlightSize: bytes sent and not acknowledged as a whole.</summary>
    internal long Flight => Sent - Acknowledged;

    /// <summary>Bytes believed to be on their way.</summary>
    internal long Pipe { get; private set; }

    /// <summary>Whether a lost segment has not been sent again.</summary>
    internal bool HasLost => FindLost() < _end;

    /// <summary>Whether there is room for another segment.</summary>
    internal bool HasRoom => _end - _first < maxSegments;

    internal ref Segment this[long number] => ref _segments[number & (_segments.Length - 1)];

    /// <summary>Notes a segment that is sent for the first time.</summary>
    internal void OnSent(int length)
    {
        if (_end - _first == _segments.Length) Grow();
        this[_end++] = new Segment { Begin = Sent, Length = length };
        Sent += length;
        Pipe += length;
    }

    /// <summary>Takes the cumulative part of an acknowledgement that is not beyond <see cref="Sent"/>.</summary>
    /// <returns>Bytes acknowledged for the first time: those that a selective acknowledgement covered before do not count.</returns>
    internal long OnAcknowledged(long cumulative)
    {
        var fresh = 0L;
        while (_first < _end && this[_first].End <= cumulative)
        {
            ref var segment = ref this[_first++];
            if (!segment.IsReceived) fresh += segment.Length;
            LeavePipe(ref segment);
            Acknowledged = segment.End;
        }
        _received.RemoveBefore(Acknowledged);
        _judgedTo = Math.Max(_judgedTo, _first);
        _nextLost = Math.Max(_nextLost, _first);
        return fresh;
    }

    /// <summary>Takes a block of a selective acknowledgement that does not end beyond <see cref="Sent"/>.</summary>
    /// <returns>Whether it says something new.</returns>
    internal bool OnReceived(long begin, long end)
    {
        begin = Math.Max(begin, Acknowledged);
        if (begin >= end) return false;
        var isNews = false;
        // Only the gaps that the block fills are gone through.
        for (var at = begin; at < end;)
        {
            var place = _received.FirstEndingFrom(at + 1);
            var known = place < _received.Count ? _received[place] : new RangeSet.Range(end, end);
            var to = Math.Min(end, known.Begin);
            if (at < to)
            {
                MarkReceived(at, to);
                isNews = true;
            }
            at = Math.Max(known.End, to);
        }
        if (isNews) _received.TryAdd(begin, end);
        return isNews;
    }

    /// <summary>IsLost (RFC 6675 section 4) for all: what lies below three stretches that came, or below more than two segments' bytes of them, is lost.</summary>
    internal void FindLosses()
    {
        var (bytes, frontier) = (0L, -1L);
        for (var i = 1; i <= Math.Min(LossThreshold, _received.Count); i++)
        {
            var range = _received[_received.Count - i];
            // Where the bytes above exceed two segments, within the stretch: whatever is missing lies below the stretch.
            bytes += range.End - range.Begin;
            if (bytes <= (LossThreshold - 1) * segmentSize && i < LossThreshold) continue;
            frontier = range.Begin;
            break;
        }
        for (; _judgedTo < _end && this[_judgedTo].End <= frontier; _judgedTo++)
        {
            ref var segment = ref this[_judgedTo];
            if (segment.IsReceived || segment.IsLost) continue;
            segment.IsLost = true;
            Pipe -= segment.Length;
        }
    }

    /// <summary>The timer ran out: all that was not received is lost and goes again from the front (RFC 5681 section 3.1, RFC 6675 section 5.1).</summary>
    internal void LoseAll()
    {
        for (var number = _first; number < _end; number++)
        {
            ref var segment = ref this[number];
            (segment.IsLost, segment.IsResent) = (!segment.IsReceived, false);
        }
        Pipe = 0;
        _nextLost = _first;
        _judgedTo = _end;
    }

    /// <summary>A recovery begins: HighRxt is at the front again, and what was sent again before may be so once more.</summary>
    internal void BeginRecovery()
    {
        for (var number = _first; number < _end; number++)
        {
            ref var segment = ref this[number];
            if (segment.IsResent && !segment.IsReceived) Pipe -= segment.Length;
            segment.IsResent = false;
        }
        _nextLost = _first;
    }

    /// <summary>NextSeg, rule 1: the first lost segment that was not sent again.</summary>
    internal bool TryFindLost(out long number)
    {
        number = FindLost();
        return number < _end;
    }

    /// <summary>NextSeg, rule 3: behind the last one sent again, the first that is missing below something received.</summary>
    internal bool TryFindMissing(out long number)
    {
        number = _nextLost;
        if (_received.Count == 0) return false;
        var highest = _received[_received.Count - 1].End;
        while (number < _end && this[number].Begin < highest && (this[number].IsReceived || this[number].IsResent)) number++;
        return number < _end && this[number].Begin < highest;
    }

    /// <summary>NextSeg, rule 4: the last segment that was not received.</summary>
    internal bool TryFindLast(out long number)
    {
        number = _end - 1;
        while (number >= _first && this[number].IsReceived) number--;
        return number >= _first;
    }

    /// <summary>
    /// Finds repetitions that were lost as well: three packets that left after one have come, it has not. RFC 6675 leaves these to the timer; packet
    /// numbers tell them as surely as they tell first losses (RFC 8985, RFC 9002 section 6.1.1).
    /// </summary>
    /// <param name="newest">The packet number that came last.</param>
    internal void FindLostRepetitions(long newest)
    {
        var last = Math.Min(_first + MaxRepetitionsJudged, _end);
        for (var number = _first; number < last; number++)
        {
            ref var segment = ref this[number];
            if (!segment.IsResent || segment.IsReceived || !segment.IsLost || segment.ResentAs + LossThreshold > newest) continue;
            segment.IsResent = false;
            Pipe -= segment.Length;
            _nextLost = Math.Min(_nextLost, number);
        }
    }

    /// <summary>A segment is sent again.</summary>
    internal void OnResent(long number, long packetNumber)
    {
        ref var segment = ref this[number];
        segment.ResentAs = packetNumber;
        // A second copy before the first was given up for lost, of one that was sent again already: one of the two is counted.
        if (!segment.IsResent) Pipe += segment.Length;
        segment.IsResent = true;
    }

    private long FindLost()
    {
        while (_nextLost < _judgedTo && !this[_nextLost].IsDue) _nextLost++;
        return _nextLost < _judgedTo ? _nextLost : _end;
    }

    private void MarkReceived(long begin, long end)
    {
        for (var number = Find(begin); number < _end && this[number].End <= end; number++)
        {
            ref var segment = ref this[number];
            if (segment.Begin < begin || segment.IsReceived) continue;
            LeavePipe(ref segment);
            segment.IsReceived = true;
        }
    }

    private void LeavePipe(ref readonly Segment segment)
    {
        if (segment.IsReceived) return;
        if (!segment.IsLost) Pipe -= segment.Length;
        if (segment.IsResent) Pipe -= segment.Length;
    }

    /// <summary>The first segment that begins at an offset or later.</summary>
    private long Find(long offset)
    {
        var (low, high) = (_first, _end);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (this[middle].Begin < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void Grow()
    {
        var segments = new Segment[Math.Max(FirstCapacity, 2 * _segments.Length)];
        for (var number = _first; number < _end; number++) segments[number & (segments.Length - 1)] = this[number];
        _segments = segments;
    }
}
