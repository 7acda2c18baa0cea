using System.Buffers.Binary;

namespace Parley.Media.Synthesis;

/// <summary>
/// Moving test pictures as real JPEG: a colour field, a bar that wanders, noise like a sensor's, a row of blocks that count, and in a comment segment
/// the time of capture. The pictures are encoded once; only the time is written into each copy.
/// </summary>
public sealed class TestCard
{
    private const int CycleLength = 15;
    private const int CounterBits = 24;

    // SOI, APP0 (18), then the comment's marker and length.
    private const int CommentOffset = 2 + 18 + 4;

    private static readonly (byte R, byte G, byte B)[] Colours =
        [(40, 90, 200), (200, 60, 60), (50, 160, 80), (200, 150, 40), (140, 70, 190), (40, 160, 170), (220, 110, 40), (110, 120, 140)];

    private readonly byte[][] _pictures = new byte[CycleLength][];

    /// <summary>Encodes the cycle.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="colourIndex">Which colour; any number.</param>
    /// <param name="quality">JPEG quality, 1 to 100.</param>
    public TestCard(int width, int height, int colourIndex, int quality)
    {
        var encoder = new JpegEncoder(quality);
        var rgb = new byte[width * height * 3];
        Span<byte> comment = stackalloc byte[12];
        "PRLY"u8.CopyTo(comment);
        for (var i = 0; i < CycleLength; i++)
        {
            Paint(rgb, width, height, Colours[(colourIndex & int.MaxValue) % Colours.Length], i);
            _pictures[i] = encoder.Encode(rgb, width, height, comment);
        }
    }

    /// <summary>Writes a picture that says when it was captured; returns its length.</summary>
    public int Write(long frameNumber, long captureTicks, Span<byte> destination)
    {
        var picture = _pictures[frameNumber % CycleLength];
        picture.CopyTo(destination);
        BinaryPrimitives.WriteInt64BigEndian(destination[(CommentOffset + 4)..], captureTicks);
        return picture.Length;
    }

    /// <summary>Reads the time of capture out of a test card; false for any other picture.</summary>
    public static bool TryReadCaptureTicks(ReadOnlySpan<byte> jpeg, out long ticks)
    {
        ticks = 0;
        if (jpeg.Length < CommentOffset + 12 || !jpeg[CommentOffset..(CommentOffset + 4)].SequenceEqual("PRLY"u8)) return false;
        ticks = BinaryPrimitives.ReadInt64BigEndian(jpeg[(CommentOffset + 4)..]);
        return true;
    }

    private static void Paint(byte[] rgb, int width, int height, (byte R, byte G, byte B) colour, int number)
    {
        var bar = width * number / CycleLength;
        var block = Math.Max(1, width / CounterBits);
        var noise = (uint)(number + 1);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                noise = (noise * 1_664_525) + 1_013_904_223;
                var grain = (int)(noise >> 29) - 4;
                var (r, g, b) = ((int)colour.R, (int)colour.G, (int)colour.B);
                if (Math.Abs(x - bar) < width / 40) (r, g, b) = (235, 235, 235);
                if (y >= height - (height / 12)) r = g = b = x / block < CounterBits && ((number >> (x / block)) & 1) == 1 ? 235 : 20;
                var at = 3 * ((y * width) + x);
                rgb[at] = (byte)Math.Clamp(r + grain, 0, 255);
                rgb[at + 1] = (byte)Math.Clamp(g + grain, 0, 255);
                rgb[at + 2] = (byte)Math.Clamp(b + grain, 0, 255);
            }
        }
    }
}
