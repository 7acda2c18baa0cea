namespace Parley.Tests;

/// <summary>Golden bytes: hex text files in tests/vectors, where # begins a comment.</summary>
internal static class Vectors
{
    /// <summary>All bytes of a file.</summary>
    public static byte[] Read(string name) => Lines(name).SelectMany(line => line).ToArray();

    /// <summary>The bytes of each line that has any.</summary>
    public static List<byte[]> Lines(string name) => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors", name + ".hex"))
        .Select(line => line.Split('#')[0].Replace(" ", "", StringComparison.Ordinal))
        .Where(hex => hex.Length > 0)
        .Select(Convert.FromHexString)
        .ToList();

    /// <summary>Every prefix of the bytes, and the bytes with each bit flipped.</summary>
    public static IEnumerable<byte[]> Damaged(byte[] bytes)
    {
        for (var length = 0; length < bytes.Length; length++) yield return bytes[..length];
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var copy = (byte[])bytes.Clone();
            copy[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return copy;
        }
    }
}
