using System.Buffers.Binary;

namespace Parley.Protocol.Rtp;

/// <summary>One payload within a redundant packet (RFC 2198).</summary>
public readonly ref struct RedundantBlock
{
    /// <summary>What it is.</summary>
    public required PayloadType Type { get; init; }

    /// <summary>How much earlier than the packet's timestamp it was captured, in clock ticks, 0 to 16383; 0 for the newest.</summary>
    public required int TimestampOffset { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>A payload that repeats earlier ones, so that a lost packet costs nothing (RFC 2198 section 3). At most <see cref="MaxBlocks"/> in all.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-------------+---------------------------+-------------------+
/// |1|  block type |      timestamp offset     |   block length    |   for every older one, the oldest first
/// +-+-------------+---------------------------+-------------------+
/// |0|  block type |  the older payloads, then the newest …
/// +-+-------------+
/// </code>
/// </remarks>
public readonly ref struct RedundantAudio
{
    /// <summary>Most payloads in a packet: the newest and two before it.</summary>
    public const int MaxBlocks = 3;

    /// <summary>Most bytes of an older payload: ten bits.</summary>
    public const int MaxOlderLength = 1023;

    private const int OlderHeader = 4;
    private readonly ReadOnlySpan<byte> _payload;
    private readonly int _older;

    private RedundantAudio(ReadOnlySpan<byte> payload, int older)
    {
        _payload = payload;
        _older = older;
    }

    /// <summary>Payloads in it, the newest included.</summary>
    public int Count => _older + 1;

    /// <summary>Reads a payload of type <see cref="PayloadType.Red"/>.</summary>
    /// <param name="payload">Behind the RTP header, without padding.</param>
    /// <param name="red">Points into <paramref name="payload"/>.</param>
    /// <returns>False when lengths do not add up, a payload is empty, or there are more than <see cref="MaxBlocks"/>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out RedundantAudio red)
    {
        red = default;
        var older = 0;
        var sum = 0;
        while (true)
        {
            var at = older * OlderHeader;
            if (at >= payload.Length) return false;
            if ((payload[at] & 0x80) == 0)
            {
                if (payload.Length - at - 1 - sum <= 0) return false;
                red = new RedundantAudio(payload, older);
                return true;
            }
            if (++older >= MaxBlocks || payload.Length < at + OlderHeader) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(payload[(at + 2)..]) & 0x3FF;
            if (length == 0) return false;
            sum += length;
        }
    }

    /// <summary>One payload.</summary>
    /// <param name="index">0 for the oldest, <see cref="Count"/> - 1 for the newest.</param>
    public RedundantBlock this[int index]
    {
        get
        {
            var start = (_older * OlderHeader) + 1;
            for (var i = 0; i < index; i++) start += LengthOf(i);
            var type = (PayloadType)(_payload[index * OlderHeader] & 0x7F);
            if (index == _older) return new RedundantBlock { Type = type, TimestampOffset = 0, Data = _payload[start..] };
            var offset = BinaryPrimitives.ReadUInt16BigEndian(_payload[((index * OlderHeader) + 1)..]) >> 2;
            return new RedundantBlock { Type = type, TimestampOffset = offset, Data = _payload.Slice(start, LengthOf(index)) };
        }
    }

    /// <summary>Writes the header of an older payload; call it for each, the oldest first.</summary>
    /// <param name="destination">Four bytes.</param>
    /// <param name="type">What it is.</param>
    /// <param name="timestampOffset">0 to 16383.</param>
    /// <param name="length">1 to <see cref="MaxOlderLength"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteOlder(Span<byte> destination, PayloadType type, int timestampOffset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)timestampOffset, 0x3FFFu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(length - 1), MaxOlderLength - 1u);
        destination[0] = (byte)(0x80 | (byte)type);
        destination[1] = (byte)(timestampOffset >> 6);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(((timestampOffset & 0x3F) << 10) | length));
        return OlderHeader;
    }

    /// <summary>Writes the header of the newest payload, which comes last.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteNewest(Span<byte> destination, PayloadType type)
    {
        destination[0] = (byte)((byte)type & 0x7F);
        return 1;
    }

    private int LengthOf(int index) => BinaryPrimitives.ReadUInt16BigEndian(_payload[((index * OlderHeader) + 2)..]) & 0x3FF;
}
