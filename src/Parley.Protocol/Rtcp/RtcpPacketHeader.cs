namespace Parley.Protocol.Rtcp;

/// <summary>Packet types of RTCP (RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2).</summary>
public enum RtcpPacketType : byte
{
    /// <summary><see cref="Rtcp.SenderReport"/>.</summary>
    SenderReport = 200,

    /// <summary><see cref="Rtcp.ReceiverReport"/>.</summary>
    ReceiverReport = 201,

    /// <summary><see cref="Rtcp.SourceDescription"/>.</summary>
    SourceDescription = 202,

    /// <summary><see cref="Rtcp.Goodbye"/>.</summary>
    Goodbye = 203,

    /// <summary>Application-defined: <see cref="MediaSync"/>; those of others are skipped.</summary>
    Application = 204,

    /// <summary>Feedback for the transport: <see cref="GenericNack"/>, <see cref="CongestionControlFeedback"/>.</summary>
    TransportFeedback = 205,

    /// <summary>Feedback for the codec: <see cref="PictureLossIndication"/>, <see cref="FullIntraRequest"/>.</summary>
    PayloadFeedback = 206,

    /// <summary><see cref="Rtcp.ExtendedReport"/>.</summary>
    ExtendedReport = 207,
}

/// <summary>The first four bytes of every RTCP packet (RFC 3550 section 6.4.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|  Count  |  PacketType   |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// </code>
/// </remarks>
/// <param name="Count">Five bits: report blocks, sources, or the feedback format (FMT).</param>
/// <param name="PacketType">Any byte from the network; types we do not know are skipped.</param>
/// <param name="BodyLength">Bytes after these four, padding excluded.</param>
public readonly record struct RtcpPacketHeader(byte Count, RtcpPacketType PacketType, int BodyLength)
{
    /// <summary>Bytes of this header.</summary>
    public const int Length = 4;

    /// <summary>Most report blocks, sources or chunks that the five bits can count.</summary>
    public const int MaxCount = 31;

    /// <summary>Whether this is transport or codec feedback of the given format.</summary>
    public bool IsFeedback(RtcpPacketType type, byte format) => PacketType == type && Count == format;

    /// <summary>Writes the header of a packet whose body is written already, without padding.</summary>
    /// <param name="packet">The whole packet; a multiple of four bytes, at most 262,140.</param>
    /// <param name="count">0 to 31.</param>
    /// <param name="type">Packet type.</param>
    /// <returns>The packet's length.</returns>
    internal static int Write(Span<byte> packet, int count, RtcpPacketType type)
    {
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)((packet.Length / 4) - 1));
        return packet.Length;
    }
}
