using System.Buffers.Binary;

namespace Parley.Simulation.Tracing;

/// <summary>A fast 64-bit hash for comparing runs: FNV-1a over words of eight bytes, with the high bits folded down after each.</summary>
internal static class ContentHash
{
    public const ulong Start = 14695981039346656037UL;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Mix(Start, (ulong)bytes.Length);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (var b in bytes) hash = Mix(hash, b);
        return hash;
    }

    public static ulong Mix(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 1099511628211UL;
        return hash ^ (hash >> 29);
    }

    public static ulong Mix(ulong hash, string text)
    {
        hash = Mix(hash, (ulong)text.Length);
        foreach (var c in text) hash = Mix(hash, c);
        return hash;
    }
}
