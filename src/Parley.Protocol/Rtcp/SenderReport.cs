using System.Buffers.Binary;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Protocol.Rtcp;

/// <summary>What a sender says about one stream it sends, and how its media clock relates to its own time (RFC 3550 section 6.4.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P| Reports |      200      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                      Ntp, seconds                             |
/// +---------------------------------------------------------------+
/// |                      Ntp, fraction                            |
/// +---------------------------------------------------------------+
/// |                           Timestamp                           |
/// +---------------------------------------------------------------+
/// |                          PacketCount                          |
/// +---------------------------------------------------------------+
/// |                          OctetCount                           |
/// +---------------------------------------------------------------+
/// |                  Reports times a ReportBlock                  |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">The stream.</param>
/// <param name="Ntp">Sender's time of the report.</param>
/// <param name="Timestamp">The same time on the stream's media clock.</param>
/// <param name="PacketCount">Packets sent since the start, wrapping.</param>
/// <param name="OctetCount">Payload bytes sent since the start, wrapping.</param>
/// <param name="ReportCount">Report blocks that follow, 0 to 31; set by parsing, ignored by writing.</param>
public readonly record struct SenderReport(
    Ssrc Sender, NtpTime Ntp, RtpTimestamp Timestamp, uint PacketCount, uint OctetCount, int ReportCount)
{
    /// <summary>Bytes of a packet without report blocks.</summary>
    public const int BaseLength = RtcpPacketHeader.Length + BlocksAt;

    private const int BlocksAt = 24;

    /// <summary>Reads the packet; what follows its report blocks (profile extensions) is ignored.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out SenderReport report)
    {
        report = default;
        if (header.PacketType != RtcpPacketType.SenderReport || body.Length < BlocksAt + (header.Count * ReportBlock.Length)) return false;
        report = new SenderReport(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)),
            new NtpTime(BinaryPrimitives.ReadUInt64BigEndian(body[4..])),
            new RtpTimestamp(BinaryPrimitives.ReadUInt32BigEndian(body[12..])),
            BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[20..]),
            header.Count);
        return true;
    }

    /// <summary>Reads one report block of a packet that parsed.</summary>
    /// <param name="body">The body given to <see cref="TryParse"/>.</param>
    /// <param name="index">0 to <see cref="ReportCount"/> - 1.</param>
    public static ReportBlock BlockAt(ReadOnlySpan<byte> body, int index) =>
        ReportBlock.Read(body[(BlocksAt + (index * ReportBlock.Length))..]);

    /// <summary>Writes the packet with its blocks, at most 31.</summary>
    /// <returns>The packet's length.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<ReportBlock> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks.Length, RtcpPacketHeader.MaxCount);
        var packet = destination[..(BaseLength + (blocks.Length * ReportBlock.Length))];
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Sender.Value);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], Ntp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], Timestamp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(packet[24..], OctetCount);
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(packet[(BaseLength + (i * ReportBlock.Length))..]);
        return RtcpPacketHeader.Write(packet, blocks.Length, RtcpPacketType.SenderReport);
    }
}
