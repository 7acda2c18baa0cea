using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>A receiver's decoder is stuck and wants a key frame (RFC 4585 section 6.3.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    1    |      206      |               2               |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                             Media                             |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who asks.</param>
/// <param name="Media">The stream of which a key frame is wanted.</param>
public readonly record struct PictureLossIndication(Ssrc Sender, Ssrc Media)
{
    /// <summary>Bytes of a packet.</summary>
    public const int Length = 12;

    /// <summary>The feedback format in the header's count.</summary>
    public const byte Format = 1;

    /// <summary>Reads the packet.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out PictureLossIndication indication)
    {
        indication = default;
        if (!header.IsFeedback(RtcpPacketType.PayloadFeedback, Format) || body.Length != 8) return false;
        indication = new PictureLossIndication(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body[4..])));
        return true;
    }

    /// <summary>Writes the packet.</summary>
    /// <returns>The packet's length, 12.</returns>
    public int Write(Span<byte> destination)
    {
        var packet = destination[..Length];
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Media.Value);
        return RtcpPacketHeader.Write(packet, Format, RtcpPacketType.PayloadFeedback);
    }
}
