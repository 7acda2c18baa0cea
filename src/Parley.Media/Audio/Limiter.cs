using System.Numerics;

namespace Parley.Media.Audio;

/// <summary>Brings a sum of voices back into 16 bits by turning it down smoothly, and leaves it alone while it fits.</summary>
/// <remarks>
/// Works in blocks of 32 samples (0.7 ms) with straight gain ramps between them. Turning down looks ahead within the frame only, so it adds no
/// delay: a peak in the very first block after a frame at full gain is cut hard for at most one block. Turning up takes about 100 ms.
/// While the gain is 1 and every sample fits, output equals input to the bit. Not thread-safe.
/// </remarks>
public sealed class Limiter
{
    private const int BlockSamples = 32;
    private const int MaxBlocks = AudioFormat.FrameSamples / BlockSamples;

    /// <summary>1 - exp(-block / 100 ms).</summary>
    private const float ReleasePerBlock = 0.006645f;

    /// <summary>Above this the gain becomes exactly 1 again; the step is below half a bit.</summary>
    private const float Unity = 0.99999f;

    /// <summary>The gain at the end of the last frame, in (0, 1].</summary>
    public float Gain { get; internal set; } = 1;

    /// <summary>Limits one frame.</summary>
    /// <param name="input">Sums of samples; 480 of them, each within ±2^30.</param>
    /// <param name="output">Room for as many samples.</param>
    public void Process(ReadOnlySpan<int> input, Span<short> output)
    {
        if (input.Length != AudioFormat.FrameSamples) throw new ArgumentException("One frame at a time.", nameof(input));
        if (Gain >= 1 && Fits(input))
        {
            Narrow(input, output);
            return;
        }

        Span<float> allowed = stackalloc float[MaxBlocks];
        for (var b = 0; b < MaxBlocks; b++) allowed[b] = Allowed(input.Slice(b * BlockSamples, BlockSamples));

        var gain = Gain;
        for (var b = 0; b < MaxBlocks; b++)
        {
            var next = gain + ((1 - gain) * ReleasePerBlock);
            if (next > Unity) next = 1;
            next = Math.Min(next, allowed[b]);
            if (b + 1 < MaxBlocks) next = Math.Min(next, allowed[b + 1]);
            Ramp(input.Slice(b * BlockSamples, BlockSamples), output.Slice(b * BlockSamples, BlockSamples), gain, next);
            gain = next;
        }
        Gain = gain;
    }

    /// <summary>Returns to full gain, as for a new listener.</summary>
    public void Reset() => Gain = 1;

    private static bool Fits(ReadOnlySpan<int> input)
    {
        var low = new Vector<int>(short.MinValue);
        var high = new Vector<int>(short.MaxValue);
        for (var i = 0; i < input.Length; i += Vector<int>.Count)
        {
            var x = new Vector<int>(input[i..]);
            if (Vector.LessThanAny(x, low) || Vector.GreaterThanAny(x, high)) return false;
        }
        return true;
    }

    private static void Narrow(ReadOnlySpan<int> input, Span<short> output)
    {
        for (var i = 0; i < input.Length; i += Vector<short>.Count)
        {
            Vector.Narrow(new Vector<int>(input[i..]), new Vector<int>(input[(i + Vector<int>.Count)..])).CopyTo(output[i..]);
        }
    }

    private static float Allowed(ReadOnlySpan<int> block)
    {
        var peak = 0;
        foreach (var x in block) peak = Math.Max(peak, Math.Abs(x));
        return peak > short.MaxValue ? (float)short.MaxValue / peak : 1;
    }

    private static void Ramp(ReadOnlySpan<int> input, Span<short> output, float from, float to)
    {
        var step = (to - from) / BlockSamples;
        for (var i = 0; i < input.Length; i++)
        {
            // from + step * (i + 1) rather than a running sum: rounding must not lift the last sample over the limit.
            var x = input[i] * (from + (step * (i + 1)));
            output[i] = (short)Math.Clamp(MathF.Round(x), short.MinValue, short.MaxValue);
        }
    }
}
