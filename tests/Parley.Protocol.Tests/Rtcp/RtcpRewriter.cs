using Parley.Protocol.Rtcp;

namespace Parley.Protocol.Tests.Rtcp;

/// <summary>Reads every packet of a datagram into its type and writes it again; what is refused or unknown is left out.</summary>
internal static class RtcpRewriter
{
    public static byte[] Rewrite(ReadOnlySpan<byte> datagram)
    {
        var output = new byte[4096];
        var length = 0;
        while (RtcpCompound.TryNext(ref datagram, out var header, out var body)) length += Rewrite(header, body, output.AsSpan(length));
        return output[..length];
    }

    private static int Rewrite(in RtcpPacketHeader header, ReadOnlySpan<byte> body, Span<byte> output)
    {
        if (SenderReport.TryParse(header, body, out var senderReport))
        {
            var blocks = new ReportBlock[senderReport.ReportCount];
            for (var i = 0; i < blocks.Length; i++) blocks[i] = SenderReport.BlockAt(body, i);
            return senderReport.Write(output, blocks);
        }
        if (ReceiverReport.TryParse(header, body, out var receiverReport))
        {
            var blocks = new ReportBlock[receiverReport.ReportCount];
            for (var i = 0; i < blocks.Length; i++) blocks[i] = ReceiverReport.BlockAt(body, i);
            return receiverReport.Write(output, blocks);
        }
        if (SourceDescription.TryParse(header, body, out var description)) return description.Write(output);
        if (Goodbye.TryParse(header, body, out var goodbye))
        {
            var sources = new Parley.Protocol.Rtp.Ssrc[goodbye.SourceCount];
            for (var i = 0; i < sources.Length; i++) sources[i] = Goodbye.SourceAt(body, i);
            return Goodbye.Write(output, sources);
        }
        if (PictureLossIndication.TryParse(header, body, out var indication)) return indication.Write(output);
        if (FullIntraRequest.TryParse(header, body, out var request))
        {
            var entries = new FullIntraEntry[request.EntryCount];
            for (var i = 0; i < entries.Length; i++) entries[i] = FullIntraRequest.EntryAt(body, i);
            return request.Write(output, entries);
        }
        if (GenericNack.TryParse(header, body, out var nack))
        {
            var entries = new NackEntry[nack.EntryCount];
            for (var i = 0; i < entries.Length; i++) entries[i] = GenericNack.EntryAt(body, i);
            return nack.Write(output, entries);
        }
        if (MediaSync.TryParse(header, body, out var sync))
        {
            var entries = new MediaSyncEntry[sync.EntryCount];
            for (var i = 0; i < entries.Length; i++) entries[i] = MediaSync.EntryAt(body, i);
            return sync.Write(output, entries);
        }
        if (ExtendedReport.TryParse(header, body, out var extended)) return extended.Write(output);
        return CongestionControlFeedback.TryParse(header, body, out var feedback, out var streams) ? Rewrite(feedback, streams, output) : 0;
    }

    private static int Rewrite(CongestionControlFeedback feedback, ReadOnlySpan<byte> streams, Span<byte> output)
    {
        var writer = new CongestionControlFeedbackWriter(output, feedback.Sender);
        while (CongestionControlFeedback.TryNextStream(ref streams, out var stream, out var metrics))
        {
            var copy = new PacketMetric[stream.Count];
            for (var i = 0; i < copy.Length; i++) copy[i] = PacketMetric.Read(metrics, i);
            Assert.True(writer.TryAdd(stream.Media, stream.Begin, copy));
        }
        return writer.Finish(feedback.ReportTimestamp);
    }
}
