using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static Parley.Media.Audio.FrameArithmetic;

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

    /// <summary>1 - exp(-block / 100 ms).</summary>
    private const float ReleasePerBlock = 0.006645f;
    private const float KeepPerBlock = 1 - ReleasePerBlock;

    /// <summary>Above this the gain becomes exactly 1 again; the step is below half a bit.</summary>
    private const float Unity = 0.99999f;

    private static readonly short[] Silence = new short[AudioFormat.FrameSamples];

    /// <summary>The gain at the end of the last frame, in (0, 1].</summary>
    public float Gain { get; internal set; } = 1;

    /// <summary>Limits one frame.</summary>
    /// <param name="input">Sums of samples; 480 of them, each within ±2^30.</param>
    /// <param name="output">Room for as many samples.</param>
    public void Process(ReadOnlySpan<int> input, Span<short> output) => Process(input, Silence, output);

    /// <summary>Limits a sum less one of its voices, without writing the difference down first.</summary>
    /// <param name="sum">Sums of samples; 480 of them, each within ±2^30.</param>
    /// <param name="own">What is taken away: 480 samples.</param>
    /// <param name="output">Room for as many samples.</param>
    internal void Process(ReadOnlySpan<int> sum, ReadOnlySpan<short> own, Span<short> output)
    {
        if (sum.Length != AudioFormat.FrameSamples) throw new ArgumentException("One frame at a time.", nameof(sum));
        if (own.Length != AudioFormat.FrameSamples) throw new ArgumentException("One frame at a time.", nameof(own));
        if (output.Length < AudioFormat.FrameSamples) throw new ArgumentException("One frame at a time.", nameof(output));
        if (Gain >= 1 && TrySubtract(sum, own, output)) return;

        ref var total = ref MemoryMarshal.GetReference(sum);
        ref var voice = ref MemoryMarshal.GetReference(own);
        ref var result = ref MemoryMarshal.GetReference(output);
        var gain = Gain;
        var allowedHere = Allowed(ref total, ref voice, 0);
        for (nuint i = 0; i < AudioFormat.FrameSamples; i += BlockSamples)
        {
            var allowedNext = i + BlockSamples < AudioFormat.FrameSamples ? Allowed(ref total, ref voice, i + BlockSamples) : 1;
            var next = (gain * KeepPerBlock) + ReleasePerBlock;
            if (next > Unity) next = 1;
            next = Lower(next, Lower(allowedHere, allowedNext));
            Ramp(ref total, ref voice, ref result, i, gain, next);
            gain = next;
            allowedHere = allowedNext;
        }
        Gain = gain;
    }

    /// <summary>Returns to full gain, as for a new listener.</summary>
    public void Reset() => Gain = 1;

    // One instruction, where Math.Min takes several for the sake of NaN: each block waits for the gain of the one before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Lower(float a, float b) => Vector128.MinNative(Vector128.CreateScalarUnsafe(a), Vector128.CreateScalarUnsafe(b)).ToScalar();

    /// <summary>The gain at which the loudest sample of a block just fits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Allowed(ref int total, ref short voice, nuint block)
    {
        var a = Vector256.Abs(Difference(ref total, ref voice, block));
        var b = Vector256.Abs(Difference(ref total, ref voice, block + Lanes));
        var c = Vector256.Abs(Difference(ref total, ref voice, block + (2 * Lanes)));
        var d = Vector256.Abs(Difference(ref total, ref voice, block + (3 * Lanes)));
        a = Vector256.Max(Vector256.Max(a, b), Vector256.Max(c, d));
        var half = Vector128.Max(a.GetLower(), a.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2)));
        var peak = half.ToScalar();
        return peak > short.MaxValue ? (float)short.MaxValue / peak : 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ramp(ref int total, ref short voice, ref short result, nuint block, float from, float to)
    {
        // from + step * (i + 1) rather than a running sum: rounding must not lift the last sample over the limit.
        var start = Vector256.Create(from);
        var step = Vector256.Create((to - from) / BlockSamples);
        var places = Vector256.Create(1f, 2, 3, 4, 5, 6, 7, 8);
        for (nuint i = block; i < block + BlockSamples; i += 2 * Lanes)
        {
            var low = Scale(Difference(ref total, ref voice, i), start + (step * places));
            var high = Scale(Difference(ref total, ref voice, i + Lanes), start + (step * (places + Vector256.Create(8f))));
            Vector256.NarrowWithSaturation(low, high).StoreUnsafe(ref result, i);
            places += Vector256.Create(16f);
        }
    }

    // Rounded to the nearest, ties to even; a processor with AVX does so in one instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Scale(Vector256<int> samples, Vector256<float> gain)
    {
        var scaled = Vector256.ConvertToSingle(samples) * gain;
        return Avx.IsSupported ? Avx.ConvertToVector256Int32(scaled) : Vector256.ConvertToInt32Native(Vector256.Round(scaled));
    }
}
