using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Reliable;
using Parley.Protocol.Rtp;
using Parley.Tests;

namespace Parley.Protocol.Tests.Reliable;

/// <summary>The four layouts of the reliable stream: golden bytes, damage, and there and back.</summary>
public sealed class StreamPacketTests
{
    private static readonly StreamHeader DataHeader = new(StreamPacketKind.Data, true, new Ssrc(0x01020304), 0x0102030405);

    [Fact]
    public void Golden_data_parses_and_is_written_again()
    {
        var bytes = Vectors.Read("stream/data-plain");
        Assert.Equal(DropReason.None, StreamHeader.TryParse(bytes, out var header));
        Assert.Equal(DataHeader, header);
        Assert.Equal(DropReason.None, StreamData.TryParse(bytes.AsSpan(StreamHeader.Length), out var offset, out var content));
        Assert.Equal((0x100000, "hello"), (offset, System.Text.Encoding.ASCII.GetString(content)));
        var written = (byte[])bytes.Clone();
        written.AsSpan(0, StreamHeader.Length + StreamData.OverheadLength).Clear();
        header.Write(written);
        StreamData.Write(written.AsSpan(StreamHeader.Length), offset);
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void A_golden_acknowledgement_parses_and_is_written_again()
    {
        var bytes = Vectors.Read("stream/ack-plain");
        Assert.Equal(DropReason.None, StreamHeader.TryParse(bytes, out var header));
        Assert.Equal((StreamPacketKind.Ack, 7), (header.Kind, header.Number));
        Assert.Equal(DropReason.None, StreamAck.TryParse(bytes.AsSpan(StreamHeader.Length), out var ack, out var blocks));
        Assert.Equal(new StreamAck(0x2000, 0x202000, 9, TimeSpan.FromMilliseconds(1.5)), ack);
        Assert.Equal(2 * StreamAck.BlockLength, blocks.Length);
        Assert.Equal((0x2000 + 1160, 0x2000 + 3480), ack.Block(blocks, 0));
        Assert.Equal((0x2000 + 4640, 0x2000 + 5800), ack.Block(blocks, 1));
        var written = new byte[bytes.Length];
        header.Write(written);
        var body = written.AsSpan(StreamHeader.Length);
        ack.Write(body);
        for (var i = 0; i < 2; i++)
        {
            var (begin, end) = ack.Block(blocks, i);
            ack.WriteBlock(body, i, begin, end);
        }
        Assert.Equal(bytes, written);
    }

    [Fact]
    public void A_golden_reset_parses_and_is_written_again()
    {
        var bytes = Vectors.Read("stream/reset-plain");
        Assert.Equal(DropReason.None, StreamHeader.TryParse(bytes, out var header));
        Assert.True(StreamReset.TryParse(bytes.AsSpan(StreamHeader.Length), out var code));
        Assert.Equal((StreamPacketKind.Reset, 3u), (header.Kind, code));
        var written = new byte[bytes.Length];
        header.Write(written);
        StreamReset.Write(written.AsSpan(StreamHeader.Length), code);
        Assert.Equal(bytes, written);
    }

    [Theory]
    [InlineData("stream/data-plain")]
    [InlineData("stream/ack-plain")]
    [InlineData("stream/reset-plain")]
    public void Every_prefix_and_every_flipped_bit_is_refused_or_read_within_bounds(string name)
    {
        foreach (var bytes in Vectors.Damaged(Vectors.Read(name)))
        {
            var reason = StreamHeader.TryParse(bytes, out var header);
            if (bytes.Length < StreamHeader.Length) Assert.Equal(DropReason.Truncated, reason);
            if (reason != DropReason.None) continue;
            Assert.InRange(header.Number, 0, StreamHeader.LastNumber);
            var body = bytes.AsSpan(StreamHeader.Length);
            if (StreamData.TryParse(body, out var offset, out var content) == DropReason.None)
            {
                Assert.InRange(offset, 0, StreamData.LastOffset);
                Assert.InRange(content.Length, 0, StreamData.MaxBytes);
            }
            if (StreamAck.TryParse(body, out var ack, out var blocks) != DropReason.None) continue;
            Assert.InRange(ack.Cumulative, 0, StreamData.LastOffset + 1);
            Assert.InRange(ack.Limit, 0, StreamData.LastOffset);
            for (var i = 0; i < blocks.Length / StreamAck.BlockLength; i++) Assert.True(ack.Block(blocks, i).Begin >= ack.Cumulative);
        }
    }

    [Fact]
    public void What_was_written_parses_to_the_same()
    {
        Prop.ForAll<(uint Ssrc, long Number, bool IsFinal), (long Cumulative, uint Limit, uint Delay)>((a, b) =>
        {
            var header = new StreamHeader(StreamPacketKind.Data, a.IsFinal, new Ssrc(a.Ssrc), a.Number & StreamHeader.LastNumber);
            var bytes = new byte[StreamHeader.Length + StreamAck.FixedLength];
            header.Write(bytes);
            var ack = new StreamAck(b.Cumulative & (StreamData.LastOffset >> 1), b.Limit, a.Number & StreamHeader.LastNumber, TimeSpan.FromMicroseconds(b.Delay));
            ack.Write(bytes.AsSpan(StreamHeader.Length));
            return StreamHeader.TryParse(bytes, out var sameHeader) == DropReason.None && sameHeader == header
                && StreamAck.TryParse(bytes.AsSpan(StreamHeader.Length), out var sameAck, out _) == DropReason.None && sameAck == ack;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 191, DropReason.UnknownKind)]
    [InlineData(0, 195, DropReason.UnknownKind)]
    [InlineData(8, 0x40, DropReason.Malformed)]
    public void Other_kinds_and_impossible_numbers_are_refused(int at, byte value, DropReason reason)
    {
        var bytes = Vectors.Read("stream/data-plain");
        bytes[at] = value;
        Assert.Equal(reason, StreamHeader.TryParse(bytes, out _));
    }

    [Fact]
    public void Bodies_that_are_too_long_or_have_half_a_block_are_refused()
    {
        Assert.Equal(DropReason.TooLarge, StreamData.TryParse(new byte[StreamData.OverheadLength + StreamData.MaxBytes + 1], out _, out _));
        Assert.Equal(DropReason.Malformed, StreamAck.TryParse(new byte[StreamAck.FixedLength + 4], out _, out _));
        Assert.Equal(DropReason.TooLarge, StreamAck.TryParse(new byte[StreamAck.FixedLength + ((StreamAck.MaxBlocks + 1) * 8)], out _, out _));
    }
}
