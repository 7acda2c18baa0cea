using System.Diagnostics.CodeAnalysis;
using Parley.Media.Audio;

namespace Parley.Codecs;

/// <summary>Opus (RFC 6716) by the system's libopus, where it is there and gives back what it was given.</summary>
public sealed class LibOpus : IAudioCodecs
{
    private readonly OpusNative _native;

    private LibOpus(OpusNative native) => _native = native;

    /// <inheritdoc />
    public string Name => _native.Version;

    /// <inheritdoc />
    public bool HasOpus => true;

    /// <summary>Finds the library and tries it.</summary>
    /// <returns>False where it is missing, too old, or broken.</returns>
    public static bool TryLoad([NotNullWhen(true)] out LibOpus? opus)
    {
        opus = null;
        if (!OpusNative.TryLoad(out var native)) return false;
        var found = new LibOpus(native);
        if (!found.KnowsASine()) return false;
        opus = found;
        return true;
    }

    /// <inheritdoc />
    public IAudioEncoder? CreateOpusEncoder() => OpusEncoder.Create(_native);

    /// <inheritdoc />
    public IAudioDecoder? CreateOpusDecoder() => OpusDecoder.Create(_native);

    private bool KnowsASine()
    {
        const int Frames = 10;
        const int Peak = 10_000;
        using var encoder = CreateOpusEncoder();
        using var decoder = CreateOpusDecoder();
        if (encoder is null || decoder is null) return false;
        encoder.Configure(new AudioEncoderSettings(32_000, 0, 5));
        Span<short> frame = stackalloc short[AudioFormat.FrameSamples];
        Span<byte> payload = stackalloc byte[AudioDecoding.MaxPayload];
        for (var n = 0; n < Frames; n++)
        {
            for (var i = 0; i < frame.Length; i++) frame[i] = (short)(Peak * Math.Sin(2 * Math.PI * 500 * ((n * frame.Length) + i) / AudioFormat.SampleRate));
            var length = encoder.Encode(frame, payload);
            if (length == 0 || !OpusPacket.IsOneFrame(payload[..length]) || !decoder.TryDecode(payload[..length], frame)) return false;
        }
        var meter = new LevelMeter();
        for (var i = 0; i < Frames; i++) meter.Add(frame);
        return meter.LevelDbfs is > -14 and < -7;
    }
}
