using System.Numerics;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Video;

/// <summary>Puts the pieces of one stream's encoded pictures together again and gives the pictures in order.</summary>
/// <remarks>
/// Pieces may be lost, doubled and out of order; frame ids wrap around. A frame that misses a piece holds back the ones behind it until
/// <see cref="FrameAssemblerOptions.Deadline"/> (a large one on a narrow path takes long, but not long without a piece), or, when pictures stand alone (JPEG), only until a newer one is complete.
/// Memory is bounded by the frames in flight and reused: nothing is allocated once buffers have grown to the stream's largest frame,
/// as long as frames are released. Owned by one receiver of one stream. Not thread-safe.
/// </remarks>
public sealed class FrameAssembler
{
    /// <summary>A frame id so far behind is a sender that began anew, not a late piece: half a minute at 30 frames a second.</summary>
    private const int RestartDistance = 1024;

    private const int SmallestBuffer = 16 * 1024;

    /// <summary>Frames in flight, oldest first; those at and behind <see cref="_count"/> are spare.</summary>
    private readonly Slot[] _slots;
    private readonly byte[]?[] _spareBuffers;
    private int _count;
    private int _spareCount;
    private bool _hasStarted;

    /// <summary>The id, extended over wrap-around, that is given next.</summary>
    private long _nextId;

    /// <summary>Bit n: the frame n + 1 before <see cref="_nextId"/> was given out.</summary>
    private ulong _given;

    private long _framesComplete;
    private long _framesLost;
    private long _received;
    private long _duplicate;
    private long _late;
    private long _refused;

