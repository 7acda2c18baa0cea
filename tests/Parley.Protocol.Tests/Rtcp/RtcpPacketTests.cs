using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Tests;

namespace Parley.Protocol.Tests.Rtcp;

public sealed class RtcpPacketTests
{
    private static readonly Ssrc Reporter = new(0x01020304);
    private static readonly Ssrc Talker = new(0x0a0b0c0d);
    private static readonly Ssrc Camera = new(0xcafe0001);
    private static readonly Ssrc Screen = new(0xcafe0002);

    public static readonly TheoryData<string> Files =
    [
        "media/rtcp-sender-report", "media/rtcp-receiver-report", "media/rtcp-source-description", "media/rtcp-goodbye",
        "media/rtcp-picture-loss-indication", "media/rtcp-full-intra-request", "media/rtcp-generic-nack", "media/rtcp-extended-report",
        "media/rtcp-congestion-control-feedback", "media/rtcp-media-sync", "media/rtcp-compound",
    ];

    [Fact]
    public void A_sender_report_parses()
    {
        var header = Single("media/rtcp-sender-report", out var body);
        Assert.True(SenderReport.TryParse(header, body, out var report));
        Assert.Equal(new SenderReport(Talker, new NtpTime(0x00000e10_80000000), new RtpTimestamp(90_000), 10, 4096, 1), report);
        Assert.Equal(new ReportBlock(Camera, 64, -2, 65_538, 90, 0x0e108000, 98_304), SenderReport.BlockAt(body, 0));
    }

    [Fact]
    public void A_receiver_report_parses()
    {
        var header = Single("media/rtcp-receiver-report", out var body);
        Assert.True(ReceiverReport.TryParse(header, body, out var report));
        Assert.Equal(new ReceiverReport(Reporter, 2), report);
        Assert.Equal(new ReportBlock(Camera, 0, 3, 65_538, 90, 0, 0), ReceiverReport.BlockAt(body, 0));
        Assert.Equal(new ReportBlock(Screen, 255, ReportBlock.MaxCumulativeLost, 0x00ff_ffff, 1, 0x0e108000, 32_768), ReceiverReport.BlockAt(body, 1));
    }

    [Fact]
    public void A_source_description_parses()
    {
        var header = Single("media/rtcp-source-description", out var body);
        Assert.True(SourceDescription.TryParse(header, body, out var description));
        Assert.Equal(Reporter, description.Source);
        Assert.Equal("ab12", Encoding.UTF8.GetString(description.Cname));
    }

    [Fact]
    public void A_cname_is_found_behind_other_items()
    {
        var packet = Convert.FromHexString("81ca0004" + "01020304" + "0202aabb" + "0103616263" + "000000");
        ReadOnlySpan<byte> rest = packet;
        Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
        Assert.True(SourceDescription.TryParse(header, body, out var description));
        Assert.Equal("abc", Encoding.UTF8.GetString(description.Cname));
    }

    [Fact]
    public void Names_of_every_length_come_back()
    {
        var packet = new byte[300];
        for (var length = 1; length <= SourceDescription.MaxCnameLength; length++)
        {
            var name = Enumerable.Repeat((byte)'x', length).ToArray();
            var written = new SourceDescription(Reporter, name).Write(packet);
            Assert.Equal(SourceDescription.LengthFor(length), written);
            ReadOnlySpan<byte> rest = packet.AsSpan(0, written);
            Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
            Assert.True(SourceDescription.TryParse(header, body, out var description));
            Assert.True(description.Cname.SequenceEqual(name));
        }
    }

    [Fact]
    public void A_goodbye_parses()
    {
        var header = Single("media/rtcp-goodbye", out var body);
        Assert.True(Goodbye.TryParse(header, body, out var goodbye));
        Assert.Equal(2, goodbye.SourceCount);
        Assert.Equal(Reporter, Goodbye.SourceAt(body, 0));
        Assert.Equal(new Ssrc(0x05060708), Goodbye.SourceAt(body, 1));
    }

    [Fact]
    public void A_picture_loss_indication_parses()
    {
        var header = Single("media/rtcp-picture-loss-indication", out var body);
        Assert.True(PictureLossIndication.TryParse(header, body, out var indication));
        Assert.Equal(new PictureLossIndication(Reporter, Camera), indication);
    }

