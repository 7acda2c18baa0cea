using System.Numerics;

namespace Parley.Media.Audio;

/// <summary>How loud a stream is now, for the ring around a speaker and for choosing who is talking.</summary>
/// <remarks>0 dBFS is a sine at full scale (AES17). Rises within some 20 ms and falls within some 200 ms. Not thread-safe.</remarks>
public sealed class LevelMeter
{
    /// <summary>What silence reads, in dBFS; quieter is not told apart in 16 bits.</summary>
    public const double FloorDbfs = -100;

    /// <summary>-66 dBFS of 32768: the noise of a closed microphone stays below.</summary>
    private const int SilentPeak = 16;

    private const double Attack = 0.4;
    private const double Release = 0.05;

    private double _power;

    /// <summary>The smoothed level of the last frames, <see cref="FloorDbfs"/> to about +3.</summary>
    public double LevelDbfs => ToDbfs(_power);

    /// <summary>Takes the next frame into account. Samples of any number; an empty span changes nothing.</summary>
    public void Add(ReadOnlySpan<short> samples)
    {
        if (samples.Length == 0) return;
        var power = (double)SumOfSquares(samples) / samples.Length;
        _power += (power - _power) * (power > _power ? Attack : Release);
    }

    /// <summary>Adds a frame's worth of silence, for a stream that pauses.</summary>
    public void AddSilence() => _power -= _power * Release;

    /// <summary>Maps a level to the height of a meter: 0 at -60 dBFS and below, 1 at full scale, even to the ear between.</summary>
    public static double ToPerceptual(double dbfs) => double.IsNaN(dbfs) ? 0 : Math.Clamp((dbfs + 60) / 60, 0, 1);

    /// <summary>Whether every sample is below about -66 dBFS. An empty span is silent.</summary>
    public static bool IsSilent(ReadOnlySpan<short> samples)
    {
        var i = 0;
        if (samples.Length >= Vector<short>.Count)
        {
            var low = new Vector<short>(-SilentPeak);
            var high = new Vector<short>(SilentPeak);
            for (; i <= samples.Length - Vector<short>.Count; i += Vector<short>.Count)
            {
                var x = new Vector<short>(samples[i..]);
                if (Vector.LessThanAny(x, low) || Vector.GreaterThanAny(x, high)) return false;
            }
        }
        for (; i < samples.Length; i++)
        {
            if (samples[i] is < -SilentPeak or > SilentPeak) return false;
        }
        return true;
    }

    /// <summary>The mean square of a sine at full scale is half of 32768 squared.</summary>
    internal static double ToDbfs(double meanSquare) =>
        Math.Max(FloorDbfs, 10 * Math.Log10((meanSquare / (32768.0 * 32768.0 / 2)) + 1e-30));

    private static long SumOfSquares(ReadOnlySpan<short> samples)
    {
        var sum = 0L;
        var i = 0;
        for (; i <= samples.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(samples[i..]), out var a, out var b);
            // Each square is at most 2^30: two fit an unsigned 32-bit lane, more do not.
            Vector.Widen(Vector.AsVectorUInt32((a * a) + (b * b)), out var c, out var d);
            sum += (long)Vector.Sum(c + d);
        }
        for (; i < samples.Length; i++) sum += (long)samples[i] * samples[i];
        return sum;
    }
}