    /// <summary>Makes an empty assembler; the first piece decides where the stream begins.</summary>
    public FrameAssembler(FrameAssemblerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxFramesInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxFramesInFlight, 64);
        Deadline = options.Deadline;
        _slots = new Slot[options.MaxFramesInFlight];
        for (var i = 0; i < _slots.Length; i++) _slots[i] = new Slot();
        _spareBuffers = new byte[]?[options.MaxFramesInFlight * 2];
    }

    /// <summary>How long after its newest piece a frame may stay incomplete; at first what the options say.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>Counts since the start.</summary>
    public FrameAssemblerStats Stats => new(_framesComplete, _framesLost, _received, _duplicate, _late, _refused);

    /// <summary>When <see cref="HandleTimeout"/> has something to do: the deadline of the frame that holds back the stream.</summary>
    public Instant NextTimeout => _count == 0 || IsReady(_slots[0]) ? Instant.Never : _slots[0].LastArrival + Deadline;

    /// <summary>Whether a picture that stands alone is on its way: some of it has come.</summary>
    public bool IsReceivingKeyFrame
    {
        get
        {
            for (var i = 0; i < _count; i++)
            {
                if (_slots[i].Flags.HasFlag(FrameFlags.KeyFrame)) return true;
            }
            return false;
        }
    }

    /// <summary>Takes one piece.</summary>
    /// <param name="now">Arrival.</param>
    /// <param name="header">From <see cref="FrameHeader.TryParse"/>.</param>
    /// <param name="timestamp">Of the packet; the same for all pieces of a frame.</param>
    /// <param name="payloadType">Of the packet, without the marker; the same for all pieces of a frame.</param>
    /// <param name="fragment">The bytes behind the header; copied.</param>
    /// <returns><see cref="DropReason.None"/> when it was put in its place, or why not.</returns>
    public DropReason Insert(Instant now, in FrameHeader header, RtpTimestamp timestamp, byte payloadType, ReadOnlySpan<byte> fragment)
    {
        _received++;
        var reason = Validate(header, fragment);
        if (reason == DropReason.None) reason = InsertValid(now, header, timestamp, payloadType, fragment);
        switch (reason)
        {
            case DropReason.None: break;
            case DropReason.Duplicate: _duplicate++; break;
            case DropReason.Late: _late++; break;
            default: _refused++; break;
        }
        return reason;
    }

    /// <summary>Gives the next picture, if one is due. Call until false after each <see cref="Insert"/> and <see cref="HandleTimeout"/>.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="frame">The picture, to be given back with <see cref="Release"/> soon.</param>
    public bool TryTake(Instant now, out AssembledFrame frame)
    {
        Skip(now);
        if (_count == 0 || !IsReady(_slots[0]))
        {
            frame = default;
            return false;
        }
        var slot = _slots[0];
        var id = slot.Id;
        frame = new((ushort)id, slot.Timestamp, slot.PayloadType, slot.Width, slot.Height, slot.Flags, slot.Layer, slot.Buffer!, slot.Length);
        slot.Buffer = null;
        RemoveOldest();
        Advance(id + 1, wasGiven: true);
        return true;
    }

    /// <summary>Gives up the frames whose time has come, so that the ones behind them can be taken.</summary>
    public void HandleTimeout(Instant now) => Skip(now);

    /// <summary>Takes back the memory of a frame.</summary>
    public void Release(in AssembledFrame frame)
    {
        if (frame.Buffer is not null) ReturnBuffer(frame.Buffer);
    }

    private static DropReason Validate(in FrameHeader header, ReadOnlySpan<byte> fragment)
    {
        if (header.FragmentIndex >= header.FragmentCount || header.Width == 0 || header.Height == 0) return DropReason.Malformed;
        if (fragment.Length == 0) return DropReason.Truncated;
        return header.FragmentCount > Limits.MaxFragments || fragment.Length > Limits.MaxFragment ? DropReason.TooLarge : DropReason.None;
    }

    private DropReason InsertValid(Instant now, in FrameHeader header, RtpTimestamp timestamp, byte payloadType, ReadOnlySpan<byte> fragment)
    {
        if (!_hasStarted) Restart(header.FrameId);
        var distance = unchecked((short)(header.FrameId - (ushort)_nextId));
        if (distance is < -RestartDistance or > RestartDistance)
        {
            Restart(header.FrameId);
            distance = 0;
        }
        if (distance < 0) return distance >= -64 && (_given >> (-distance - 1) & 1) != 0 ? DropReason.Duplicate : DropReason.Late;

        var id = _nextId + distance;
        var at = 0;
        while (at < _count && _slots[at].Id < id) at++;
        if (at == _count || _slots[at].Id != id)
        {
            if (_count == _slots.Length)
            {
                // Newer pictures matter more than older ones; when this one is the oldest of all, it is the one to go.
                if (at == 0) return DropReason.Late;
                DropOldest();
                at--;
            }
            Open(at, id, now, header, timestamp, payloadType);
        }
        var reason = _slots[at].Put(this, header, timestamp, payloadType, fragment);
        if (reason == DropReason.None) _slots[at].LastArrival = now;
        return reason;
    }

    private void Restart(ushort frameId)
    {
        while (_count > 0) DropOldest();
        _hasStarted = true;
        _given = 0;
        // Far from zero, so that extended ids never get negative.
        _nextId = 0x1_0000L + frameId;
    }

    private bool IsReady(Slot slot) => slot.IsComplete && slot.Id == _nextId;

    /// <summary>Passes over what the stream need not wait for any longer, until the oldest frame is one to give or to wait for.</summary>
    private void Skip(Instant now)
    {
        while (_count > 0 && !IsReady(_slots[0]))
        {
            var oldest = _slots[0];
            if (!IsOvertaken() && now < oldest.LastArrival + Deadline) return;
            if (oldest.Id > _nextId) Advance(oldest.Id, wasGiven: false);
            else DropOldest();
        }
    }

    /// <summary>Whether a complete picture that stands alone waits in the queue.</summary>
    private bool IsOvertaken()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_slots[i].IsComplete && _slots[i].PayloadType == (byte)PayloadType.Jpeg) return true;
        }
        return false;
    }

    private void DropOldest()
    {
        var slot = _slots[0];
        var id = slot.Id;
        if (slot.Buffer is { } buffer) ReturnBuffer(buffer);
        slot.Buffer = null;
        RemoveOldest();
        Advance(id + 1, wasGiven: false);
    }

    private void RemoveOldest()
    {
        var slot = _slots[0];
        _count--;
        Array.Copy(_slots, 1, _slots, 0, _count);
        _slots[_count] = slot;
    }

    private void Open(int at, long id, Instant now, in FrameHeader header, RtpTimestamp timestamp, byte payloadType)
    {
        var slot = _slots[_count];
        Array.Copy(_slots, at, _slots, at + 1, _count - at);
        _slots[at] = slot;
        _count++;
        slot.Open(id, now, header, timestamp, payloadType);
    }

    private void Advance(long nextId, bool wasGiven)
    {
        var steps = nextId - _nextId;
        _nextId = nextId;
        _given = steps >= 64 ? 0 : _given << (int)steps;
        if (wasGiven)
        {
            _given |= 1;
            _framesComplete++;
            steps--;
        }
        _framesLost += steps;
    }

    private byte[] RentBuffer(int size)
    {
        for (var i = 0; i < _spareCount; i++)
        {
            var spare = _spareBuffers[i]!;
            if (spare.Length < size) continue;
            _spareBuffers[i] = _spareBuffers[--_spareCount];
            _spareBuffers[_spareCount] = null;
            return spare;
        }
        // A spare that proved too small gives way to the larger one, so that the pool settles at the stream's largest frame.
        if (_spareCount > 0) _spareBuffers[--_spareCount] = null;
        return GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(size, SmallestBuffer)));
    }

    private void ReturnBuffer(byte[] buffer)
    {
        if (_spareCount < _spareBuffers.Length) _spareBuffers[_spareCount++] = buffer;
    }

    private sealed class Slot
    {
        private readonly ulong[] _present = new ulong[(Limits.MaxFragments + 63) / 64];
        private readonly byte[] _last = new byte[Limits.MaxFragment];
        private int _fragmentCount;
        private int _missing;
        private int _size;
        private int _lastLength;

        public long Id { get; private set; }

        public Instant LastArrival { get; set; }

        public RtpTimestamp Timestamp { get; private set; }

        public byte PayloadType { get; private set; }

        public ushort Width { get; private set; }

        public ushort Height { get; private set; }

        public FrameFlags Flags { get; private set; }

        public byte Layer { get; private set; }

        public byte[]? Buffer { get; set; }

        public bool IsComplete => _missing == 0;

        public int Length => ((_fragmentCount - 1) * _size) + _lastLength;

        public void Open(long id, Instant now, in FrameHeader header, RtpTimestamp timestamp, byte payloadType)
        {
            Id = id;
            LastArrival = now;
            Timestamp = timestamp;
            PayloadType = payloadType;
            Width = header.Width;
            Height = header.Height;
            Flags = header.Flags;
            Layer = header.Layer;
            _fragmentCount = header.FragmentCount;
            _missing = header.FragmentCount;
            _size = 0;
            _lastLength = 0;
            _present.AsSpan().Clear();
        }

        public DropReason Put(FrameAssembler owner, in FrameHeader header, RtpTimestamp timestamp, byte payloadType, ReadOnlySpan<byte> fragment)
        {
            if (!Agrees(header, timestamp, payloadType)) return DropReason.Malformed;
            var index = header.FragmentIndex;
            ref var word = ref _present[index >> 6];
            var bit = 1UL << (index & 63);
            if ((word & bit) != 0) return DropReason.Duplicate;

            var reason = header.IsLastFragment ? PutLast(owner, fragment) : PutInner(owner, index, fragment);
            if (reason != DropReason.None) return reason;
            word |= bit;
            _missing--;
            return DropReason.None;
        }

        private bool Agrees(in FrameHeader header, RtpTimestamp timestamp, byte payloadType) =>
            header.FragmentCount == _fragmentCount && header.Width == Width && header.Height == Height && header.Flags == Flags
            && header.Layer == Layer && timestamp == Timestamp && payloadType == PayloadType;

        private DropReason PutInner(FrameAssembler owner, int index, ReadOnlySpan<byte> fragment)
        {
            if (_size == 0)
            {
                // The last piece is not empty, so the frame is longer than its inner pieces.
                if ((_fragmentCount - 1) * fragment.Length >= Limits.MaxFrame) return DropReason.TooLarge;
                if (_lastLength > fragment.Length) return DropReason.Malformed;
                if (((_fragmentCount - 1) * fragment.Length) + _lastLength > Limits.MaxFrame) return DropReason.TooLarge;
                _size = fragment.Length;
                Buffer = owner.RentBuffer(_fragmentCount * _size);
                if (_lastLength > 0) _last.AsSpan(0, _lastLength).CopyTo(Buffer.AsSpan((_fragmentCount - 1) * _size));
            }
            else if (fragment.Length != _size)
            {
                return DropReason.Malformed;
            }
            fragment.CopyTo(Buffer.AsSpan(index * _size));
            return DropReason.None;
        }

        /// <summary>Its offset is known only when another piece has told the size; until then it waits apart.</summary>
        private DropReason PutLast(FrameAssembler owner, ReadOnlySpan<byte> fragment)
        {
            if (_fragmentCount == 1)
            {
                Buffer = owner.RentBuffer(fragment.Length);
                fragment.CopyTo(Buffer);
            }
            else if (_size == 0)
            {
                fragment.CopyTo(_last);
            }
            else if (fragment.Length > _size)
            {
                return DropReason.Malformed;
            }
            else if (((_fragmentCount - 1) * _size) + fragment.Length > Limits.MaxFrame)
            {
                return DropReason.TooLarge;
            }
            else
            {
                fragment.CopyTo(Buffer.AsSpan((_fragmentCount - 1) * _size));
            }
            _lastLength = fragment.Length;
            return DropReason.None;
        }
    }
}
