using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Audio;

/// <summary>Turns frames that arrive unevenly, doubled, out of order or not at all into one frame every 10 ms.</summary>
/// <remarks>
/// <para>The delay between the fastest arrival and playout follows the lateness of the last two seconds (see <see cref="Target"/>). It is kept by
/// taking out or putting in repetitions of the sound, without clicks; this also follows a sender's clock that runs fast or slow.</para>
/// <para>A frame that is missing at its turn is concealed. When frames behind it wait, its turn is over and it would be late; when nothing waits,
/// the sender or the network paused, and whatever comes next is played, later than planned. Made-up sound fades within 60 ms, then the buffer is
/// silent and inactive until sound was gathered again. A gap whose timestamps say that nothing was sent is filled in the same way.</para>
/// <para>Payloads wait as they came and are decoded in order when their turn comes, so that a decoder sees the stream as it was sent. What a later
/// packet brings again (RFC 2198, or the copy inside of an Opus payload) takes the place of what was lost.</para>
/// <para>One per received stream, 70 kB. Allocates nothing after construction. Not thread-safe.</para>
/// </remarks>
public sealed class AudioJitterBuffer
{
    private const int FrameSamples = AudioFormat.FrameSamples;

    /// <summary>A sequence number so far ahead or behind is a sender that began anew, if the next one follows it (RFC 3550 appendix A.1).</summary>
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;

    /// <summary>A transit that jumps this far means another time line, not a late packet.</summary>
    private static readonly TimeSpan TransitJump = TimeSpan.FromSeconds(1);

    /// <summary>How far above and below the target the delay may lie for a while; one repetition (at most 10 ms) moves it by less than the sum.</summary>
    private static readonly TimeSpan TooMuch = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FarTooMuch = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TooLittle = TimeSpan.FromMilliseconds(15);

    /// <summary>However small the target, this share of the wait for late frames is not given up.</summary>
    private const double LeastShare = 0.8;

    private const int PatientReads = 20;
    private const int HastyReads = 3;

    private readonly FrameRing _ring;
    private readonly ArrivalDelays _arrivals;
    private readonly PlayoutLine _line = new();
    private readonly AudioDecoding _decoding;
    private readonly short[] _frame = new short[FrameSamples];
    private readonly TimeSpan _maxTarget;

    private bool _hasStream;
    private long _highestSequence;
    private long _highestTimestamp;
    private int _suspectSequence = -1;

    /// <summary>The next frame in order; 0 before the first was played. What is before it is late.</summary>
    private long _nextSequence;

    /// <summary>Media time at the end of the line: runs ahead of the frames while concealing.</summary>
    private long _lineTimestamp;

    private int _readsWithTooMuch;
    private int _readsWithTooLittle;

    private long _inserted;
    private long _played;
    private long _concealed;
    private long _late;
    private long _duplicates;
    private long _overflow;
    private long _removed;
    private long _added;
    private long _recovered;
    private long _undecodable;

    /// <summary>Makes an empty, inactive buffer.</summary>
    /// <param name="options">Its bounds.</param>
    /// <param name="decoding">Decodes the stream's payloads; used by this buffer alone. Null for one that knows L16 only.</param>
    public AudioJitterBuffer(JitterBufferOptions options, AudioDecoding? decoding = null)
    {
        if (options.CapacityFrames < 32 || (options.CapacityFrames & (options.CapacityFrames - 1)) != 0)
            throw new ArgumentException("The capacity is a power of two, at least 32.", nameof(options));
        _ring = new FrameRing(options.CapacityFrames);
        _arrivals = new ArrivalDelays(options.MinTarget, options.MaxTarget);
        _maxTarget = options.MaxTarget;
        _decoding = decoding ?? new AudioDecoding(NoAudioCodecs.Instance);
    }

    /// <summary>The delay aimed for, from the fastest arrival to the end of the frame's playout slot: 13 ms and up.</summary>
    public TimeSpan Target => _arrivals.Target;