    [Fact]
    public void A_full_intra_request_parses()
    {
        var header = Single("media/rtcp-full-intra-request", out var body);
        Assert.True(FullIntraRequest.TryParse(header, body, out var request));
        Assert.Equal(new FullIntraRequest(Reporter, 2), request);
        Assert.Equal(new FullIntraEntry(Camera, 5), FullIntraRequest.EntryAt(body, 0));
        Assert.Equal(new FullIntraEntry(Screen, 255), FullIntraRequest.EntryAt(body, 1));
    }

    [Fact]
    public void A_generic_nack_parses()
    {
        var header = Single("media/rtcp-generic-nack", out var body);
        Assert.True(GenericNack.TryParse(header, body, out var nack));
        Assert.Equal(new GenericNack(Reporter, Camera, 2), nack);
        var first = GenericNack.EntryAt(body, 0);
        Assert.Equal(3, first.Count);
        Assert.True(first.Contains(new SequenceNumber(65_534)));
        Assert.True(first.Contains(new SequenceNumber(65_535)));
        Assert.True(first.Contains(new SequenceNumber(0)));
        Assert.False(first.Contains(new SequenceNumber(1)));
        Assert.False(first.Contains(new SequenceNumber(65_533)));
        Assert.Equal(new NackEntry(new SequenceNumber(100), 0), GenericNack.EntryAt(body, 1));
    }

