using System.Buffers.Binary;

namespace Parley.Protocol.Reliable;

/// <summary>
/// The encrypted part of a data packet: where its bytes belong, then the bytes.
/// <code>
/// +---------------------------------------------------------------+
/// |                  offset in the stream, 64 bits                |
/// +---------------------------------------------------------------+
/// |                   bytes, none to 1160                         |
/// +---------------------------------------------------------------+
/// </code>
/// Without bytes and not final it is a probe: the receiver acknowledges at once.
/// </summary>
public static class StreamData
{
    /// <summary>Bytes before those of the stream.</summary>
    public const int OverheadLength = 8;

    /// <summary>Most bytes of the stream in a packet: a datagram less header, offset and tag.</summary>
    public const int MaxBytes = Limits.MaxDatagram - StreamHeader.Length - OverheadLength - Limits.AuthenticationTag;

    /// <summary>So many bytes may be sent before the first acknowledgement says what the receiver takes: ten full packets.</summary>
    public const int InitialLimit = 10 * MaxBytes;

    /// <summary>No stream is longer; offsets beyond are malformed.</summary>
    public const long LastOffset = (1L << 62) - 1;

    /// <summary>Reads where a packet's bytes belong.</summary>
    /// <param name="body">The decrypted body.</param>
    /// <param name="offset">Of the first byte.</param>
    /// <param name="bytes">The bytes; may be empty.</param>
    public static DropReason TryParse(ReadOnlySpan<byte> body, out long offset, out ReadOnlySpan<byte> bytes)
    {
        offset = 0;
        bytes = default;
        if (body.Length < OverheadLength) return DropReason.Truncated;
        if (body.Length > OverheadLength + MaxBytes) return DropReason.TooLarge;
        var value = BinaryPrimitives.ReadUInt64BigEndian(body);
        if (value > LastOffset) return DropReason.Malformed;
        offset = (long)value;
        bytes = body[OverheadLength..];
        return DropReason.None;
    }

    /// <summary>Writes the offset; the bytes follow it.</summary>
    public static void Write(Span<byte> body, long offset) => BinaryPrimitives.WriteInt64BigEndian(body, offset);
}
