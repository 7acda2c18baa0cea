namespace Parley.Media.Synthesis;

/// <summary>JPEG pictures one after another in a file, as cameras and test media have them.</summary>
public static class MjpegFile
{
    /// <summary>The pictures, each from its SOI to its EOI; empty when there are none.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> file)
    {
        var pictures = new List<ReadOnlyMemory<byte>>();
        var bytes = file.Span;
        var at = 0;
        while (true)
        {
            var start = bytes[at..].IndexOf<byte>([0xFF, 0xD8, 0xFF]);
            if (start < 0) return pictures;
            start += at;
            var end = bytes[(start + 2)..].IndexOf<byte>([0xFF, 0xD9]);
            if (end < 0) return pictures;
            end += start + 4;
            pictures.Add(file[start..end]);
            at = end;
        }
    }
}
