using System.Buffers.Binary;

namespace Parley.Protocol.Rtcp;

/// <summary>Walks the packets of one RTCP datagram (RFC 3550 section 6.1; reduced size per RFC 5506 is accepted).</summary>
public static class RtcpCompound
{
    private const byte PaddingBit = 0x20;

    /// <summary>Takes the next packet off the front.</summary>
    /// <param name="rest">What is left of the plain datagram; moves past the packet. Untouched when false is returned.</param>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its bytes after the header, padding removed.</param>
    /// <returns>False at the end, and when what is left is not a packet: then <paramref name="rest"/> is not empty.</returns>
    public static bool TryNext(ref ReadOnlySpan<byte> rest, out RtcpPacketHeader header, out ReadOnlySpan<byte> body)
    {
        header = default;
        body = default;
        if (rest.Length < RtcpPacketHeader.Length || rest[0] >> 6 != 2) return false;
        var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 1);
        if (rest.Length < length) return false;

        var padding = 0;
        if ((rest[0] & PaddingBit) != 0)
        {
            // Only the last packet may be padded (RFC 3550 section 6.4.1), in whole words.
            padding = rest[length - 1];
            if (padding == 0 || padding % 4 != 0 || padding > length - RtcpPacketHeader.Length || rest.Length != length) return false;
        }

        body = rest[RtcpPacketHeader.Length..(length - padding)];
        header = new RtcpPacketHeader((byte)(rest[0] & 0x1F), (RtcpPacketType)rest[1], body.Length);
        rest = rest[length..];
        return true;
    }
}
