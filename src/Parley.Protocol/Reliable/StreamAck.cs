using System.Buffers.Binary;

namespace Parley.Protocol.Reliable;

/// <summary>
/// The encrypted part of an acknowledgement (RFC 9293, RFC 2018 in their meaning).
/// <code>
/// +---------------------------------------------------------------+
/// |     cumulative: the first byte that has not come, 64 bits     |
/// +---------------------------------------------------------------+
/// |       limit: the first byte that may not be sent, 64 bits     |
/// +---------------------------------------------------------------+
/// |        newest: number of the last data packet, 64 bits        |
/// +---------------------------------------------------------------+
/// |        delay: microseconds since it came, 32 bits             |
/// +-------------------------------+-------------------------------+  repeated,
/// |  begin, from cumulative, 32   |         length, 32            |  0 to 128 times
/// +-------------------------------+-------------------------------+
/// </code>
/// The end of the stream counts as one byte in cumulative.
/// </summary>
/// <param name="Cumulative">Everything before it has come.</param>
/// <param name="Limit">Never falls.</param>
/// <param name="Newest">The data packet that came last.</param>
/// <param name="Delay">How long it waited here for this acknowledgement.</param>
public readonly record struct StreamAck(long Cumulative, long Limit, long Newest, TimeSpan Delay)
{
    /// <summary>Bytes before the blocks.</summary>
    public const int FixedLength = 28;

    /// <summary>Bytes of a block.</summary>
    public const int BlockLength = 8;

    /// <summary>Most blocks in a packet.</summary>
    public const int MaxBlocks = 128;

    /// <summary>Reads an acknowledgement.</summary>
    /// <param name="body">The decrypted body.</param>
    /// <param name="ack">Its fixed part.</param>
    /// <param name="blocks">Its blocks, for <see cref="Block"/>.</param>
    public static DropReason TryParse(ReadOnlySpan<byte> body, out StreamAck ack, out ReadOnlySpan<byte> blocks)
    {
        ack = default;
        blocks = default;
        if (body.Length < FixedLength) return DropReason.Truncated;
        if ((body.Length - FixedLength) % BlockLength != 0) return DropReason.Malformed;
        if (body.Length > FixedLength + (MaxBlocks * BlockLength)) return DropReason.TooLarge;
        var cumulative = BinaryPrimitives.ReadUInt64BigEndian(body);
        var limit = BinaryPrimitives.ReadUInt64BigEndian(body[8..]);
        var newest = BinaryPrimitives.ReadUInt64BigEndian(body[16..]);
        if (cumulative > StreamData.LastOffset + 1 || limit > StreamData.LastOffset || newest > StreamHeader.LastNumber) return DropReason.Malformed;
        var delay = TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt32BigEndian(body[24..]));
        ack = new StreamAck((long)cumulative, (long)limit, (long)newest, delay);
        blocks = body[FixedLength..];
        return DropReason.None;
    }

    /// <summary>One of the blocks: bytes that have come beyond a gap.</summary>
    /// <param name="blocks">From <see cref="TryParse"/>.</param>
    /// <param name="index">Below their length divided by <see cref="BlockLength"/>.</param>
    public (long Begin, long End) Block(ReadOnlySpan<byte> blocks, int index)
    {
        var block = blocks[(index * BlockLength)..];
        var begin = Cumulative + BinaryPrimitives.ReadUInt32BigEndian(block);
        return (begin, begin + BinaryPrimitives.ReadUInt32BigEndian(block[4..]));
    }

    /// <summary>Writes the fixed part.</summary>
    /// <param name="body">At least <see cref="FixedLength"/> bytes.</param>
    public void Write(Span<byte> body)
    {
        BinaryPrimitives.WriteInt64BigEndian(body, Cumulative);
        BinaryPrimitives.WriteInt64BigEndian(body[8..], Limit);
        BinaryPrimitives.WriteInt64BigEndian(body[16..], Newest);
        BinaryPrimitives.WriteUInt32BigEndian(body[24..], (uint)Math.Clamp(Delay.Ticks / TimeSpan.TicksPerMicrosecond, 0, uint.MaxValue));
    }

    /// <summary>Writes a block behind the fixed part.</summary>
    public void WriteBlock(Span<byte> body, int index, long begin, long end)
    {
        var block = body[(FixedLength + (index * BlockLength))..];
        BinaryPrimitives.WriteUInt32BigEndian(block, (uint)(begin - Cumulative));
        BinaryPrimitives.WriteUInt32BigEndian(block[4..], (uint)(end - begin));
    }
}
