using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>What someone says about the streams they receive (RFC 3550 section 6.4.2).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P| Reports |      201      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                  Reports times a ReportBlock                  |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who reports.</param>
/// <param name="ReportCount">Report blocks that follow, 0 to 31; set by parsing, ignored by writing.</param>
public readonly record struct ReceiverReport(Ssrc Sender, int ReportCount)
{
    /// <summary>Bytes of a packet without report blocks.</summary>
    public const int BaseLength = RtcpPacketHeader.Length + BlocksAt;

    private const int BlocksAt = 4;

    /// <summary>Reads the packet; what follows its report blocks (profile extensions) is ignored.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out ReceiverReport report)
    {
        report = default;
        if (header.PacketType != RtcpPacketType.ReceiverReport || body.Length < BlocksAt + (header.Count * ReportBlock.Length)) return false;
        report = new ReceiverReport(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), header.Count);
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
        for (var i = 0; i < blocks.Length; i++) blocks[i].Write(packet[(BaseLength + (i * ReportBlock.Length))..]);
        return RtcpPacketHeader.Write(packet, blocks.Length, RtcpPacketType.ReceiverReport);
    }
}
