using Parley.Media.Audio;
using Parley.Protocol.Time;

namespace Parley.Media.Synthesis;

/// <summary>A chirp of 10 ms at each full second of the monotonic clock, silence between: a receiver that reads the same clock measures the delay.</summary>
public sealed class ClickSource
{
    /// <summary>Samples of a chirp.</summary>
    internal const int ChirpSamples = AudioFormat.FrameSamples;

    private const double Amplitude = 16_000;

    /// <summary>The chirp: 1 kHz rising to 4 kHz under a Hann window.</summary>
    internal static readonly short[] Chirp = MakeChirp();

    /// <summary>Writes the 10 ms whose first sample is captured at <paramref name="capturedAt"/>.</summary>
    public void Read(Instant capturedAt, Span<short> frame)
    {
        frame.Clear();
        for (var i = 0; i < frame.Length; i++)
        {
            var ticks = capturedAt.Ticks + (i * TimeSpan.TicksPerSecond / AudioFormat.SampleRate);
            var sample = (int)(ticks % TimeSpan.TicksPerSecond * AudioFormat.SampleRate / TimeSpan.TicksPerSecond);
            if (sample < ChirpSamples) frame[i] = Chirp[sample];
        }
    }

    private static short[] MakeChirp()
    {
        var chirp = new short[ChirpSamples];
        for (var i = 0; i < ChirpSamples; i++)
        {
            var t = (double)i / AudioFormat.SampleRate;
            var phase = 2 * Math.PI * ((1000 * t) + (0.5 * (3000 / 0.01) * t * t));
            var window = 0.5 * (1 - Math.Cos(2 * Math.PI * i / ChirpSamples));
            chirp[i] = (short)(Amplitude * window * Math.Sin(phase));
        }
        return chirp;
    }
}
