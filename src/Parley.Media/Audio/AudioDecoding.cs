using Parley.Protocol.Rtp;

namespace Parley.Media.Audio;

/// <summary>Turns the payloads of one stream, in their order, into frames of 10 ms. The payload type of each packet says what it is.</summary>
/// <remarks>One per received stream: filters and decoders have memory. A codec is opened when its first payload comes. Not thread-safe.</remarks>
public sealed class AudioDecoding(IAudioCodecs codecs) : IDisposable
{
    /// <summary>Longest payload of a frame, in bytes: L16 at 48 kHz.</summary>
    public const int MaxPayload = AudioFormat.FrameSamples * sizeof(short);

    private const int NarrowRate = 16_000;
    private const int NarrowSamples = AudioFormat.FrameSamples / 3;

    private readonly Resampler _resampler = new(NarrowRate, AudioFormat.SampleRate);
    private readonly short[] _narrow = new short[NarrowSamples];
    private IAudioDecoder? _opus;
    private bool _hasTriedOpus;

    /// <summary>Whether a payload is one frame that can be decoded here.</summary>
    public bool IsFrame(PayloadType type, ReadOnlySpan<byte> payload) => type switch
    {
        PayloadType.L16At48Khz => payload.Length == MaxPayload,
        PayloadType.L16At16Khz => payload.Length == NarrowSamples * sizeof(short),
        PayloadType.Opus => payload.Length <= MaxPayload && OpusPacket.IsOneFrame(payload) && Opus is not null,
        _ => false,
    };

    /// <summary>Decodes the next frame of the stream. False when it is none after all.</summary>
    /// <param name="type">Of the packet.</param>
    /// <param name="payload">A payload that <see cref="IsFrame"/> accepted.</param>
    /// <param name="frame480">Room for 480 samples.</param>
    public bool TryDecode(PayloadType type, ReadOnlySpan<byte> payload, Span<short> frame480)
    {
        switch (type)
        {
            case PayloadType.L16At48Khz:
                return L16.TryDecode(payload, frame480, out _);
            case PayloadType.L16At16Khz:
                if (!L16.TryDecode(payload, _narrow, out _)) return false;
                _resampler.Process(_narrow, frame480);
                return true;
            case PayloadType.Opus:
                return Opus is { } opus && opus.TryDecode(payload, frame480);
            default:
                return false;
        }
    }

    /// <summary>Decodes the lost frame before a payload, when that payload has a copy of it.</summary>
    /// <inheritdoc cref="TryDecode"/>
    public bool TryDecodeBefore(PayloadType type, ReadOnlySpan<byte> payload, Span<short> frame480) =>
        type == PayloadType.Opus && Opus is { } opus && opus.TryDecodeBefore(payload, frame480);

    /// <summary>Forgets the stream, as before its first payload.</summary>
    public void Reset()
    {
        _resampler.Reset();
        _opus?.Reset();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _opus?.Dispose();
        _opus = null;
    }

    private IAudioDecoder? Opus
    {
        get
        {
            if (_hasTriedOpus) return _opus;
            _hasTriedOpus = true;
            return _opus = codecs.CreateOpusDecoder();
        }
    }
}
