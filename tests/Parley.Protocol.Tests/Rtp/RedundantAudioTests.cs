using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Tests.Rtp;

public sealed class RedundantAudioTests
{
    // Opus, 960 ticks before, 2 bytes; Opus, 480 ticks before, 1 byte; Opus, now.
    private static readonly byte[] Golden = [0xE2, 0x0F, 0x00, 0x02, 0xE2, 0x07, 0x80, 0x01, 0x62, 0xAA, 0xAB, 0xBB, 0xCC, 0xCD, 0xCE];

    [Fact]
    public void Golden_bytes_parse_and_are_written_again()
    {
        Assert.True(RedundantAudio.TryParse(Golden, out var red));
        Assert.Equal(3, red.Count);
        Assert.Equal((PayloadType.Opus, 960), (red[0].Type, red[0].TimestampOffset));
        Assert.Equal([0xAA, 0xAB], red[0].Data.ToArray());
        Assert.Equal((PayloadType.Opus, 480), (red[1].Type, red[1].TimestampOffset));
        Assert.Equal([0xBB], red[1].Data.ToArray());
        Assert.Equal((PayloadType.Opus, 0), (red[2].Type, red[2].TimestampOffset));
        Assert.Equal([0xCC, 0xCD, 0xCE], red[2].Data.ToArray());
        Assert.Equal(Golden, Written(red));
    }

    [Fact]
    public void One_payload_alone_costs_a_byte()
    {
        Assert.True(RedundantAudio.TryParse([0x61, 0x01], out var red));
        Assert.Equal(1, red.Count);
        Assert.Equal(PayloadType.L16At16Khz, red[0].Type);
        Assert.Equal([0x01], red[0].Data.ToArray());
    }

    [Fact]
    public void Every_prefix_is_refused_or_has_a_shorter_newest_payload_and_every_flipped_bit_is_refused_or_read_back_the_same()
    {
        for (var length = 0; length < Golden.Length; length++)
        {
            if (RedundantAudio.TryParse(Golden.AsSpan(0, length), out var red)) Assert.Equal(length - 12, red[2].Data.Length);
        }
        for (var bit = 0; bit < Golden.Length * 8; bit++)
        {
            var bytes = (byte[])Golden.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            if (RedundantAudio.TryParse(bytes, out var red)) Assert.Equal(bytes, Written(red));
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x62 })] // nothing behind the header
    [InlineData(new byte[] { 0xE2, 0x07, 0x80 })] // a header cut off
    [InlineData(new byte[] { 0xE2, 0x07, 0x80, 0x00, 0x62, 1 })] // an empty older payload
    [InlineData(new byte[] { 0xE2, 0x07, 0x80, 0x02, 0x62, 1, 2 })] // nothing left for the newest
    [InlineData(new byte[] { 0xE2, 0, 0, 1, 0xE2, 0, 0, 1, 0xE2, 0, 0, 1, 0x62, 1, 2, 3, 4 })] // four payloads
    public void Impossible_payloads_are_refused(byte[] payload) => Assert.False(RedundantAudio.TryParse(payload, out _));

    [Fact]
    public void Any_bytes_are_refused_or_read_without_leaving_them() => Prop.ForAll<byte[]>(bytes =>
    {
        if (!RedundantAudio.TryParse(bytes, out var red)) return true;
        var sum = ((red.Count - 1) * 4) + 1;
        for (var i = 0; i < red.Count; i++) sum += red[i].Data.Length;
        return sum == bytes.Length;
    }).QuickCheckThrowOnFailure();

    private static byte[] Written(in RedundantAudio red)
    {
        var bytes = new byte[64];
        var at = 0;
        for (var i = 0; i < red.Count - 1; i++) at += RedundantAudio.WriteOlder(bytes.AsSpan(at), red[i].Type, red[i].TimestampOffset, red[i].Data.Length);
        at += RedundantAudio.WriteNewest(bytes.AsSpan(at), red[red.Count - 1].Type);
        for (var i = 0; i < red.Count; i++)
        {
            red[i].Data.CopyTo(bytes.AsSpan(at));
            at += red[i].Data.Length;
        }
        return bytes[..at];
    }
}
