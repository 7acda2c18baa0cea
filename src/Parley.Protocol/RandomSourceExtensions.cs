using System.Buffers.Binary;

namespace Parley.Protocol;

/// <summary>Numbers and ids out of an <see cref="IRandomSource"/>.</summary>
public static class RandomSourceExtensions
{
    /// <summary>32 uniform bits.</summary>
    public static uint NextUInt32(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[4];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>64 uniform bits.</summary>
    public static ulong NextUInt64(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[8];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>A uniform number in [0, <paramref name="exclusiveMaximum"/>), without modulo bias.</summary>
    public static int NextInt32(this IRandomSource random, int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        var limit = uint.MaxValue - (uint.MaxValue % (uint)exclusiveMaximum);
        uint value;
        do
        {
            value = random.NextUInt32();
        }
        while (value >= limit);
        return (int)(value % (uint)exclusiveMaximum);
    }

    /// <summary>A uniform number in [0, 1).</summary>
    public static double NextDouble(this IRandomSource random) => (random.NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A random token of <paramref name="byteCount"/> bytes in base64url, for links and resume tokens.</summary>
    public static string NextToken(this IRandomSource random, int byteCount)
    {
        Span<byte> bytes = stackalloc byte[byteCount];
        random.Fill(bytes);
        return System.Buffers.Text.Base64Url.EncodeToString(bytes);
    }
}
