using System.Runtime.InteropServices;
using Parley.Media.Audio;

namespace Parley.Agent.Meetings;

/// <summary>Frames of the microphone on their way from the page's socket to the driver's thread: one writer, one reader, no allocation.</summary>
internal sealed class MicrophoneInbox
{
    // 160 ms: what piles up behind a stalled thread is old anyway.
    // A power of two: the counters wrap after 248 days of sound.
    private const int Capacity = 16;
    private readonly short[] _frames = new short[Capacity * AudioFormat.FrameSamples];
    private int _written;
    private int _read;

    /// <summary>Frames that found the inbox full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes 480 little-endian samples.</summary>
    public bool TryWrite(ReadOnlySpan<byte> samples)
    {
        if (samples.Length != AudioFormat.FrameSamples * 2) return false;
        var written = _written;
        if (written - Volatile.Read(ref _read) == Capacity)
        {
            Dropped++;
            return false;
        }
        samples.CopyTo(MemoryMarshal.AsBytes(Slot(written)));
        Volatile.Write(ref _written, written + 1);
        return true;
    }

    /// <summary>Gives the next frame, valid until the next call; false when there is none.</summary>
    public bool TryRead(out ReadOnlySpan<short> frame)
    {
        frame = default;
        if (_pendingRelease) Volatile.Write(ref _read, _read + 1);
        _pendingRelease = false;
        if (_read == Volatile.Read(ref _written)) return false;
        frame = Slot(_read);
        _pendingRelease = true;
        return true;
    }

    private bool _pendingRelease;

    private Span<short> Slot(int index) => _frames.AsSpan((index & (Capacity - 1)) * AudioFormat.FrameSamples, AudioFormat.FrameSamples);
}
