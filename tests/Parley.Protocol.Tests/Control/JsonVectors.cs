namespace Parley.Protocol.Tests.Control;

/// <summary>Golden JSON: files in tests/vectors with one message on one line, exactly as we write it.</summary>
internal static class JsonVectors
{
    /// <summary>The bytes of a message.</summary>
    public static byte[] Read(string folder, string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", folder, name + ".json")).AsSpan().TrimEnd("\n"u8).ToArray();

    /// <summary>The names of all vectors of a folder that begin so.</summary>
    public static IEnumerable<string> Names(string folder, string prefix) => Directory
        .EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "vectors", folder), prefix + "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Order(StringComparer.Ordinal);
}
