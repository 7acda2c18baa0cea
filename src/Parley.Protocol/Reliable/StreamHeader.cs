using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Reliable;

/// <summary>
/// The 16 bytes in front of every packet of the reliable stream: in the clear, and authenticated.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+---------------+-------------------------------+
/// | 192 193 194   |     flags     |               0               |
/// +---------------+---------------+-------------------------------+
/// |                      SSRC of the sender                       |
/// +---------------------------------------------------------------+
/// |                                                               |
/// +                         packet number                         +
/// |                                                               |
/// +---------------------------------------------------------------+
/// </code>
/// </summary>
/// <param name="Kind">Data, acknowledgement or reset.</param>
/// <param name="IsFinal">Flag 1, of data only: the stream ends behind this packet's bytes. Other flags are 0 and not looked at.</param>
/// <param name="Ssrc">That of the sender's RTCP: it tells whose keys open the packet.</param>
/// <param name="Number">Counts the packets of one direction from 0, whatever their kind; a repetition of bytes has a number of its own. At most <see cref="LastNumber"/>.</param>
public readonly record struct StreamHeader(StreamPacketKind Kind, bool IsFinal, Ssrc Ssrc, long Number)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 16;

    /// <summary>The largest packet number; nobody comes so far.</summary>
    public const long LastNumber = (1L << 62) - 1;

    private const byte FinalFlag = 1;

    /// <summary>Reads a header.</summary>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="header">What it says; meaningful when the result is None.</param>
    /// <returns>None, Truncated, UnknownKind, or Malformed when the number is beyond the last.</returns>
    public static DropReason TryParse(ReadOnlySpan<byte> datagram, out StreamHeader header)
    {
        header = default;
        if (datagram.Length < Length) return DropReason.Truncated;
        if (datagram[0] is < (byte)StreamPacketKind.Data or > (byte)StreamPacketKind.Reset) return DropReason.UnknownKind;
        var number = BinaryPrimitives.ReadUInt64BigEndian(datagram[8..]);
        if (number > LastNumber) return DropReason.Malformed;
        var kind = (StreamPacketKind)datagram[0];
        var isFinal = kind == StreamPacketKind.Data && (datagram[1] & FinalFlag) != 0;
        header = new StreamHeader(kind, isFinal, new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(datagram[4..])), (long)number);
        return DropReason.None;
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)Kind;
        destination[1] = IsFinal ? FinalFlag : (byte)0;
        destination[2] = 0;
        destination[3] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Ssrc.Value);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], Number);
    }
}
