using System.Numerics;

namespace Parley.Media.Synthesis;

/// <summary>
/// A small baseline JPEG encoder (ITU-T T.81) for test cards: YCbCr 4:4:4, the tables of Annex K, one scan. Real cameras are encoded by the page.
/// </summary>
internal sealed class JpegEncoder
{
    private static ReadOnlySpan<byte> ZigZag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43,
        36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private static ReadOnlySpan<byte> LuminanceTable =>
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68,
        109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static ReadOnlySpan<byte> ChrominanceTable =>
    [
        17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    ];

    // Annex K.3: code counts by length, then symbols. One pair of tables (luminance) serves all components, which the standard allows.
    private static ReadOnlySpan<byte> DcCounts => [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> DcSymbols => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

    private static ReadOnlySpan<byte> AcCounts => [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D];

    private static ReadOnlySpan<byte> AcSymbols =>
    [
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23,
        0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A,
        0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64,
        0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94,
        0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2,
        0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8,
        0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA,
    ];

    private static readonly double[] Cosines = MakeCosines();

    private readonly int[] _luminance = new int[64];
    private readonly int[] _chrominance = new int[64];
    private readonly (int Code, int Length)[] _dc = MakeCodes(DcCounts, DcSymbols);
    private readonly (int Code, int Length)[] _ac = MakeCodes(AcCounts, AcSymbols);
    private readonly List<byte> _out = [];
    private int _bits;
    private int _bitCount;

    /// <summary>Makes an encoder of a quality from 1 to 100, scaled as the usual libraries do.</summary>
    public JpegEncoder(int quality)
    {
        var scale = quality < 50 ? 5000 / Math.Max(1, quality) : 200 - (2 * Math.Min(100, quality));
        for (var i = 0; i < 64; i++)
        {
            _luminance[i] = Math.Clamp(((LuminanceTable[i] * scale) + 50) / 100, 1, 255);
            _chrominance[i] = Math.Clamp(((ChrominanceTable[i] * scale) + 50) / 100, 1, 255);
        }
    }

    /// <summary>Encodes RGB pixels, three bytes each, with a comment segment behind the header.</summary>
    public byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height, ReadOnlySpan<byte> comment)
    {
        _out.Clear();
        _bits = _bitCount = 0;
        WriteHeaders(width, height, comment);
        Span<int> previous = stackalloc int[3];
        Span<double> block = stackalloc double[64];
        for (var y = 0; y < height; y += 8)
        {
            for (var x = 0; x < width; x += 8)
            {
                for (var component = 0; component < 3; component++)
                {
                    Load(rgb, width, height, x, y, component, block);
                    previous[component] = WriteBlock(block, component == 0 ? _luminance : _chrominance, previous[component]);
                }
            }
        }
        if (_bitCount > 0) Put((1 << (8 - _bitCount)) - 1, 8 - _bitCount);
        _out.AddRange([0xFF, 0xD9]);
        return [.. _out];
    }

    private void WriteHeaders(int width, int height, ReadOnlySpan<byte> comment)
    {
        _out.AddRange([0xFF, 0xD8]);
        Segment(0xE0, [0x4A, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        Segment(0xFE, comment);
        Segment(0xDB, [0, .. InZigZag(_luminance), 1, .. InZigZag(_chrominance)]);
        Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
        Segment(0xC4, [0x00, .. DcCounts, .. DcSymbols, 0x10, .. AcCounts, .. AcSymbols]);
        Segment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    }

    private static byte[] InZigZag(int[] table)
    {
        var ordered = new byte[64];
        for (var i = 0; i < 64; i++) ordered[i] = (byte)table[ZigZag[i]];
        return ordered;
    }

    private void Segment(byte marker, ReadOnlySpan<byte> body)
    {
        _out.AddRange([0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2)]);
        _out.AddRange(body);
    }

    private static void Load(ReadOnlySpan<byte> rgb, int width, int height, int x0, int y0, int component, Span<double> block)
    {
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
            {
                var at = 3 * ((Math.Min(y0 + y, height - 1) * width) + Math.Min(x0 + x, width - 1));
                double r = rgb[at], g = rgb[at + 1], b = rgb[at + 2];
                block[(y * 8) + x] = component switch
                {
                    0 => (0.299 * r) + (0.587 * g) + (0.114 * b) - 128,
                    1 => (-0.168736 * r) - (0.331264 * g) + (0.5 * b),
                    _ => (0.5 * r) - (0.418688 * g) - (0.081312 * b),
                };
            }
        }
    }

