using System.Buffers.Binary;

namespace Parley.Media.Tests.Synthesis;

/// <summary>Reads a baseline 4:4:4 JPEG as far as the mean of each 8×8 block: enough to tell that it is sound and what it shows.</summary>
internal sealed class JpegReader
{
    private readonly byte[] _jpeg;
    private readonly int[] _dcStep = new int[2];
    private readonly Dictionary<(int Table, int Length, int Code), int> _symbols = [];
    private int _at;
    private int _bit;

    public JpegReader(ReadOnlySpan<byte> jpeg)
    {
        _jpeg = jpeg.ToArray();
        Assert.Equal(0xFFD8, U16(0));
        _at = 2;
        while (true)
        {
            Assert.Equal(0xFF, _jpeg[_at]);
            var marker = _jpeg[_at + 1];
            var body = _at + 4;
            _at += 2 + U16(_at + 2);
            if (marker == 0xC0) ReadFrameHeader(body);
            else if (marker == 0xDB) ReadSteps(body);
            else if (marker == 0xC4) ReadCodes(body);
            else if (marker == 0xFE) Comment = _jpeg[body.._at];
            else if (marker == 0xDA) break;
        }
        ReadScan();
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public byte[] Comment { get; private set; } = [];

    /// <summary>Mean Y, Cb, Cr of each block, row by row, as in the picture (Cb and Cr around 128).</summary>
    public List<double[]> Blocks { get; } = [];

    public int BlocksAcross => (Width + 7) / 8;

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_jpeg.AsSpan(at));

    private void ReadFrameHeader(int at)
    {
        Assert.Equal(8, _jpeg[at]);
        Height = U16(at + 1);
        Width = U16(at + 3);
        Assert.Equal(3, _jpeg[at + 5]);
        for (var c = 0; c < 3; c++) Assert.Equal((0x11, c == 0 ? 0 : 1), (_jpeg[at + 7 + (c * 3)], _jpeg[at + 8 + (c * 3)]));
    }

    private void ReadSteps(int at)
    {
        for (; at < _at; at += 65) _dcStep[_jpeg[at]] = _jpeg[at + 1];
    }

    private void ReadCodes(int at)
    {
        while (at < _at)
        {
            var (table, symbol, code) = (_jpeg[at], at + 17, 0);
            for (var length = 1; length <= 16; length++, code <<= 1)
            {
                for (var i = 0; i < _jpeg[at + length]; i++)
                {
                    Assert.True(code < (1 << length) - 1, "The code of all ones is not allowed.");
                    _symbols[(table, length, code++)] = _jpeg[symbol++];
                }
            }
            at = symbol;
        }
    }

    private void ReadScan()
    {
        var previous = new int[3];
        var count = BlocksAcross * ((Height + 7) / 8);
        for (var b = 0; b < count; b++)
        {
            var means = new double[3];
            for (var c = 0; c < 3; c++)
            {
                previous[c] += Value(Symbol(0x00));
                for (var i = 1; i < 64; i++)
                {
                    var symbol = Symbol(0x10);
                    if (symbol == 0) break;
                    i += symbol >> 4;
                    Assert.True(i < 64, "A run beyond the block.");
                    Value(symbol & 15);
                }
                means[c] = (previous[c] * _dcStep[c == 0 ? 0 : 1] / 8.0) + 128;
            }
            Blocks.Add(means);
        }
        if (_bit > 0) NextByte();
        Assert.Equal(0xFFD9, U16(_at));
        Assert.Equal(_jpeg.Length, _at + 2);
    }

    private int Symbol(int table)
    {
        var code = 0;
        for (var length = 1; length <= 16; length++)
        {
            code = (code << 1) | Bit();
            if (_symbols.TryGetValue((table, length, code), out var symbol)) return symbol;
        }
        throw new InvalidDataException("No such code.");
    }

    private int Value(int size)
    {
        var value = 0;
        for (var i = 0; i < size; i++) value = (value << 1) | Bit();
        return size == 0 || value >> (size - 1) == 1 ? value : value - (1 << size) + 1;
    }

    private int Bit()
    {
        var bit = (_jpeg[_at] >> (7 - _bit)) & 1;
        if (++_bit == 8) NextByte();
        return bit;
    }

    private void NextByte()
    {
        _bit = 0;
        if (_jpeg[_at] == 0xFF) Assert.Equal(0, _jpeg[++_at]);
        _at++;
    }
}