    [Fact]
    public void Packing_names_every_lost_packet_and_no_other() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            gaps =>
            {
                var sequence = new SequenceNumber(65_500);
                var lost = new List<SequenceNumber>();
                foreach (var gap in gaps)
                {
                    sequence += 1 + (gap % 40);
                    lost.Add(sequence);
                }
                var entries = new NackEntry[gaps.Length];
                var count = NackEntry.Pack(lost.ToArray(), entries);
                var named = entries[..count].SelectMany(entry => Enumerable.Range(0, 17).Select(i => entry.First + i).Where(entry.Contains));
                return lost.SequenceEqual(named);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Packing_stops_when_the_room_is_full()
    {
        var entries = new NackEntry[1];
        Assert.Equal(1, NackEntry.Pack([new SequenceNumber(1), new SequenceNumber(100)], entries));
        Assert.Equal(0, NackEntry.Pack([], entries));
    }

    [Fact]
    public void An_extended_report_parses()
    {
        var header = Single("media/rtcp-extended-report", out var body);
        Assert.True(ExtendedReport.TryParse(header, body, out var report));
        Assert.Equal(new ExtendedReport(Reporter, new NtpTime(0x00000e10_80000000), Talker, 0x0e108000, 32_768), report);
    }

    [Fact]
    public void Congestion_control_feedback_parses()
    {
        var header = Single("media/rtcp-congestion-control-feedback", out var body);
        Assert.True(CongestionControlFeedback.TryParse(header, body, out var feedback, out var streams));
        Assert.Equal(new CongestionControlFeedback(Reporter, 0x0e108000), feedback);
        Assert.True(CongestionControlFeedback.TryNextStream(ref streams, out var stream, out var metrics));
        Assert.Equal(new FeedbackStream(Camera, new SequenceNumber(65_535), 3), stream);
        Assert.Equal(new PacketMetric(true, 0, 0), PacketMetric.Read(metrics, 0));
        Assert.Equal(default, PacketMetric.Read(metrics, 1));
        Assert.Equal(new PacketMetric(true, 3, 1024), PacketMetric.Read(metrics, 2));
        Assert.True(CongestionControlFeedback.TryNextStream(ref streams, out stream, out _));
        Assert.Equal(new FeedbackStream(Screen, default, 0), stream);
        Assert.False(CongestionControlFeedback.TryNextStream(ref streams, out _, out _));
    }

    [Fact]
    public void What_belongs_together_in_sound_and_picture_parses()
    {
        var header = Single("media/rtcp-media-sync", out var body);
        Assert.True(MediaSync.TryParse(header, body, out var sync));
        Assert.Equal(new MediaSync(Reporter, 2), sync);
        Assert.Equal(new MediaSyncEntry(Camera, new RtpTimestamp(48_000), new RtpTimestamp(90_000), 263, HasPicture: true), MediaSync.EntryAt(body, 0));
        Assert.Equal(new MediaSyncEntry(Screen, new RtpTimestamp(48_480), default, 65_535, HasPicture: false), MediaSync.EntryAt(body, 1));
    }

    [Theory]
    [InlineData("80cc0006 01020304 53594e44 cafe0001 0000bb80 00015f90 01070001")] // another name
    [InlineData("81cc0006 01020304 53594e43 cafe0001 0000bb80 00015f90 01070001")] // another subtype
    [InlineData("80cc0002 01020304 53594e43")] // nobody
    [InlineData("80cc0007 01020304 53594e43 cafe0001 0000bb80 00015f90 01070001 00000000")] // and a piece
    public void Another_applications_packet_is_none_of_ours(string hex)
    {
        ReadOnlySpan<byte> rest = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
        Assert.False(MediaSync.TryParse(header, body, out _));
    }

    [Fact]
    public void More_metrics_than_the_standard_allows_are_refused()
    {
        var body = new byte[8 + (2 * 16_386) + 8];
        var packet = new byte[body.Length + 4];
        packet[0] = 0x8b;
        packet[1] = 205;
        packet[2] = (byte)(((packet.Length / 4) - 1) >> 8);
        packet[3] = (byte)((packet.Length / 4) - 1);
        (packet[14], packet[15]) = (16_386 >> 8, 16_386 & 0xFF);
        ReadOnlySpan<byte> rest = packet;
        Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var read));
        Assert.False(CongestionControlFeedback.TryParse(header, read, out _, out _));
    }

    [Fact]
    public void A_stream_that_does_not_fit_is_not_written()
    {
        var buffer = new byte[8 + 8 + 4 + 4];
        var writer = new CongestionControlFeedbackWriter(buffer, Reporter);
        Assert.False(writer.TryAdd(Camera, default, new PacketMetric[3]));
        Assert.True(writer.TryAdd(Camera, default, new PacketMetric[2]));
        Assert.False(writer.TryAdd(Screen, default, []));
        Assert.Equal(buffer.Length, writer.Finish(1));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_prefix_and_every_flipped_bit_is_refused_or_read(string file)
    {
        var bytes = Vectors.Read(file);
        foreach (var damaged in Vectors.Damaged(bytes)) RtcpRewriter.Rewrite(damaged);
        for (var length = 1; length < RtcpPacketHeader.Length; length++)
        {
            ReadOnlySpan<byte> rest = bytes.AsSpan(0, length);
            Assert.False(RtcpCompound.TryNext(ref rest, out _, out _));
            Assert.Equal(length, rest.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Writing_what_was_read_gives_the_same_bytes(string file)
    {
        var bytes = Vectors.Read(file);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(RtcpRewriter.Rewrite(bytes)));
    }

    [Fact]
    public void Random_bytes_are_refused_or_read() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            ArbMap.Default.ArbFor<(byte Count, byte Type)>(),
            (noise, first) =>
            {
                // A plausible first word, or nearly all noise would end at the version bits.
                var packet = new byte[4 + (noise.Length / 4 * 4)];
                noise.AsSpan(0, packet.Length - 4).CopyTo(packet.AsSpan(4));
                packet[0] = (byte)(0x80 | (first.Count & 0x3F));
                packet[1] = (byte)(200 + (first.Type % 8));
                packet[3] = (byte)((packet.Length / 4) - 1);
                RtcpRewriter.Rewrite(packet);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Padding_is_cut_off_the_last_packet_and_refused_elsewhere()
    {
        var padded = Convert.FromHexString("a1cb0002" + "01020304" + "00000004");
        ReadOnlySpan<byte> rest = padded;
        Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
        Assert.Equal(4, header.BodyLength);
        Assert.Equal("01020304", Convert.ToHexString(body));
        Assert.True(rest.IsEmpty);

        rest = padded.Concat(padded).ToArray();
        Assert.False(RtcpCompound.TryNext(ref rest, out _, out _));
        foreach (var bad in new byte[] { 0, 3, 12 })
        {
            padded[^1] = bad;
            rest = padded;
            Assert.False(RtcpCompound.TryNext(ref rest, out _, out _));
        }
    }

    [Fact]
    public void A_compound_is_walked_to_its_end()
    {
        ReadOnlySpan<byte> rest = Vectors.Read("media/rtcp-compound");
        var types = new List<RtcpPacketType>();
        while (RtcpCompound.TryNext(ref rest, out var header, out _)) types.Add(header.PacketType);
        Assert.True(rest.IsEmpty);
        Assert.Equal(
            [RtcpPacketType.ReceiverReport, RtcpPacketType.SenderReport, RtcpPacketType.SourceDescription, RtcpPacketType.ExtendedReport], types);
    }

    private static RtcpPacketHeader Single(string file, out byte[] body)
    {
        ReadOnlySpan<byte> rest = Vectors.Read(file);
        Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var span));
        Assert.True(rest.IsEmpty);
        body = span.ToArray();
        return header;
    }
}