    /// <summary>How long the first frame waits: the target without the frame itself, because frames are taken whole.</summary>
    public TimeSpan Wait => Target - AudioFormat.FrameDuration;

    /// <summary>The delay that what was played last had, from the fastest arrival to its playing; null while nothing is played.</summary>
    public TimeSpan? Delay { get; private set; }

    /// <summary>Frames waiting.</summary>
    public int QueuedFrames => _ring.Count;

    /// <summary>Whether sound is being played. False before the first frame and once a pause has faded to silence.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Whether there is anything to call <see cref="Read"/> for: sound is played, or is being gathered before it is.</summary>
    public bool WantsReads => IsActive || _ring.Count > 0;

    /// <summary>Counts since construction.</summary>
    public JitterBufferStats Stats => new(_inserted, _played, _concealed, _late, _duplicates, _overflow, _removed, _added, _recovered, _undecodable);

    /// <summary>The media time of the first sample that the last <see cref="Read"/> gave, on the sender's clock. Meaningless while nothing is played.</summary>
    public RtpTimestamp Position => new(unchecked((uint)(_lineTimestamp - _line.Pending - FrameSamples)));

    /// <summary>Takes a packet from the network: one frame, or one with some of those before it.</summary>
    /// <param name="now">Its arrival.</param>
    /// <param name="header">Its sequence number, the time of its first sample on a 48 kHz clock, and what it is. The marker says: first after a pause.</param>
    /// <param name="payload">Copied.</param>
    /// <returns><see cref="DropReason.None"/>, or why the newest frame in it will not be played.</returns>
    public DropReason Insert(Instant now, in RtpHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.PayloadType != PayloadType.Red) return Insert(now, header, header.PayloadType, payload);
        if (!RedundantAudio.TryParse(payload, out var red)) return DropReason.Malformed;
        var older = red.Count - 1;
        var reason = Insert(now, header, red[older].Type, red[older].Data);
        // A packet that is not believed (yet) proves nothing about those before it.
        if (reason is not (DropReason.None or DropReason.Duplicate)) return reason;
        for (var i = 0; i < older; i++)
            InsertOlder(now, header.Sequence + (i - older), header.Timestamp + -red[i].TimestampOffset, red[i].Type, red[i].Data);
        return reason;
    }

    /// <summary>Gives the next 10 ms. To be called once per 10 ms of the listener's clock.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="destination480">Room for 480 samples; always filled.</param>
    public PlayoutResult Read(Instant now, Span<short> destination480)
    {
        destination480 = destination480[..FrameSamples];
        if (!IsActive && !TryBegin(now))
        {
            destination480.Clear();
            return PlayoutResult.Silence;
        }

        var isConcealed = false;
        while (_line.Pending < FrameSamples)
        {
            if (TryAppendNext()) continue;
            if (_line.IsFaded)
            {
                End();
                destination480.Clear();
                return PlayoutResult.Silence;
            }
            _line.Conceal();
            _lineTimestamp += FrameSamples;
            isConcealed = true;
        }
        if (!_line.IsConcealing) KeepDelay(now);
        _line.Read(destination480);
        if (!isConcealed) return PlayoutResult.Frame;
        _concealed++;
        return PlayoutResult.Concealed;
    }

    /// <summary>Forgets the stream, as before its first packet. Counts stay.</summary>
    public void Reset()
    {
        _ring.Clear();
        _arrivals.Reset();
        _line.Clear();
        _decoding.Reset();
        IsActive = false;
        Delay = null;
        _hasStream = false;
        _suspectSequence = -1;
    }

    private DropReason Insert(Instant now, in RtpHeader header, PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (!_decoding.IsFrame(type, payload)) return DropReason.Malformed;
        var sequence = header.Sequence;
        if (!_hasStream) BeginStream(sequence, header.Timestamp);
        var distance = sequence.DistanceFrom(new SequenceNumber((ushort)_highestSequence));
        if (distance is > MaxDropout or < -MaxMisorder)
        {
            if (_suspectSequence != sequence.Value)
            {
                _suspectSequence = sequence.Next.Value;
                return Late();
            }
            Reset();
            BeginStream(sequence, header.Timestamp);
            distance = sequence.DistanceFrom(new SequenceNumber((ushort)_highestSequence));
        }
        _suspectSequence = -1;

        var number = _highestSequence + distance;
        var time = Extend(header.Timestamp);
        if (_ring.WasSeen(number))
        {
            _duplicates++;
            return DropReason.Duplicate;
        }
        Learn(now, time, header.Marker);
        if (number < _nextSequence || number <= _highestSequence - _ring.Capacity) return Late();
        MakeRoom(number);
        _ring.Put(now, number, time, type, payload);
        _inserted++;
        if (number > _highestSequence)
        {
            _highestSequence = number;
            _highestTimestamp = time;
        }
        return DropReason.None;
    }

    /// <summary>Takes a frame that comes with a later packet, if its own is missing.</summary>
    private void InsertOlder(Instant now, SequenceNumber sequence, RtpTimestamp timestamp, PayloadType type, ReadOnlySpan<byte> payload)
    {
        var number = _highestSequence + sequence.DistanceFrom(new SequenceNumber((ushort)_highestSequence));
        if (number <= _highestSequence - _ring.Capacity || _ring.WasSeen(number) || !_decoding.IsFrame(type, payload)) return;
        // It came as late as its copy, and the delay should cover that, even if this one is too late already.
        var time = Extend(timestamp);
        Learn(now, time, isTalkStart: false);
        if (number < _nextSequence) return;
        _ring.Put(now, number, time, type, payload);
        _inserted++;
        _recovered++;
    }

    private long Extend(RtpTimestamp timestamp) => _highestTimestamp + timestamp.DistanceFrom(new RtpTimestamp((uint)_highestTimestamp));

    private DropReason Late()
    {
        _late++;
        return DropReason.Late;
    }

    private void BeginStream(SequenceNumber sequence, RtpTimestamp timestamp)
    {
        _hasStream = true;
        // One before the first, and far from zero, so that extended numbers never get negative, even for packets before the first.
        _highestSequence = 0x1_0000L + sequence.Value - 1;
        _highestTimestamp = 0x1_0000_0000L + timestamp.Value;
        _nextSequence = 0;
    }

    /// <summary>Notes how late a frame came.</summary>
    private void Learn(Instant now, long timestamp, bool isTalkStart)
    {
        var transit = now.Ticks - TicksOf(timestamp);
        if (_arrivals.HasBase)
        {
            // A sender whose media clock stood still while it was muted comes back as if it were very late; lateness must not be learned from that.
            var lateness = transit - _arrivals.Base;
            var isPauseOver = isTalkStart && !IsActive && lateness > _maxTarget.Ticks;
            if (isPauseOver || lateness > TransitJump.Ticks || lateness < -TransitJump.Ticks) _arrivals.Restart();
        }
        _arrivals.Add(transit);
    }

    /// <summary>Pushes out the oldest frames when one comes that is too far ahead of them: nobody reads, or the sender leapt.</summary>
    private void MakeRoom(long number)
    {
        var oldest = number - _ring.Capacity + 1;
        if (_nextSequence == 0)
        {
            // Before the first read the stream may still turn out to begin earlier, so there is no next frame; only the reach of the ring counts.
            oldest = Math.Max(oldest, 1);
            for (var n = _highestSequence - _ring.Capacity + 1; n < oldest; n++) Discard(n);
            return;
        }
        if (oldest <= _nextSequence) return;
        for (var n = _nextSequence; n < Math.Min(oldest, _nextSequence + _ring.Capacity); n++) Discard(n);
        _nextSequence = oldest;
    }

    private void Discard(long number)
    {
        if (!_ring.Contains(number)) return;
        _ring.Remove(number);
        _overflow++;
    }

    /// <summary>Starts playing once the earliest waiting frame is due.</summary>
    private bool TryBegin(Instant now)
    {
        if (_ring.Count == 0) return false;
        var head = FindHead();
        var wanted = Wait;
        var delay = DelayAt(now, _ring.TimestampOf(head));
        if (delay < wanted && now - _ring.ArrivalOf(head) < wanted) return false;
        IsActive = true;
        _nextSequence = head;
        _lineTimestamp = _ring.TimestampOf(head);
        _line.Clear();
        _readsWithTooMuch = 0;
        _readsWithTooLittle = 0;
        return true;
    }

    private void End()
    {
        IsActive = false;
        Delay = null;
        _line.Clear();
    }

    /// <summary>Joins the next frame to the line. False when it is missing, or its time has not come.</summary>
    private bool TryAppendNext()
    {
        if (_ring.Count == 0) return false;
        var head = FindHead();
        var timestamp = _ring.TimestampOf(head);
        if (timestamp > _lineTimestamp)
        {
            // Frames between are lost, or nothing was sent: either way the time until this one has to pass first. What is lost is now given up.
            var isLost = head > _nextSequence;
            _nextSequence = Math.Min(head, _nextSequence + 1);
            return isLost && timestamp <= _lineTimestamp + FrameSamples && TryAppendBefore(head);
        }
        _ring.Remove(head);
        _nextSequence = head + 1;
        if (!_decoding.TryDecode(_ring.TypeOf(head), _ring.PayloadOf(head), _frame))
        {
            _undecodable++;
            return false;
        }
        _line.Append(_frame);
        _played++;
        _lineTimestamp = timestamp + FrameSamples;
        return true;
    }

    /// <summary>Joins the frame that is missing right before a waiting one, from the copy inside of that.</summary>
    private bool TryAppendBefore(long head)
    {
        if (!_decoding.TryDecodeBefore(_ring.TypeOf(head), _ring.PayloadOf(head), _frame)) return false;
        _line.Append(_frame);
        _recovered++;
        _lineTimestamp += FrameSamples;
        return true;
    }

    /// <summary>The number of the earliest waiting frame. There is one.</summary>
    private long FindHead()
    {
        var head = Math.Max(_nextSequence, _highestSequence - _ring.Capacity + 1);
        while (!_ring.Contains(head)) head++;
        return head;
    }

    /// <summary>Takes out or puts in a repetition when the delay has been off for a while.</summary>
    private void KeepDelay(Instant now)
    {
        // What is heard lags by the delay; what protects from a late frame is the slack, less by the part of a frame that is left on the line.
        var delay = DelayAt(now, _lineTimestamp - _line.Pending);
        Delay = delay;
        var slack = DelayAt(now, _lineTimestamp - FrameSamples);
        var target = _arrivals.Target;
        _readsWithTooMuch = delay > target + TooMuch ? _readsWithTooMuch + 1 : 0;
        _readsWithTooLittle = slack < target - TooLittle || slack < Wait * LeastShare ? _readsWithTooLittle + 1 : 0;
        if (_readsWithTooMuch >= (delay > target + FarTooMuch ? HastyReads : PatientReads))
        {
            _readsWithTooMuch = 0;
            if (_line.Pending < 2 * FrameSamples && !(IsNextWaiting() && TryAppendNext())) return;
            _removed += _line.Shorten();
        }
        else if (_readsWithTooLittle >= HastyReads)
        {
            _readsWithTooLittle = 0;
            _added += _line.Lengthen();
        }
    }

    /// <summary>Whether the next frame follows the line without a gap.</summary>
    private bool IsNextWaiting() => _ring.Contains(_nextSequence) && _ring.TimestampOf(_nextSequence) <= _lineTimestamp;

    /// <summary>How long after its earliest possible arrival a sample would be played now.</summary>
    private TimeSpan DelayAt(Instant now, long timestamp) => new(now.Ticks - TicksOf(timestamp) - _arrivals.Base);

    private static long TicksOf(long timestamp) => timestamp * AudioFormat.TicksPerSampleNumerator / AudioFormat.TicksPerSampleDenominator;
}
