using System.Buffers.Binary;
using System.Numerics;

namespace Parley.Protocol;

/// <summary>A generator that gives the same bytes for the same seed on every machine and every runtime. Never for secrets.</summary>
/// <remarks>
/// xoshiro256** of Blackman and Vigna, its state filled by SplitMix64. <see cref="Random"/> with a seed would do for one runtime,
/// but its algorithm is not promised, and a seed in a bug report must still reproduce next year. Allocates nothing. Not thread-safe.
/// </remarks>
public sealed class SeededRandom : IRandomSource
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the sequence that belongs to <paramref name="seed"/>.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>Starts a sequence of its own for a part of the whole, so that one part's appetite does not shift another's numbers.</summary>
    /// <param name="seed">The seed of the whole.</param>
    /// <param name="part">Names the part; any text.</param>
    public static SeededRandom For(int seed, string part)
    {
        // FNV-1a over the characters: string.GetHashCode differs from run to run.
        var hash = 14695981039346656037UL;
        foreach (var c in part) hash = (hash ^ c) * 1099511628211UL;
        return new(hash ^ ((ulong)(uint)seed << 32) ^ (uint)seed);
    }

    /// <inheritdoc />
    public void Fill(Span<byte> destination)
    {
        while (destination.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, Next());
            destination = destination[sizeof(ulong)..];
        }
        if (destination.IsEmpty) return;
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(last, Next());
        last[..destination.Length].CopyTo(destination);
    }

    private ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
