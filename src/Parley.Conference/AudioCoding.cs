using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Conference;

/// <summary>Turns 10 ms of engine audio (48 kHz mono) into a payload of a profile and back. One per stream and direction: resamplers have memory.</summary>
internal sealed class AudioCoding(AudioProfile profile)
{
    private const int NarrowSamples = AudioFormat.FrameSamples / 3;

    private readonly Resampler? _resampler = profile == AudioProfile.L16At16Khz ? new Resampler(AudioFormat.SampleRate, 16_000) : null;
    private readonly short[] _narrow = new short[NarrowSamples];

    /// <summary>Largest payload of any profile, in bytes.</summary>
    public const int MaxPayload = AudioFormat.FrameSamples * 2;

    /// <summary>What the payload is called on the wire.</summary>
    public PayloadType PayloadType { get; } = profile == AudioProfile.L16At16Khz ? PayloadType.L16At16Khz : PayloadType.L16At48Khz;

    /// <summary>RTP clock of the profile, in Hz.</summary>
    public int ClockRate { get; } = ClockRateOf(profile);

    /// <summary>RTP clock of a profile, in Hz.</summary>
    public static int ClockRateOf(AudioProfile profile) => profile == AudioProfile.L16At16Khz ? 16_000 : AudioFormat.SampleRate;

    /// <summary>Encodes a frame; returns the bytes written.</summary>
    public int Encode(ReadOnlySpan<short> frame, Span<byte> payload)
    {
        if (_resampler is null) return L16.Encode(frame, payload);
        _resampler.Process(frame, _narrow);
        return L16.Encode(_narrow, payload);
    }
}

/// <summary>The other direction of <see cref="AudioCoding"/>: the payload type of each packet says what it is.</summary>
internal sealed class AudioDecoding
{
    private readonly Resampler _resampler = new(16_000, AudioFormat.SampleRate);
    private readonly short[] _narrow = new short[AudioFormat.FrameSamples / 3];

    /// <summary>Decodes a payload into exactly one frame and maps its timestamp to the 48 kHz clock. False for any other size or type.</summary>
    public bool TryDecode(PayloadType type, RtpTimestamp timestamp, ReadOnlySpan<byte> payload, Span<short> frame, out RtpTimestamp mapped)
    {
        mapped = timestamp;
        switch (type)
        {
            case PayloadType.L16At48Khz:
                return payload.Length == frame.Length * 2 && L16.TryDecode(payload, frame, out _);
            case PayloadType.L16At16Khz:
                if (payload.Length != _narrow.Length * 2 || !L16.TryDecode(payload, _narrow, out _)) return false;
                _resampler.Process(_narrow, frame);
                // Both clocks wrap at 2^32 and 3 x 2^32 is 0 modulo 2^32, so the product is continuous over the wrap.
                mapped = new RtpTimestamp(unchecked(timestamp.Value * 3));
                return true;
            default:
                return false;
        }
    }
}
