using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Relay;

/// <summary>What a <see cref="TrackForwarder"/> does with a packet.</summary>
internal enum ForwardDecision
{
    /// <summary>It goes out under the mapped numbers.</summary>
    Forward,

    /// <summary>It belongs to an encoding or a picture that this receiver does not get.</summary>
    Skip,

    /// <summary>The same, and nothing can go on before the target encoding sends a key frame.</summary>
    SkipUntilKeyframe,
}

/// <summary>What a receiver is to get of a track.</summary>
/// <param name="Encoding">Which of the two; -1 for none.</param>
/// <param name="HalfRate">Without what may be left out: the upper temporal layer, or every second JPEG.</param>
internal readonly record struct TrackTarget(int Encoding, bool HalfRate)
{
    /// <summary>Nothing.</summary>
    public static readonly TrackTarget None = new(-1, false);
}

/// <summary>
/// One track towards one receiver: chooses whole pictures out of the publisher's two encodings and renumbers them, so that what the relay chooses
/// not to send leaves no gap, while what the network lost on the way in stays visible as one and may still be filled.
/// </summary>
/// <remarks>
/// It moves to another encoding at a key frame and shows the one before until then. Decisions are made for whole pictures when the first packet of
/// one is seen: index and count in the frame header tell which numbers belong to it. A stretch of pictures with one offset is a segment; the last
/// ones are remembered, so that a late packet finds its place. Not thread-safe; allocates nothing.
/// </remarks>
internal sealed class TrackForwarder(IRandomSource random)
{
    // Beyond this distance no network delays a packet: a publisher that jumps further begins anew.
    private const int MaxReach = 8192;
    private const int Encodings = 2;
    private const int SegmentCount = 32;

    /// <summary>Where the newest number is this much ahead, an older one is not sent any more: the sealing refuses far behind.</summary>
    private const int SentWindow = 1024;

    private readonly Source[] _sources = [new Source(), new Source()];
    private readonly Segment[] _segments = new Segment[SegmentCount];
    private readonly ulong[] _sent = new ulong[SentWindow / 64];
    private int _newestSegment = -1;
    private bool _isOpen;
    private int _current = -1;
    private bool _needsKeyframe;
    private bool _leftOutLast;
    private long _nextFrame;

    /// <summary>The first number that no segment has reserved, the one behind the newest that was used, and the same before the last use.</summary>
    private long _next = -1;
    private long _top;
    private long _topBefore;

    private struct Segment
    {
        public bool IsUsed;
        public int Encoding;
        public long Start;
        public long End;
        public long Offset;
        public ushort FrameOffset;
    }

    private sealed class Source
    {
        public bool HasNewest;

        /// <summary>The number behind the last of the newest picture, extended over wrap-around.</summary>
        public long FrameEnd;
        public ushort FrameId;
        public long Newest;

        public long Extend(SequenceNumber sequence) => HasNewest ? Newest + sequence.DistanceFrom(new SequenceNumber(unchecked((ushort)Newest))) : sequence.Value;
    }

    /// <summary>The encoding that the receiver gets now; -1 for none.</summary>
    public int Current => _current;

    /// <summary>Decides about a packet and maps its numbers.</summary>
    /// <param name="encoding">Which of the publisher's encodings, 0 or 1.</param>
    /// <param name="sequence">The publisher's number.</param>
    /// <param name="frame">Of the packet.</param>
    /// <param name="isJpeg">Whether every picture stands alone.</param>
    /// <param name="target">What the receiver is to get.</param>
    /// <param name="isBehind">Whether the way to the receiver is behind, so that new pictures are left out.</param>
    /// <param name="mapped">The number towards the receiver.</param>
    /// <param name="mappedFrame">The frame id towards the receiver.</param>
    public ForwardDecision Decide(
        int encoding, SequenceNumber sequence, in FrameHeader frame, bool isJpeg, in TrackTarget target, bool isBehind, out SequenceNumber mapped,
        out ushort mappedFrame)
    {
        var source = _sources[encoding];
        var number = source.Extend(sequence);
        if (source.HasNewest && Math.Abs(number - source.Newest) > MaxReach)
        {
            Forget(encoding);
            number = sequence.Value;
        }
        var decision = ForwardDecision.Skip;
        if (!source.HasNewest || number >= source.FrameEnd) decision = OnNewFrame(source, encoding, number, frame, isJpeg, target, isBehind);
        source.Newest = source.HasNewest ? Math.Max(source.Newest, number) : number;
        source.HasNewest = true;
        if (TryMap(encoding, number, frame.FrameId, out mapped, out mappedFrame)) return ForwardDecision.Forward;
        return decision == ForwardDecision.Forward ? ForwardDecision.Skip : decision;
    }

    /// <summary>Forwarding pauses (nobody looks), or the publisher's numbers start anew; it goes on gapless with a key frame.</summary>
    public void Restart()
    {
        if (_isOpen) Close();
        _current = -1;
        _needsKeyframe = false;
        for (var i = 0; i < Encodings; i++) Forget(i);
    }

    /// <summary>What was forwarded last did not leave: nothing can follow but a picture that stands alone.</summary>
    public void RequireKeyframe()
    {
        if (_isOpen) Close();
        _needsKeyframe = true;
    }

    /// <summary>The packet mapped last could not be sent: the rest of its picture is useless, and numbers must not run ahead of what was sealed.</summary>
    public void OnNotSent()
    {
        if (_isOpen) Close();
        _top = _topBefore;
        _next = _top;
        _needsKeyframe = true;
        for (var i = 0; i < _segments.Length; i++) _segments[i].IsUsed = false;
    }

