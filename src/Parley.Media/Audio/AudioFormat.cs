namespace Parley.Media.Audio;

/// <summary>The one form that sound has inside the engine: mono, 48 kHz, signed 16 bits, in frames of 10 ms.</summary>
/// <remarks>10 ms because 20 ms of L16 at 48 kHz (1920 bytes) does not fit a datagram (docs/protocol/media.md).</remarks>
public static class AudioFormat
{
    /// <summary>Samples a second; also the rate of the RTP clock of audio.</summary>
    public const int SampleRate = 48_000;

    /// <summary>Samples in a frame.</summary>
    public const int FrameSamples = 480;

    /// <summary>Engine ticks (100 ns) of one sample, as a fraction: numerator.</summary>
    internal const long TicksPerSampleNumerator = TimeSpan.TicksPerSecond / 16_000;

    /// <summary>Engine ticks (100 ns) of one sample, as a fraction: denominator.</summary>
    internal const long TicksPerSampleDenominator = SampleRate / 16_000;

    /// <summary>How long a frame lasts.</summary>
    public static readonly TimeSpan FrameDuration = TimeSpan.FromMilliseconds(10);

    /// <summary>The time that <paramref name="samples"/> last, rounded down to 100 ns.</summary>
    public static TimeSpan DurationOf(long samples) => new(samples * TicksPerSampleNumerator / TicksPerSampleDenominator);
}
