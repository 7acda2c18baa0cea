using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Repair;

/// <summary>Decides for one received stream which missing packets to ask for, when, and when to stop (RFC 4585 section 6.2.1).</summary>
/// <remarks>
/// A packet is missing once a newer one has come. It is asked for after the reordering tolerance, which follows what the path reorders, and again a
/// little over a round trip later, as long as the answer can still come in time. The last packets of a frame have no newer one until the next frame
/// begins: when a frame stops without its end, the next numbers are asked for as well. Bounded by <see cref="MaxMissing"/>; with more a key frame is
/// the way. Memory grows to the losses and is then reused. Not thread-safe.
/// </remarks>
internal sealed class NackGenerator(TimeSpan maxAge)
{
    /// <summary>How far behind the newest packet a missing one is remembered.</summary>
    internal const int Window = 1024;

    /// <summary>Most missing packets.</summary>
    internal const int MaxMissing = 512;

    /// <summary>How many packets are asked for when a frame stops without its end.</summary>
    internal const int TailPackets = 3;

    private const int FirstCapacity = 32;

    /// <summary>Tolerance and spacing fall by this share with each packet: within some seconds they have forgotten.</summary>
    private const int Forgetting = 512;

    /// <summary>The reordering tolerance is never less: packets of one run may change places in a network card.</summary>
    internal static readonly TimeSpan LeastTolerance = TimeSpan.FromMilliseconds(2);

    /// <summary>Nor more: from there on waiting costs more than a packet that comes twice.</summary>
    internal static readonly TimeSpan MostTolerance = TimeSpan.FromMilliseconds(40);

    /// <summary>Over the round trip: the timers of both sides.</summary>
    private static readonly TimeSpan RoundTripMargin = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LeastRepetition = TimeSpan.FromMilliseconds(20);

    /// <summary>Until it is measured.</summary>
    private static readonly TimeSpan UnknownRoundTrip = TimeSpan.FromMilliseconds(50);

    /// <summary>A frame has stopped when nothing came for this time and twice the spacing of its packets.</summary>
    private static readonly TimeSpan LeastTailDelay = TimeSpan.FromMilliseconds(6);

    /// <summary>Spacing beyond this is no spacing but an interruption.</summary>
    private static readonly TimeSpan MostSpacing = TimeSpan.FromMilliseconds(30);

    private Missing[] _missing = [];
    private int _count;
    private long _highest = -1;
    private Instant _highestAt;
    private bool _isFrameOpen;
    private TimeSpan _spacing;
    private Instant _tailAskAt = Instant.Never;
    private Instant _tailAskedAt;
    private bool _isTailAsked;
    private long _tailEnd;
    private int _tailRecovered;
    private int _misjudged;

    private record struct Missing(long Index, Instant Since, Instant AskAt, Instant AskedAt, bool IsAsked);

    /// <summary>When <see cref="Collect"/> may have something; never while nothing is missing.</summary>
    internal Instant NextTimeout { get; private set; } = Instant.Never;

    /// <summary>How long a packet may be overtaken before it is taken for lost.</summary>
    internal TimeSpan Tolerance { get; private set; } = LeastTolerance;

    /// <summary>Packets that were asked for, each counted once.</summary>
    internal long Asked { get; private set; }

    /// <summary>Packets missing now.</summary>
    internal int MissingCount => _count;

    /// <summary>Takes note of an authentic packet.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="index">Rollover counter and sequence number.</param>
    /// <param name="isFrameEnd">Whether it is the last of its frame.</param>
    /// <param name="roundTrip">The smoothed round trip; null when it is not known.</param>
    /// <returns>Whether it was missing and comes because it was asked for.</returns>
    internal bool OnPacket(Instant now, long index, bool isFrameEnd, TimeSpan? roundTrip)
    {
        Tolerance -= (Tolerance - LeastTolerance) / Forgetting;
        if (index <= _highest) return OnLate(now, index, roundTrip ?? UnknownRoundTrip);

        var isInSequence = index == _highest + 1;
        if (isInSequence && _isFrameOpen) MeasureSpacing(now - _highestAt);
        // A packet that was asked for at the end of a stopped frame, and nothing between: it comes because of that.
        var isRecovered = _isTailAsked && isInSequence && index <= _tailEnd && !IsSpurious(now, _tailAskedAt, roundTrip ?? UnknownRoundTrip);
        JudgeTail(isRecovered, isInSequence, index);
        if (_highest >= 0 && !isInSequence) AddMissing(now, index);
        if (isRecovered) Asked++;
        (_highest, _highestAt, _isFrameOpen) = (index, now, !isFrameEnd);
        _isTailAsked &= isRecovered && !isFrameEnd;
        _tailAskAt = _isFrameOpen ? now + TailDelay : Instant.Never;
        NextTimeout = Instant.Min(NextTimeout, _tailAskAt);
        return isRecovered;
    }

    /// <summary>Takes how many packets <see cref="OnPacket"/> took for answers that were none; known only by the packet after them.</summary>
    internal int TakeMisjudged()
    {
        var count = _misjudged;
        _misjudged = 0;
        return count;
    }