    private void Forget(int encoding)
    {
        if (_isOpen && _segments[_newestSegment].Encoding == encoding) Close();
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i].Encoding == encoding) _segments[i].IsUsed = false;
        }
        _sources[encoding].HasNewest = false;
    }

    /// <summary>The first packet of a picture that is newer than all before it.</summary>
    private ForwardDecision OnNewFrame(
        Source source, int encoding, long number, in FrameHeader frame, bool isJpeg, in TrackTarget target, bool isBehind)
    {
        var start = number - frame.FragmentIndex;
        if (source.HasNewest) start = Math.Max(start, source.FrameEnd);
        var isKey = isJpeg || frame.Flags.HasFlag(FrameFlags.KeyFrame);
        var wasWaiting = _needsKeyframe;
        var decision = Choose(encoding, frame, isJpeg, isKey, target, isBehind);
        // After a picture left out on purpose, one that the network lost must still be seen to be missing: this one may depend on it.
        if (encoding == _current && !_isOpen && !wasWaiting && !isKey && source.HasNewest && start > source.FrameEnd
            && _next - _top < MaxReach)
        {
            Open(encoding, source.FrameEnd, unchecked((ushort)(source.FrameId + 1)));
        }
        if (decision == ForwardDecision.Forward)
        {
            if (encoding != _current && _isOpen) Close();
            _current = encoding;
            _needsKeyframe = false;
            if (!_isOpen) Open(encoding, start, frame.FrameId);
        }
        else if (encoding == _current && _isOpen)
        {
            Close(start, frame.FrameId);
        }
        source.FrameEnd = Math.Max(number + 1, number - frame.FragmentIndex + frame.FragmentCount);
        source.FrameId = frame.FrameId;
        return decision;
    }

    private ForwardDecision Choose(int encoding, in FrameHeader frame, bool isJpeg, bool isKey, in TrackTarget target, bool isBehind)
    {
        if (target.Encoding < 0)
        {
            _needsKeyframe = true;
            return ForwardDecision.Skip;
        }
        if (encoding != _current)
        {
            if (encoding != target.Encoding) return ForwardDecision.Skip;
            return isKey && !isBehind ? ForwardDecision.Forward : ForwardDecision.SkipUntilKeyframe;
        }
        var isFree = isJpeg || frame.Flags.HasFlag(FrameFlags.Discardable);
        if (isBehind)
        {
            _needsKeyframe |= !isFree;
            return ForwardDecision.Skip;
        }
        if (_needsKeyframe && !isKey) return ForwardDecision.SkipUntilKeyframe;
        if (!target.HalfRate || encoding != target.Encoding) _leftOutLast = false;
        else if (isJpeg ? !_leftOutLast : isFree && frame.TemporalLayer > 0)
        {
            _leftOutLast = true;
            return ForwardDecision.Skip;
        }
        _leftOutLast = false;
        return ForwardDecision.Forward;
    }

    private void Open(int encoding, long start, ushort frameId)
    {
        if (_next < 0) _next = _top = _topBefore = SequenceNumber.First(random).Value;
        _newestSegment = (_newestSegment + 1) % SegmentCount;
        _segments[_newestSegment] = new Segment
        {
            IsUsed = true,
            Encoding = encoding,
            Start = start,
            End = long.MaxValue,
            Offset = _next - start,
            FrameOffset = unchecked((ushort)(_nextFrame - frameId)),
        };
        _isOpen = true;
    }

    /// <summary>Ends the open segment behind its newest picture, whose missing packets may still come.</summary>
    private void Close()
    {
        var source = _sources[_segments[_newestSegment].Encoding];
        Close(source.FrameEnd, unchecked((ushort)(source.FrameId + 1)));
    }

    /// <summary>Ends the open segment before a picture; the numbers up to it stay reserved.</summary>
    private void Close(long end, ushort frameId)
    {
        ref var segment = ref _segments[_newestSegment];
        _isOpen = false;
        segment.End = Math.Max(segment.Start, end);
        _next = Math.Max(_next, segment.End + segment.Offset);
        var ahead = unchecked((short)((ushort)(frameId + segment.FrameOffset) - (ushort)_nextFrame));
        _nextFrame += Math.Max((short)0, ahead);
    }

    private bool TryMap(int encoding, long number, ushort frameId, out SequenceNumber mapped, out ushort mappedFrame)
    {
        mapped = default;
        mappedFrame = 0;
        for (var i = 0; i < SegmentCount; i++)
        {
            ref readonly var segment = ref _segments[i];
            if (!segment.IsUsed || segment.Encoding != encoding || number < segment.Start || number >= segment.End) continue;
            var output = number + segment.Offset;
            if (!TryTake(output)) return false;
            mapped = new SequenceNumber(unchecked((ushort)output));
            mappedFrame = unchecked((ushort)(frameId + segment.FrameOffset));
            return true;
        }
        return false;
    }

    /// <summary>Uses a number towards the receiver; false when it was used, or is too far behind.</summary>
    private bool TryTake(long number)
    {
        _topBefore = _top;
        if (number >= _top)
        {
            for (var skipped = Math.Max(_top, number - SentWindow); skipped < number; skipped++) _sent[Word(skipped)] &= ~Bit(skipped);
            _top = number + 1;
            _next = Math.Max(_next, _top);
        }
        else if (number < _top - SentWindow || (_sent[Word(number)] & Bit(number)) != 0)
        {
            return false;
        }
        _sent[Word(number)] |= Bit(number);
        return true;
    }

    private static int Word(long number) => (int)(number % SentWindow) >> 6;

    private static ulong Bit(long number) => 1UL << (int)(number & 63);
}
