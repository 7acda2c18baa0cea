using System.Buffers.Binary;

namespace Parley.Protocol.Rtp;

/// <summary>The header of an RTP packet (RFC 3550 section 5.1).</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---+-+-+-------+-+-------------+-------------------------------+
/// |V=2|P|X|  CC   |M| PayloadType |           Sequence            |
/// +---+-+-+-------+-+-------------+-------------------------------+
/// |                           Timestamp                           |
/// +---------------------------------------------------------------+
/// |                             Ssrc                              |
/// +---------------------------------------------------------------+
/// |                    CC times a CSRC, 0 to 15                   |
/// +-------------------------------+-------------------------------+
/// | when X: profile               | words that follow             |
/// +-------------------------------+-------------------------------+
/// </code>
/// The payload is <c>packet[HeaderLength..^PaddingLength]</c>. A header extension is skipped, never read.
/// </remarks>
/// <param name="PayloadType">What the payload is; any of the 128 values, listed or not.</param>
/// <param name="Marker">Video: last packet of a frame. Audio: first packet after a pause.</param>
/// <param name="Sequence">Counts packets of this SSRC.</param>
/// <param name="Timestamp">Time of the first sample, or of capture, on the media clock.</param>
/// <param name="Ssrc">The stream.</param>
/// <param name="CsrcCount">How many contributing sources are listed, 0 to 15.</param>
/// <param name="HeaderLength">Bytes before the payload: fixed header, CSRCs and extension.</param>
/// <param name="PaddingLength">Bytes after the payload, 0 to 255; the last of them says how many.</param>
public readonly record struct RtpHeader(
    PayloadType PayloadType, bool Marker, SequenceNumber Sequence, RtpTimestamp Timestamp, Ssrc Ssrc,
    int CsrcCount, int HeaderLength, int PaddingLength)
{
    /// <summary>Most CSRCs that the four bits can count.</summary>
    public const int MaxCsrcCount = 15;

    private const byte VersionTwo = 0x80;
    private const byte PaddingBit = 0x20;
    private const byte ExtensionBit = 0x10;
    private const byte MarkerBit = 0x80;

    /// <summary>Reads the header of a plain packet.</summary>
    /// <param name="packet">The whole packet, decrypted.</param>
    /// <param name="header">The header; default unless <see cref="DropReason.None"/> is returned.</param>
    /// <returns><see cref="DropReason.None"/>, <see cref="DropReason.Truncated"/> or <see cref="DropReason.Malformed"/>.</returns>
    public static DropReason TryParse(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        var reason = TryParseProtected(packet, out header);
        if (reason != DropReason.None || (packet[0] & PaddingBit) == 0) return reason;

        int padding = packet[^1];
        if (padding == 0 || padding > packet.Length - header.HeaderLength)
        {
            header = default;
            return DropReason.Malformed;
        }
        header = header with { PaddingLength = padding };
        return DropReason.None;
    }

    /// <summary>
    /// Reads the header of a packet that is still encrypted. Padding is part of what is encrypted (RFC 3711 section 3.1),
    /// so <see cref="PaddingLength"/> is 0 here whatever the P bit says.
    /// </summary>
    /// <inheritdoc cref="TryParse"/>
    public static DropReason TryParseProtected(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        header = default;
        if (packet.Length < Limits.RtpHeader) return DropReason.Truncated;
        if (packet[0] >> 6 != 2) return DropReason.Malformed;

        var csrcCount = packet[0] & 0x0F;
        var length = Limits.RtpHeader + (4 * csrcCount);
        if ((packet[0] & ExtensionBit) != 0)
        {
            if (packet.Length < length + 4) return DropReason.Truncated;
            length += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(length + 2)..]));
        }
        if (packet.Length < length) return DropReason.Truncated;

        header = new RtpHeader(
            (PayloadType)(packet[1] & 0x7F),
            (packet[1] & MarkerBit) != 0,
            new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(packet[2..])),
            new RtpTimestamp(BinaryPrimitives.ReadUInt32BigEndian(packet[4..])),
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(packet[8..])),
            csrcCount, length, 0);
        return DropReason.None;
    }

    /// <summary>Reads one contributing source.</summary>
    /// <param name="packet">A packet that <see cref="TryParse"/> accepted.</param>
    /// <param name="index">0 to <see cref="CsrcCount"/> - 1.</param>
    public static uint Csrc(ReadOnlySpan<byte> packet, int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[(Limits.RtpHeader + (4 * index))..]);

    /// <summary>Writes a header without padding and extension.</summary>
    /// <param name="destination">At least 12 + 4 bytes per CSRC.</param>
    /// <param name="payloadType">Seven bits.</param>
    /// <param name="marker">The M bit.</param>
    /// <param name="sequence">Sequence number.</param>
    /// <param name="timestamp">Media time.</param>
    /// <param name="ssrc">The stream.</param>
    /// <param name="csrcs">At most 15 contributing sources.</param>
    /// <returns>The header's length in bytes.</returns>
    public static int Write(
        Span<byte> destination, PayloadType payloadType, bool marker, SequenceNumber sequence, RtpTimestamp timestamp, Ssrc ssrc,
        ReadOnlySpan<uint> csrcs)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(csrcs.Length, MaxCsrcCount);
        var length = Limits.RtpHeader + (4 * csrcs.Length);
        destination = destination[..length];
        destination[0] = (byte)(VersionTwo | csrcs.Length);
        destination[1] = (byte)((marker ? MarkerBit : 0) | ((byte)payloadType & 0x7F));
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], timestamp.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], ssrc.Value);
        for (var i = 0; i < csrcs.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(destination[(Limits.RtpHeader + (4 * i))..], csrcs[i]);
        return length;
    }

    /// <summary>Puts a packet into another stream in place: how a relay gives each receiver its own SSRC and gapless numbers.</summary>
    /// <param name="packet">A packet that <see cref="TryParse"/> accepted, or at least its first 12 bytes.</param>
    /// <param name="ssrc">The receiver's SSRC for the track.</param>
    /// <param name="sequence">The receiver's next number on that SSRC.</param>
    public static void RewriteSsrcAndSequence(Span<byte> packet, Ssrc ssrc, SequenceNumber sequence)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], sequence.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], ssrc.Value);
    }
}
