using System.Buffers.Binary;

namespace Parley.Media.Synthesis;

/// <summary>JPEG pictures one after another in a file, as cameras and test media have them.</summary>
public static class MjpegFile
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    /// <summary>The pictures, each from its SOI to its EOI; empty when there are none. What lies between pictures, or breaks off, is passed over.</summary>
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
            var length = LengthOf(bytes[start..]);
            if (length > 0) pictures.Add(file.Slice(start, length));
            at = start + Math.Max(length, 2);
        }
    }

    /// <summary>Bytes up to and with the EOI, or 0. Segments are stepped over whole, for an application segment may hold a thumbnail with an EOI of its own.</summary>
    private static int LengthOf(ReadOnlySpan<byte> picture)
    {
        var at = 2;
        while (at + 4 <= picture.Length && picture[at] == 0xFF)
        {
            var marker = picture[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker == EndOfImage) return at + 2;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(picture[(at + 2)..]);
            if (marker == StartOfScan) at = EndOfScan(picture, at);
        }
        return at + 2 <= picture.Length && picture[at] == 0xFF && picture[at + 1] == EndOfImage ? at + 2 : 0;
    }

    /// <summary>Where the coded data end: at the first marker that is neither a stuffed byte (FF 00) nor a restart (FF D0 to D7).</summary>
    private static int EndOfScan(ReadOnlySpan<byte> picture, int at)
    {
        while (at + 1 < picture.Length && (picture[at] != 0xFF || picture[at + 1] is 0 or (>= 0xD0 and <= 0xD7))) at++;
        return at;
    }
}
