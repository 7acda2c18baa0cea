using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;

namespace Parley.Transport.Tests.Congestion;

/// <summary>Reads what an <see cref="ArrivalLog"/> writes, and hands it to a <see cref="SentLog"/>.</summary>
internal static class FeedbackReader
{
    public static readonly Ssrc Receiver = new(99);

    /// <summary>SSRC, number and offset of each packet reported; an offset of -1 is a packet that did not come.</summary>
    public static List<(uint Ssrc, int Sequence, int Offset)> Read(ReadOnlySpan<byte> packet)
    {
        var metrics = new List<(uint, int, int)>();
        Parse(packet, out _, out var streams);
        while (CongestionControlFeedback.TryNextStream(ref streams, out var stream, out var bytes))
        {
            for (var i = 0; i < stream.Count; i++)
            {
                var metric = PacketMetric.Read(bytes, i);
                metrics.Add((stream.Media.Value, (stream.Begin + i).Value, metric.IsReceived ? metric.ArrivalOffset : -1));
            }
        }
        return metrics;
    }

    public static List<(uint Ssrc, int Sequence, int Offset)> Report(this ArrivalLog log, Instant now, int room = 1180)
    {
        var buffer = new byte[room];
        return Read(buffer.AsSpan(0, log.Write(now, Receiver, buffer)));
    }

    /// <summary>Takes a report of the receiver to the sender and gives what it settles.</summary>
    public static List<PacketResult> Settle(this SentLog sent, Instant now, ArrivalLog arrivals, Instant reportedAt)
    {
        var buffer = new byte[1180];
        var length = arrivals.Write(reportedAt, Receiver, buffer);
        if (length == 0) return [];
        Parse(buffer.AsSpan(0, length), out var feedback, out var streams);
        sent.OnFeedback(now, feedback, streams);
        var results = new List<PacketResult>();
        while (sent.TryNext(out var result)) results.Add(result);
        return results;
    }

    private static void Parse(ReadOnlySpan<byte> packet, out CongestionControlFeedback feedback, out ReadOnlySpan<byte> streams)
    {
        feedback = default;
        streams = default;
        if (packet.IsEmpty) return;
        // Behind the header and the sender, before the report's time.
        streams = packet[8..^4];
        Assert.True(RtcpCompound.TryNext(ref packet, out var header, out var body));
        Assert.True(CongestionControlFeedback.TryParse(header, body, out feedback, out _));
        Assert.Equal(Receiver, feedback.Sender);
        Assert.True(packet.IsEmpty);
    }
}
