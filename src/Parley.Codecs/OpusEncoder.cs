using System.Runtime.InteropServices;
using Parley.Media.Audio;

namespace Parley.Codecs;

/// <summary>An encoder of libopus for voice: 48 kHz mono, variable bitrate.</summary>
/// <remarks>
/// It looks 6.5 ms ahead; where nothing is lost and there are bits enough, only 2.5 ms: then the transform codec alone is used, which has no
/// copy of the frame before inside of its payloads (RFC 6716, section 2.1.7). A change of these two begins anew, once when loss begins and once when it ends.
/// </remarks>
internal sealed unsafe class OpusEncoder : SafeHandle, IAudioEncoder
{
    /// <summary>Below it the codec for voices, which needs the longer look ahead, sounds better.</summary>
    private const int LowDelayBitrate = 32_000;

    private readonly OpusNative _native;
    private bool _isLowDelay;

    private OpusEncoder(OpusNative native, nint state)
        : base(nint.Zero, ownsHandle: true)
    {
        _native = native;
        SetHandle(state);
    }

    /// <inheritdoc />
    public override bool IsInvalid => handle == nint.Zero;

    internal static OpusEncoder? Create(OpusNative native)
    {
        var encoder = new OpusEncoder(native, native.CreateEncoder(AudioFormat.SampleRate));
        if (encoder.IsInvalid
            || !encoder.Set(OpusNative.SetVariableBitrate, 1)
            || !encoder.Set(OpusNative.SetSignal, OpusNative.SignalVoice))
        {
            encoder.Dispose();
            return null;
        }
        return encoder;
    }

    /// <inheritdoc />
    public void Configure(in AudioEncoderSettings settings)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var isLowDelay = settings.LossPercent <= 0 && settings.Bitrate >= LowDelayBitrate;
        if (isLowDelay != _isLowDelay)
        {
            // It may be chosen only before the first frame.
            Set(OpusNative.ResetState, 0);
            if (Set(OpusNative.SetApplication, isLowDelay ? OpusNative.ApplicationLowDelay : OpusNative.ApplicationVoip)) _isLowDelay = isLowDelay;
        }
        Set(OpusNative.SetBitrate, Math.Clamp(settings.Bitrate, 6_000, 128_000));
        Set(OpusNative.SetComplexity, Math.Clamp(settings.Complexity, 0, 10));
        Set(OpusNative.SetPacketLoss, Math.Clamp(settings.LossPercent, 0, 100));
        Set(OpusNative.SetInbandFec, settings.LossPercent > 0 ? 1 : 0);
        Set(OpusNative.SetDiscontinuous, settings.IsQuiet ? 1 : 0);
    }

    /// <inheritdoc />
    public int Encode(ReadOnlySpan<short> frame480, Span<byte> payload)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frame480.Length, AudioFormat.FrameSamples);
        int length;
        fixed (short* samples = frame480)
        fixed (byte* bytes = payload)
        {
            length = _native.Encode(handle, samples, frame480.Length, bytes, payload.Length);
        }
        GC.KeepAlive(this);
        return Math.Max(0, length);
    }

    /// <inheritdoc />
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Set(OpusNative.ResetState, 0);
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        _native.DestroyEncoder(handle);
        return true;
    }

    private bool Set(int request, int value)
    {
        var result = _native.ControlEncoder(handle, request, value);
        GC.KeepAlive(this);
        return result == OpusNative.Ok;
    }
}