    private int WriteBlock(Span<double> block, int[] table, int previousDc)
    {
        Span<int> quantised = stackalloc int[64];
        if (IsFlat(block))
        {
            // Most blocks of a test card have one colour; eight times their value is all that the transform would find.
            block[0] *= 8;
            block[1..].Clear();
        }
        else
        {
            Transform(block);
        }
        for (var i = 0; i < 64; i++) quantised[i] = (int)Math.Round(block[ZigZag[i]] / table[ZigZag[i]]);
        // Annex K has no code for more than ten bits beside the mean; only rounding at quality 100 could ask for it.
        for (var i = 1; i < 64; i++) quantised[i] = Math.Clamp(quantised[i], -1023, 1023);

        PutValue(_dc, 0, quantised[0] - previousDc);
        var run = 0;
        for (var i = 1; i < 64; i++)
        {
            if (quantised[i] == 0)
            {
                run++;
                continue;
            }
            for (; run > 15; run -= 16) Put(_ac[0xF0]);
            PutValue(_ac, run, quantised[i]);
            run = 0;
        }
        if (run > 0) Put(_ac[0]);
        return quantised[0];
    }

    /// <summary>A category and its bits (F.1.2): the low nibble of the symbol is the number of bits of the value.</summary>
    private void PutValue((int Code, int Length)[] codes, int run, int value)
    {
        var size = value == 0 ? 0 : 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        Put(codes[(run << 4) | size]);
        if (size > 0) Put(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private static bool IsFlat(ReadOnlySpan<double> block)
    {
        foreach (var value in block)
        {
            if (Math.Abs(value - block[0]) > 0.01) return false;
        }
        return true;
    }

    /// <summary>Rows, then columns (A.3.3). Row after row is turned over on the way, so that two turns leave it upright.</summary>
    private static void Transform(Span<double> block)
    {
        Span<double> turned = stackalloc double[64];
        TransformRows(block, turned);
        TransformRows(turned, block);
    }

    private static void TransformRows(ReadOnlySpan<double> source, Span<double> turned)
    {
        Span<double> sums = stackalloc double[8];
        for (var y = 0; y < 8; y++)
        {
            // Even cosines are symmetric about the middle of a row and odd ones antisymmetric: half of the products will do.
            var row = source.Slice(y * 8, 8);
            for (var x = 0; x < 4; x++)
            {
                sums[x] = row[x] + row[7 - x];
                sums[4 + x] = row[x] - row[7 - x];
            }
            for (var u = 0; u < 8; u++)
            {
                var cosines = Cosines.AsSpan(u * 8, 4);
                var part = sums.Slice((u & 1) * 4, 4);
                turned[(u * 8) + y] = (part[0] * cosines[0]) + (part[1] * cosines[1]) + (part[2] * cosines[2]) + (part[3] * cosines[3]);
            }
        }
    }

    private void Put((int Code, int Length) code) => Put(code.Code, code.Length);

    private void Put(int value, int length)
    {
        for (var i = length - 1; i >= 0; i--)
        {
            _bits = (_bits << 1) | ((value >> i) & 1);
            if (++_bitCount < 8) continue;
            _out.Add((byte)_bits);
            if ((byte)_bits == 0xFF) _out.Add(0);
            _bits = _bitCount = 0;
        }
    }

    private static (int Code, int Length)[] MakeCodes(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        var codes = new (int, int)[256];
        var code = 0;
        var at = 0;
        for (var length = 1; length <= 16; length++)
        {
            for (var i = 0; i < counts[length - 1]; i++) codes[symbols[at++]] = (code++, length);
            code <<= 1;
        }
        return codes;
    }

    private static double[] MakeCosines()
    {
        var table = new double[64];
        for (var u = 0; u < 8; u++)
        {
            for (var x = 0; x < 8; x++) table[(u * 8) + x] = (u == 0 ? Math.Sqrt(0.125) : 0.5) * Math.Cos(((2 * x) + 1) * u * Math.PI / 16);
        }
        return table;
    }
}
