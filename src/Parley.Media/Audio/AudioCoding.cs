using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Media.Audio;

/// <summary>Turns frames of 10 ms into payloads, in whatever form is wanted at the moment.</summary>
/// <remarks>
/// One per sent stream: filters and encoders have memory. The encoder of Opus is made at its first use; what it cannot encode becomes L16 at 48 kHz.
/// Allocates nothing after that. Not thread-safe.
/// </remarks>
/// <param name="codecs">What this machine has.</param>
/// <param name="complexity">Of codecs that know it, 0 to 10.</param>
public sealed class AudioCoding(IAudioCodecs codecs, int complexity) : IDisposable
{
    private readonly Resampler _resampler = new(AudioFormat.SampleRate, 16_000);
    /// <summary>Below this there is a room's noise, and no music that somebody plays to the others.</summary>
    private const double QuietDbfs = -45;

    private readonly short[] _narrow = new short[AudioFormat.FrameSamples / 3];
    private readonly LevelMeter _level = new();
    private IAudioEncoder? _opus;
    private bool _hasTriedOpus;
    private AudioProfile _profile;
    private AudioEncoderSettings _settings;

    /// <summary>Encodes the next frame.</summary>
    /// <param name="quality">In which form.</param>
    /// <param name="frame480">480 samples.</param>
    /// <param name="payload">Room for <see cref="AudioDecoding.MaxPayload"/> bytes.</param>
    /// <param name="type">What the payload is.</param>
    /// <returns>Bytes written.</returns>
    public int Encode(in AudioQuality quality, ReadOnlySpan<short> frame480, Span<byte> payload, out PayloadType type)
    {
        if (quality.Profile != _profile) Begin(quality.Profile);
        switch (quality.Profile)
        {
            case AudioProfile.L16At16Khz:
                type = PayloadType.L16At16Khz;
                _resampler.Process(frame480, _narrow);
                return L16.Encode(_narrow, payload);
            case AudioProfile.Opus when TryEncodeOpus(quality, frame480, payload, out var length):
                type = PayloadType.Opus;
                return length;
            default: // L16 at 48 kHz, and Opus where there is none, or none for this frame.
                type = PayloadType.L16At48Khz;
                return L16.Encode(frame480, payload);
        }
    }

    /// <summary>Forgets the stream, as before its first frame.</summary>
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

    private IAudioEncoder? Opus
    {
        get
        {
            if (_hasTriedOpus) return _opus;
            _hasTriedOpus = true;
            return _opus = codecs.CreateOpusEncoder();
        }
    }

    private void Begin(AudioProfile profile)
    {
        _profile = profile;
        Reset();
    }

    private bool TryEncodeOpus(in AudioQuality quality, ReadOnlySpan<short> frame480, Span<byte> payload, out int length)
    {
        length = 0;
        if (Opus is not { } opus) return false;
        _level.Add(frame480);
        Configure(opus, quality);
        length = opus.Encode(frame480, payload[..AudioDecoding.MaxPayload]);
        return length > 0;
    }

    private void Configure(IAudioEncoder opus, in AudioQuality quality)
    {
        var settings = new AudioEncoderSettings(quality.Bitrate, quality.LossPercent, complexity, _level.LevelDbfs < QuietDbfs);
        if (settings == _settings) return;
        _settings = settings;
        opus.Configure(settings);
    }
}

/// <summary>In which form sound is sent.</summary>
/// <param name="Profile">How it is coded.</param>
/// <param name="Bitrate">Of Opus: bits a second of payload.</param>
/// <param name="LossPercent">Of Opus: the loss that the payloads are made for, 0 to 100.</param>
public readonly record struct AudioQuality(AudioProfile Profile, int Bitrate, int LossPercent);
