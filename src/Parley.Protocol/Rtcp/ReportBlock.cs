using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>What a receiver says about one stream it receives (RFC 3550 section 6.4.1).</summary>
/// <remarks>
/// <code>
/// +---------------------------------------------------------------+
/// |                            Source                             |
/// +---------------+-----------------------------------------------+
/// | FractionLost  |         CumulativeLost (signed)               |
/// +---------------+-----------------------------------------------+
/// |                        HighestSequence                        |
/// +---------------------------------------------------------------+
/// |                            Jitter                             |
/// +---------------------------------------------------------------+
/// |                       LastSenderReport                        |
/// +---------------------------------------------------------------+
/// |                    DelaySinceSenderReport                     |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Source">The stream reported about.</param>
/// <param name="FractionLost">Lost since the last report, in 1/256 of what was expected.</param>
/// <param name="CumulativeLost">Lost since the start; 24 bits signed, because duplicates may make it negative.</param>
/// <param name="HighestSequence">Highest sequence number, extended by the count of wrap-arounds.</param>
/// <param name="Jitter">Interarrival jitter in units of the media clock.</param>
/// <param name="LastSenderReport">Middle 32 bits of the NTP time of the last sender report, 0 when there was none.</param>
/// <param name="DelaySinceSenderReport">Time since that report came, in 1/65536 s.</param>
public readonly record struct ReportBlock(
    Ssrc Source, byte FractionLost, int CumulativeLost, uint HighestSequence, uint Jitter, uint LastSenderReport, uint DelaySinceSenderReport)
{
    /// <summary>Bytes of a block.</summary>
    public const int Length = 24;

    /// <summary>The largest <see cref="CumulativeLost"/> that fits; the smallest is its negative minus one.</summary>
    public const int MaxCumulativeLost = 0x7F_FFFF;

    /// <summary>Reads a block.</summary>
    /// <param name="bytes">At least 24 bytes.</param>
    internal static ReportBlock Read(ReadOnlySpan<byte> bytes)
    {
        var loss = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        return new ReportBlock(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
            (byte)(loss >> 24),
            (loss << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
    }

    /// <summary>Writes the block into 24 bytes.</summary>
    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, Source.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], ((uint)FractionLost << 24) | ((uint)CumulativeLost & 0xFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], DelaySinceSenderReport);
    }
}
