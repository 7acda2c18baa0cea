using System.Runtime.InteropServices;
using Parley.Media.Audio;

namespace Parley.Codecs;

/// <summary>A decoder of libopus: 48 kHz mono, whatever the encoder was.</summary>
internal sealed unsafe class OpusDecoder : SafeHandle, IAudioDecoder
{
    private readonly OpusNative _native;

    private OpusDecoder(OpusNative native, nint state)
        : base(nint.Zero, ownsHandle: true)
    {
        _native = native;
        SetHandle(state);
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == nint.Zero;

    internal static OpusDecoder? Create(OpusNative native)
    {
        var decoder = new OpusDecoder(native, native.CreateDecoder(AudioFormat.SampleRate));
        if (!decoder.IsInvalid) return decoder;
        decoder.Dispose();
        return null;
    }

    /// <inheritdoc />
    public bool TryDecode(ReadOnlySpan<byte> payload, Span<short> frame480) =>
        OpusPacket.IsOneFrame(payload) && Decode(payload, frame480, isBefore: false);

    /// <inheritdoc />
    public bool TryDecodeBefore(ReadOnlySpan<byte> payload, Span<short> frame480) =>
        OpusPacket.IsOneFrame(payload) && OpusPacket.HasFrameBefore(payload) && Decode(payload, frame480, isBefore: true);

    /// <inheritdoc />
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        _native.ControlDecoder(handle, OpusNative.ResetState);
        GC.KeepAlive(this);
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        _native.DestroyDecoder(handle);
        return true;
    }

    private bool Decode(ReadOnlySpan<byte> payload, Span<short> frame480, bool isBefore)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame480.Length, AudioFormat.FrameSamples);
        int count;
        fixed (byte* bytes = payload)
        fixed (short* samples = frame480)
        {
            count = _native.Decode(handle, bytes, payload.Length, samples, frame480.Length, isBefore);
        }
        GC.KeepAlive(this);
        return count == AudioFormat.FrameSamples;
    }
}
