using Parley.Conference.Relay;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Relay;

public sealed class MixLevelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    public void Levels_travel_behind_their_sources(int count)
    {
        var levels = Enumerable.Range(0, count).Select(i => (byte)(10 + i)).ToArray();
        var packet = Packet(levels, out var headerLength);

        Assert.Equal(Parley.Protocol.DropReason.None, RtpHeader.TryParse(packet, out var header));
        Assert.Equal((count, headerLength), (header.CsrcCount, header.HeaderLength));
        Assert.Equal(levels, MixLevels.Read(packet, header.CsrcCount, header.HeaderLength).ToArray());
        for (var i = 0; i < count; i++) Assert.Equal(100u + (uint)i, RtpHeader.Csrc(packet, i));
        Assert.Equal(0, headerLength % 4);
    }

    [Fact]
    public void No_sources_are_no_extension()
    {
        var header = new byte[12];
        Assert.Equal(12, MixLevels.Append(header, 12, []));
        Assert.Equal(0, header[0] & 0x10);
        Assert.Empty(MixLevels.Read(header, 0, 12).ToArray());
    }

    [Fact]
    public void Every_flipped_bit_is_read_or_not_but_never_a_crash()
    {
        var golden = Packet([1, 2, 3], out _);
        for (var bit = 0; bit < golden.Length * 8; bit++)
        {
            var packet = (byte[])golden.Clone();
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            if (RtpHeader.TryParse(packet, out var header) != Parley.Protocol.DropReason.None) continue;
            var levels = MixLevels.Read(packet, header.CsrcCount, header.HeaderLength);
            Assert.True(levels.IsEmpty || levels.Length == header.CsrcCount);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(6, 0)]
    [InlineData(-24.4, 24)]
    [InlineData(-126.6, 127)]
    [InlineData(-500, 127)]
    [InlineData(double.NegativeInfinity, 127)]
    public void A_level_is_a_byte_from_loud_to_silent(double dbfs, byte expected) => Assert.Equal(expected, MixLevels.ToByte(dbfs));

    private static byte[] Packet(byte[] levels, out int headerLength)
    {
        var packet = new byte[12 + (4 * levels.Length) + MixLevels.Length(levels.Length) + 20];
        var csrcs = levels.Select((_, i) => 100u + (uint)i).ToArray();
        headerLength = RtpHeader.Write(packet, PayloadType.L16At48Khz, marker: false, new SequenceNumber(1), new RtpTimestamp(2), new Parley.Protocol.Rtp.Ssrc(3), csrcs);
        headerLength = MixLevels.Append(packet, headerLength, levels);
        return packet;
    }
}
