using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>When one packet arrived, as <see cref="CongestionControlFeedback"/> reports it (RFC 8888 section 3.1). 16 bits.</summary>
/// <param name="IsReceived">The packet came; when false the other fields are 0.</param>
/// <param name="Ecn">The two ECN bits it carried.</param>
/// <param name="ArrivalOffset">
/// How long before the report's timestamp it came, in 1/1024 s, 0 to 8189; <see cref="LongAgo"/> and <see cref="AfterReport"/> are special.
/// </param>
public readonly record struct PacketMetric(bool IsReceived, byte Ecn, ushort ArrivalOffset)
{
    /// <summary>It came 8190 units or more before the report.</summary>
    public const ushort LongAgo = 0x1FFE;

    /// <summary>It came after the report's timestamp, or the time is not known.</summary>
    public const ushort AfterReport = 0x1FFF;

    /// <summary>Bytes of a metric.</summary>
    internal const int Length = 2;

    /// <summary>Reads one metric.</summary>
    /// <param name="metrics">The metrics given by <see cref="CongestionControlFeedback.TryNextStream"/>.</param>
    /// <param name="index">0 to the stream's count - 1.</param>
    public static PacketMetric Read(ReadOnlySpan<byte> metrics, int index)
    {
        var bits = BinaryPrimitives.ReadUInt16BigEndian(metrics[(index * Length)..]);
        return (bits & 0x8000) == 0 ? default : new PacketMetric(true, (byte)((bits >> 13) & 3), (ushort)(bits & 0x1FFF));
    }

    /// <summary>Writes the metric into two bytes.</summary>
    internal void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt16BigEndian(
        destination, IsReceived ? (ushort)(0x8000 | ((Ecn & 3) << 13) | (ArrivalOffset & 0x1FFF)) : (ushort)0);
}

/// <summary>One stream within a <see cref="CongestionControlFeedback"/>.</summary>
/// <param name="Media">The stream.</param>
/// <param name="Begin">The packet that the first metric is about.</param>
/// <param name="Count">How many packets are reported, 0 to <see cref="CongestionControlFeedback.MaxMetrics"/>.</param>
public readonly record struct FeedbackStream(Ssrc Media, SequenceNumber Begin, int Count);

/// <summary>Arrival times packet by packet, for the sender's congestion control (RFC 8888 section 3.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|   11    |      205      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                             Media                             |   for
/// +-------------------------------+-------------------------------+   every
/// |             Begin             |             Count             |   stream
/// +-+---+-------------------------+-+---+-------------------------+
/// |R|ECN|      ArrivalOffset      |R|ECN|      ArrivalOffset      |   Count of them,
/// +-+---+-------------------------+-+---+-------------------------+   even number
/// |                        ReportTimestamp                        |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who received the packets.</param>
/// <param name="ReportTimestamp">Middle 32 bits of the NTP time of the report.</param>
public readonly record struct CongestionControlFeedback(Ssrc Sender, uint ReportTimestamp)
{
    /// <summary>The feedback format in the header's count.</summary>
    public const byte Format = 11;

    /// <summary>Most packets reported per stream (RFC 8888 section 3.1).</summary>
    public const int MaxMetrics = 16_384;

    internal const int StreamHeaderLength = 8;

    /// <summary>Reads the packet and checks that its streams add up.</summary>
    /// <param name="header">Header.</param>
    /// <param name="body">Body.</param>
    /// <param name="feedback">Sender and time.</param>
    /// <param name="streams">What <see cref="TryNextStream"/> walks.</param>
    public static bool TryParse(
        in RtcpPacketHeader header, ReadOnlySpan<byte> body, out CongestionControlFeedback feedback, out ReadOnlySpan<byte> streams)
    {
        feedback = default;
        streams = default;
        if (!header.IsFeedback(RtcpPacketType.TransportFeedback, Format) || body.Length < 8) return false;
        var rest = body[4..^4];
        bool more;
        do more = TryNextStream(ref rest, out _, out _);
        while (more);
        if (!rest.IsEmpty) return false;
        feedback = new CongestionControlFeedback(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), BinaryPrimitives.ReadUInt32BigEndian(body[^4..]));
        streams = body[4..^4];
        return true;
    }

    /// <summary>Takes the next stream off the front.</summary>
    /// <param name="rest">What is left of the streams.</param>
    /// <param name="stream">Which packets it reports.</param>
    /// <param name="metrics">For <see cref="PacketMetric.Read"/>.</param>
    public static bool TryNextStream(ref ReadOnlySpan<byte> rest, out FeedbackStream stream, out ReadOnlySpan<byte> metrics)
    {
        stream = default;
        metrics = default;
        if (rest.Length < StreamHeaderLength) return false;
        int count = BinaryPrimitives.ReadUInt16BigEndian(rest[6..]);
        var length = StreamHeaderLength + PaddedLength(count);
        if (count > MaxMetrics || rest.Length < length) return false;
        stream = new FeedbackStream(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(rest)), new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(rest[4..])), count);
        metrics = rest.Slice(StreamHeaderLength, count * PacketMetric.Length);
        rest = rest[length..];
        return true;
    }

    internal static int PaddedLength(int count) => (count + 1) / 2 * 4;
}

/// <summary>Writes a <see cref="CongestionControlFeedback"/> stream by stream into a caller's buffer.</summary>
public ref struct CongestionControlFeedbackWriter
{
    private readonly Span<byte> _destination;
    private int _length;

    /// <summary>Begins a packet.</summary>
    /// <param name="destination">At least 12 bytes.</param>
    /// <param name="sender">Who received the packets.</param>
    public CongestionControlFeedbackWriter(Span<byte> destination, Ssrc sender)
    {
        _destination = destination;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], sender.Value);
        _length = 8;
    }

    /// <summary>Adds a stream; false, and nothing is written, when it does not fit.</summary>
    public bool TryAdd(Ssrc media, SequenceNumber begin, ReadOnlySpan<PacketMetric> metrics)
    {
        var length = CongestionControlFeedback.StreamHeaderLength + CongestionControlFeedback.PaddedLength(metrics.Length);
        if (metrics.Length > CongestionControlFeedback.MaxMetrics || _length + length + 4 > _destination.Length) return false;
        var stream = _destination.Slice(_length, length);
        stream.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(stream, media.Value);
        BinaryPrimitives.WriteUInt16BigEndian(stream[4..], begin.Value);
        BinaryPrimitives.WriteUInt16BigEndian(stream[6..], (ushort)metrics.Length);
        for (var i = 0; i < metrics.Length; i++)
            metrics[i].Write(stream[(CongestionControlFeedback.StreamHeaderLength + (i * PacketMetric.Length))..]);
        _length += length;
        return true;
    }

    /// <summary>Ends the packet.</summary>
    /// <param name="reportTimestamp">Middle 32 bits of the NTP time of the report.</param>
    /// <returns>The packet's length.</returns>
    public readonly int Finish(uint reportTimestamp)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[_length..], reportTimestamp);
        return RtcpPacketHeader.Write(_destination[..(_length + 4)], CongestionControlFeedback.Format, RtcpPacketType.TransportFeedback);
    }
}
