using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtp;
using Parley.Tests;

namespace Parley.Protocol.Tests.Rtp;

public sealed class RtpHeaderTests
{
    public static readonly TheoryData<string> Files = ["media/rtp-l16-mixed", "media/rtp-jpeg", "media/rtp-extension-padding"];

    [Fact]
    public void Mixed_audio_parses()
    {
        var packet = Vectors.Read("media/rtp-l16-mixed");
        Assert.Equal(DropReason.None, RtpHeader.TryParse(packet, out var header));
        Assert.Equal(
            new RtpHeader(
                PayloadType.L16At48Khz, true, new SequenceNumber(0x1234), new RtpTimestamp(90_000), new Ssrc(0x0a0b0c0d), 2, 20, 0),
            header);
        Assert.Equal(0x11111111u, RtpHeader.Csrc(packet, 0));
        Assert.Equal(0x22222222u, RtpHeader.Csrc(packet, 1));
        Assert.Equal("00007FFF8000FFFF", Convert.ToHexString(packet[header.HeaderLength..^header.PaddingLength]));
    }

    [Fact]
    public void Video_parses()
    {
        Assert.Equal(DropReason.None, RtpHeader.TryParse(Vectors.Read("media/rtp-jpeg"), out var header));
        Assert.Equal(
            new RtpHeader(PayloadType.Jpeg, true, new SequenceNumber(65535), new RtpTimestamp(99_999), new Ssrc(0xcafe0001), 0, 12, 0), header);
    }

    [Fact]
    public void A_header_extension_is_skipped_and_padding_cut_off()
    {
        var packet = Vectors.Read("media/rtp-extension-padding");
        Assert.Equal(DropReason.None, RtpHeader.TryParse(packet, out var header));
        Assert.Equal(20, header.HeaderLength);
        Assert.Equal(3, header.PaddingLength);
        Assert.Equal("0102030405", Convert.ToHexString(packet[header.HeaderLength..^header.PaddingLength]));
    }

    [Fact]
    public void Padding_of_an_encrypted_packet_is_not_looked_at()
    {
        var packet = Vectors.Read("media/rtp-extension-padding");
        packet[^1] = 0xFF;
        Assert.Equal(DropReason.Malformed, RtpHeader.TryParse(packet, out _));
        Assert.Equal(DropReason.None, RtpHeader.TryParseProtected(packet, out var header));
        Assert.Equal(0, header.PaddingLength);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Padding_that_is_nothing_or_more_than_the_payload_is_malformed(byte padding)
    {
        var packet = Vectors.Read("media/rtp-extension-padding");
        packet[^1] = padding;
        Assert.Equal(DropReason.Malformed, RtpHeader.TryParse(packet, out var header));
        Assert.Equal(default, header);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_prefix_and_every_flipped_bit_is_refused_or_read(string file)
    {
        foreach (var bytes in Vectors.Damaged(Vectors.Read(file)))
        {
            if (RtpHeader.TryParse(bytes, out var header) != DropReason.None) continue;
            Assert.InRange(header.HeaderLength + header.PaddingLength, 12, bytes.Length);
            for (var i = 0; i < header.CsrcCount; i++) RtpHeader.Csrc(bytes, i);
        }
    }

    [Fact]
    public void A_prefix_that_cuts_the_header_is_truncated()
    {
        var packet = Vectors.Read("media/rtp-l16-mixed");
        for (var length = 0; length < 20; length++) Assert.Equal(DropReason.Truncated, RtpHeader.TryParse(packet.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData("media/rtp-l16-mixed")]
    [InlineData("media/rtp-jpeg")]
    public void Writing_what_was_read_gives_the_same_bytes(string file)
    {
        var packet = Vectors.Read(file);
        RtpHeader.TryParse(packet, out var header);
        var csrcs = new uint[header.CsrcCount];
        for (var i = 0; i < csrcs.Length; i++) csrcs[i] = RtpHeader.Csrc(packet, i);
        var written = new byte[72];
        var length = RtpHeader.Write(written, header.PayloadType, header.Marker, header.Sequence, header.Timestamp, header.Ssrc, csrcs);
        Assert.Equal(packet[..header.HeaderLength], written[..length]);
    }

    [Fact]
    public void Reading_what_was_written_gives_the_same_values() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Type, bool Marker, ushort Sequence, uint Timestamp, uint Ssrc)>(),
            ArbMap.Default.ArbFor<uint[]>(),
            (values, sources) =>
            {
                var csrcs = sources.Take(15).ToArray();
                var expected = new RtpHeader(
                    (PayloadType)(values.Type & 0x7F), values.Marker, new SequenceNumber(values.Sequence), new RtpTimestamp(values.Timestamp),
                    new Ssrc(values.Ssrc), csrcs.Length, 12 + (4 * csrcs.Length), 0);
                var packet = new byte[72];
                var length = RtpHeader.Write(
                    packet, expected.PayloadType, expected.Marker, expected.Sequence, expected.Timestamp, expected.Ssrc, csrcs);
                return RtpHeader.TryParse(packet.AsSpan(0, length), out var read) == DropReason.None && read == expected
                    && csrcs.Select((csrc, i) => RtpHeader.Csrc(packet, i) == csrc).All(same => same);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rewriting_changes_ssrc_and_sequence_only()
    {
        var packet = Vectors.Read("media/rtp-l16-mixed");
        RtpHeader.TryParse(packet, out var before);
        RtpHeader.RewriteSsrcAndSequence(packet, new Ssrc(7), new SequenceNumber(8));
        RtpHeader.TryParse(packet, out var after);
        Assert.Equal(before with { Ssrc = new Ssrc(7), Sequence = new SequenceNumber(8) }, after);
    }

    [Fact]
    public void A_new_stream_begins_in_the_lower_half()
    {
        Assert.Equal(0x7FFF, SequenceNumber.First(new Ones()).Value);
    }

    [Theory]
    [InlineData("", DatagramKind.Unknown)]
    [InlineData("00", DatagramKind.Stun)]
    [InlineData("03", DatagramKind.Stun)]
    [InlineData("04", DatagramKind.Unknown)]
    [InlineData("13", DatagramKind.Unknown)]
    [InlineData("14", DatagramKind.Dtls)]
    [InlineData("3F", DatagramKind.Dtls)]
    [InlineData("40", DatagramKind.Unknown)]
    [InlineData("7F", DatagramKind.Unknown)]
    [InlineData("80", DatagramKind.Rtp)]
    [InlineData("80BF", DatagramKind.Rtp)]
    [InlineData("80C0", DatagramKind.Rtcp)]
    [InlineData("BFDF", DatagramKind.Rtcp)]
    [InlineData("80E0", DatagramKind.Rtp)]
    [InlineData("C0C8", DatagramKind.Parley)]
    [InlineData("DF", DatagramKind.Parley)]
    [InlineData("E0", DatagramKind.Unknown)]
    [InlineData("FF", DatagramKind.Unknown)]
    public void The_first_bytes_tell_the_kind(string hex, DatagramKind kind) =>
        Assert.Equal(kind, FirstByte.Classify(Convert.FromHexString(hex)));

    private sealed class Ones : IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(0xFF);
    }
}
