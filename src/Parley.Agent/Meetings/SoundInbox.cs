using System.Runtime.InteropServices;
using Parley.Agent.Web;
using Parley.Media.Audio;

namespace Parley.Agent.Meetings;

/// <summary>Frames of sound on their way from the page's socket to the driver's thread: one writer, one reader, no allocation.</summary>
internal sealed class SoundInbox
{
    // 160 ms: what piles up behind a stalled thread is old anyway.
    // A power of two: the counters wrap after 248 days of sound.
    private const int Capacity = 16;
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Capacity).Select(_ => new Slot())];
    private int _written;
    private int _read;
    private bool _isReading;

    /// <summary>Frames that found the inbox full.</summary>
    public long Dropped { get; private set; }

    /// <summary>A frame that waits; valid until the next one is read.</summary>
    internal sealed class Slot
    {
        private readonly short[] _samples = new short[AudioFormat.FrameSamples];
        private readonly byte[] _payload = new byte[AudioDecoding.MaxPayload];
        private int _payloadLength;

        /// <summary>480 samples.</summary>
        public ReadOnlySpan<short> Samples => _samples;

        /// <summary>The same 10 ms in Opus; empty without.</summary>
        public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _payloadLength);

        /// <summary>As it came.</summary>
        public uint Sequence { get; private set; }

        /// <summary>As it came.</summary>
        public uint Timestamp { get; private set; }

        /// <summary>As it came.</summary>
        public bool IsTalkStart { get; private set; }

        internal void Take(in SoundFrame frame)
        {
            frame.Samples.CopyTo(MemoryMarshal.AsBytes(_samples.AsSpan()));
            frame.Payload.CopyTo(_payload);
            _payloadLength = frame.Payload.Length;
            (Sequence, Timestamp, IsTalkStart) = (frame.Sequence, frame.Timestamp, frame.IsTalkStart);
        }
    }

    /// <summary>Copies a frame in; false when the inbox is full.</summary>
    public bool TryWrite(in SoundFrame frame)
    {
        var written = _written;
        if (written - Volatile.Read(ref _read) == Capacity)
        {
            Dropped++;
            return false;
        }
        At(written).Take(frame);
        Volatile.Write(ref _written, written + 1);
        return true;
    }

    /// <summary>Gives the next frame; false when there is none.</summary>
    public bool TryRead(out Slot frame)
    {
        if (_isReading) Volatile.Write(ref _read, _read + 1);
        frame = At(_read);
        _isReading = _read != Volatile.Read(ref _written);
        return _isReading;
    }

    private Slot At(int index) => _slots[index & (Capacity - 1)];
}