    /// <summary>Collects what is to be asked for now, and gives up what cannot come in time.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="roundTrip">The smoothed round trip; null when it is not known.</param>
    /// <param name="lost">Receives the numbers in sending order; what does not fit has its turn at once again.</param>
    /// <returns>How many.</returns>
    internal int Collect(Instant now, TimeSpan? roundTrip, Span<SequenceNumber> lost)
    {
        var trip = roundTrip ?? UnknownRoundTrip;
        var repetition = Repetition(trip);
        var next = Instant.Never;
        var collected = 0;
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            var missing = _missing[i];
            if (missing.AskAt <= now)
            {
                if (missing.Index <= _highest - Window || now + trip > missing.Since + maxAge) continue;
                if (collected < lost.Length)
                {
                    lost[collected++] = Number(missing.Index);
                    if (!missing.IsAsked) Asked++;
                    // The answer may be one to the first question, also when the round trip is longer than we know yet.
                    missing = missing with { AskAt = now + repetition, AskedAt = missing.IsAsked ? missing.AskedAt : now, IsAsked = true };
                }
            }
            next = Instant.Min(next, missing.AskAt);
            _missing[kept++] = missing;
        }
        _count = kept;
        collected += CollectTail(now, trip, repetition, lost[collected..]);
        NextTimeout = Instant.Min(next, _tailAskAt);
        return collected;
    }

    /// <summary>Nothing before this packet is wanted any more: its frame was given up, or a key frame made it needless.</summary>
    internal void AbandonBefore(SequenceNumber sequence)
    {
        if (_highest < 0) return;
        var index = _highest + sequence.DistanceFrom(Number(_highest));
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            if (_missing[i].Index >= index) _missing[kept++] = _missing[i];
        }
        _count = kept;
        if (index <= _highest) return;
        _isFrameOpen = false;
        _tailAskAt = Instant.Never;
    }

    private TimeSpan TailDelay => LeastTailDelay + Tolerance + (2 * _spacing);

    /// <summary>
    /// The frame goes on behind what was asked for: it had not lost its end, its sender was held up, and those before came by themselves too.
    /// </summary>
    private void JudgeTail(bool isRecovered, bool isInSequence, long index)
    {
        if (isRecovered)
        {
            _tailRecovered++;
            return;
        }
        if (isInSequence && _isFrameOpen && index == _tailEnd + 1) _misjudged += _tailRecovered;
        _tailRecovered = 0;
    }

    private static SequenceNumber Number(long index) => new(unchecked((ushort)index));

    private static TimeSpan Repetition(TimeSpan roundTrip)
    {
        var repetition = roundTrip + RoundTripMargin;
        return repetition < LeastRepetition ? LeastRepetition : repetition;
    }

    /// <summary>What comes much sooner after the question than a round trip was on its way already.</summary>
    private static bool IsSpurious(Instant now, Instant askedAt, TimeSpan roundTrip) => now - askedAt < roundTrip / 2;

    private bool OnLate(Instant now, long index, TimeSpan roundTrip)
    {
        var at = Find(index);
        if (at < 0) return false;
        var missing = _missing[at];
        _missing.AsSpan(at + 1, _count - at - 1).CopyTo(_missing.AsSpan(at));
        _count--;
        if (missing.IsAsked && !IsSpurious(now, missing.AskedAt, roundTrip)) return true;
        // Overtaken, not lost: next time wait that long, and a quarter longer.
        var late = (now - missing.Since) * 5 / 4;
        if (late > Tolerance) Tolerance = late < MostTolerance ? late : MostTolerance;
        return false;
    }

    private void MeasureSpacing(TimeSpan spacing)
    {
        _spacing -= _spacing / Forgetting;
        if (spacing > _spacing && spacing < MostSpacing) _spacing = spacing;
    }

    private void AddMissing(Instant now, long newest)
    {
        var gap = newest - _highest - 1;
        if (gap > MaxMissing)
        {
            _count = 0;
            return;
        }
        MakeRoom((int)gap);
        for (var index = _highest + 1; index < newest; index++)
        {
            var isAsked = _isTailAsked && index <= _tailEnd;
            var missing = isAsked
                ? new Missing(index, _highestAt, _tailAskAt == Instant.Never ? now : _tailAskAt, _tailAskedAt, true)
                : new Missing(index, now, now + Tolerance, default, false);
            if (isAsked) Asked++;
            NextTimeout = Instant.Min(NextTimeout, missing.AskAt);
            _missing[_count++] = missing;
        }
    }

    private void MakeRoom(int gap)
    {
        var surplus = _count + gap - MaxMissing;
        if (surplus > 0)
        {
            // The oldest are the least likely to come in time.
            _missing.AsSpan(surplus, _count - surplus).CopyTo(_missing);
            _count -= surplus;
        }
        if (_count + gap <= _missing.Length) return;
        var capacity = Math.Max(FirstCapacity, _missing.Length);
        while (capacity < _count + gap) capacity *= 2;
        Array.Resize(ref _missing, capacity);
    }

    private int CollectTail(Instant now, TimeSpan roundTrip, TimeSpan repetition, Span<SequenceNumber> lost)
    {
        if (_tailAskAt > now) return 0;
        if (now + roundTrip > _highestAt + maxAge)
        {
            _tailAskAt = Instant.Never;
            return 0;
        }
        var count = Math.Min(TailPackets, lost.Length);
        for (var i = 0; i < count; i++) lost[i] = Number(_highest + 1 + i);
        if (!_isTailAsked) _tailAskedAt = now;
        _isTailAsked = true;
        _tailEnd = _highest + TailPackets;
        _tailAskAt = now + repetition;
        return count;
    }

    private int Find(long index)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = _missing[middle].Index;
            if (found == index) return middle;
            if (found < index) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
