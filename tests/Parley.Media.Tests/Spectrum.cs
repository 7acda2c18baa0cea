namespace Parley.Media.Tests;

/// <summary>The amplitude of one frequency by plain correlation under a Hann window.</summary>
internal static class Spectrum
{
    public static double Amplitude(ReadOnlySpan<short> samples, double hz, int rate = 48_000)
    {
        double re = 0, im = 0, sum = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var w = 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / samples.Length));
            var (sin, cos) = Math.SinCos(2 * Math.PI * hz * i / rate);
            re += w * samples[i] * cos;
            im += w * samples[i] * sin;
            sum += w;
        }
        return 2 * Math.Sqrt((re * re) + (im * im)) / sum;
    }
}
