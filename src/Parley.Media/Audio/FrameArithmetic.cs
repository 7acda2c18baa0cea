using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Media.Audio;

/// <summary>Sums and differences of whole frames: the inner loops of <see cref="Mixer"/> and <see cref="Limiter"/>.</summary>
/// <remarks>Every span has <see cref="AudioFormat.FrameSamples"/> samples; the callers check what comes from outside. Vector types work on any processor.</remarks>
internal static class FrameArithmetic
{
    /// <summary>How many 32-bit samples one vector holds.</summary>
    internal const nuint Lanes = 8;

    private const nuint Samples = AudioFormat.FrameSamples;

    /// <summary>Adds a frame to a sum and keeps a copy of it.</summary>
    internal static void Add(ReadOnlySpan<short> frame, Span<short> copy, Span<int> sum)
    {
        ref var source = ref MemoryMarshal.GetReference(frame);
        ref var kept = ref MemoryMarshal.GetReference(copy);
        ref var total = ref MemoryMarshal.GetReference(sum);
        for (nuint i = 0; i < Samples; i += 2 * Lanes)
        {
            var samples = Vector256.LoadUnsafe(ref source, i);
            samples.StoreUnsafe(ref kept, i);
            var (low, high) = Vector256.Widen(samples);
            (Vector256.LoadUnsafe(ref total, i) + low).StoreUnsafe(ref total, i);
            (Vector256.LoadUnsafe(ref total, i + Lanes) + high).StoreUnsafe(ref total, i + Lanes);
        }
    }

    /// <summary>Takes a frame away from a sum, if the difference fits 16 bits.</summary>
    /// <returns>False when it does not; the output says nothing then.</returns>
    internal static bool TrySubtract(ReadOnlySpan<int> sum, ReadOnlySpan<short> frame, Span<short> difference)
    {
        ref var total = ref MemoryMarshal.GetReference(sum);
        ref var own = ref MemoryMarshal.GetReference(frame);
        ref var result = ref MemoryMarshal.GetReference(difference);
        var used = Vector256<int>.Zero;
        for (nuint i = 0; i < Samples; i += 2 * Lanes)
        {
            var low = Difference(ref total, ref own, i);
            var high = Difference(ref total, ref own, i + Lanes);
            // The bits that a number needs besides its sign: those of x, or of -x - 1.
            used |= (low ^ (low >> 31)) | (high ^ (high >> 31));
            Vector256.NarrowWithSaturation(low, high).StoreUnsafe(ref result, i);
        }
        return (used & Vector256.Create(~(int)short.MaxValue)) == Vector256<int>.Zero;
    }

    /// <summary>Eight samples of a sum less those of a frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Difference(ref int sum, ref short frame, nuint at) =>
        Vector256.LoadUnsafe(ref sum, at) - Vector256.WidenLower(Vector128.LoadUnsafe(ref frame, at).ToVector256Unsafe());
}
