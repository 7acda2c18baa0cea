using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Tests.Rtp;

public sealed class FrameHeaderTests
{
    private static readonly byte[] Golden = [0x12, 0x34, 0x00, 0x02, 0x00, 0x05, 0x02, 0x80, 0x01, 0x68, 0x05, 0x21];

    private static readonly FrameHeader Parsed = new(0x1234, 2, 5, 640, 360, FrameFlags.KeyFrame | FrameFlags.SwitchPoint, 0x21);

    [Fact]
    public void Golden_bytes_parse_and_are_written_again()
    {
        Assert.True(FrameHeader.TryParse(Golden, out var header));
        Assert.Equal(Parsed, header);
        Assert.Equal(2, header.SpatialLayer);
        Assert.Equal(1, header.TemporalLayer);
        Assert.False(header.IsLastFragment);
        Span<byte> written = stackalloc byte[FrameHeader.Size];
        header.Write(written);
        Assert.Equal(Golden, written.ToArray());
    }

    [Fact]
    public void Every_prefix_is_refused_and_every_flipped_bit_is_refused_or_read_back_the_same()
    {
        for (var length = 0; length < Golden.Length; length++) Assert.False(FrameHeader.TryParse(Golden.AsSpan(0, length), out _));
        Span<byte> written = stackalloc byte[FrameHeader.Size];
        for (var bit = 0; bit < Golden.Length * 8; bit++)
        {
            var bytes = (byte[])Golden.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!FrameHeader.TryParse(bytes, out var header)) continue;
            Assert.True(header.FragmentIndex < header.FragmentCount && header.FragmentCount <= Limits.MaxFragments);
            header.Write(written);
            Assert.Equal(bytes, written.ToArray());
        }
    }

    [Fact]
    public void What_was_written_parses_to_the_same_header()
    {
        Prop.ForAll<(ushort Id, ushort Count, ushort Index), (ushort Width, ushort Height, byte Flags, byte Layer)>((a, b) =>
        {
            var count = (ushort)((a.Count % Limits.MaxFragments) + 1);
            var header = new FrameHeader(
                a.Id, (ushort)(a.Index % count), count, (ushort)(b.Width | 1), (ushort)(b.Height | 1), (FrameFlags)b.Flags, b.Layer);
            var bytes = new byte[FrameHeader.Size];
            header.Write(bytes);
            return FrameHeader.TryParse(bytes, out var again) && again == header;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(4, 0x00, 5, 0x00)] // count 0
    [InlineData(2, 0x00, 3, 0x05)] // index = count
    [InlineData(4, 0x04, 5, 0x00)] // count 1024
    [InlineData(6, 0x00, 7, 0x00)] // width 0
    [InlineData(8, 0x00, 9, 0x00)] // height 0
    public void Impossible_values_are_refused(int at, byte value, int thenAt, byte thenValue)
    {
        var bytes = (byte[])Golden.Clone();
        bytes[at] = value;
        bytes[thenAt] = thenValue;
        Assert.False(FrameHeader.TryParse(bytes, out _));
    }
}
