namespace Parley.Media.Tests;

/// <summary>Sounds and measures for tests, written the plain way.</summary>
internal static class Signals
{
    public static short[] Sine(double hz, double amplitude, int count, int rate = 48_000, int start = 0)
    {
        var samples = new short[count];
        for (var i = 0; i < count; i++) samples[i] = (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * hz * (start + i) / rate));
        return samples;
    }

    public static short[] Noise(int seed, int amplitude, int count)
    {
        var random = new Random(seed);
        var samples = new short[count];
        for (var i = 0; i < count; i++) samples[i] = (short)random.Next(-amplitude, amplitude + 1);
        return samples;
    }

    public static double Rms(ReadOnlySpan<short> samples)
    {
        var sum = 0.0;
        foreach (var s in samples) sum += (double)s * s;
        return Math.Sqrt(sum / samples.Length);
    }

    public static int LargestStep(ReadOnlySpan<short> samples)
    {
        var largest = 0;
        for (var i = 1; i < samples.Length; i++) largest = Math.Max(largest, Math.Abs(samples[i] - samples[i - 1]));
        return largest;
    }

    public static int Peak(ReadOnlySpan<short> samples)
    {
        var peak = 0;
        foreach (var s in samples) peak = Math.Max(peak, Math.Abs((int)s));
        return peak;
    }
}
