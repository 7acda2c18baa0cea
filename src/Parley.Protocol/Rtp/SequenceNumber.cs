namespace Parley.Protocol.Rtp;

/// <summary>A 16-bit packet counter that wraps around (RFC 3550 section 5.1). Ordering is by the shorter way round.</summary>
/// <param name="Value">The 16 bits on the wire.</param>
public readonly record struct SequenceNumber(ushort Value)
{
    /// <summary>The number after this one.</summary>
    public SequenceNumber Next => new(unchecked((ushort)(Value + 1)));

    /// <summary>How far this number lies after <paramref name="other"/>: -32768..32767, negative when before.</summary>
    public int DistanceFrom(SequenceNumber other) => unchecked((short)(Value - other.Value));

    /// <summary>Whether this number comes after <paramref name="other"/> on the shorter way round.</summary>
    public bool IsAfter(SequenceNumber other) => DistanceFrom(other) > 0;

    /// <summary>Moves by <paramref name="offset"/> with wrap-around.</summary>
    public static SequenceNumber operator +(SequenceNumber a, int offset) => new(unchecked((ushort)(a.Value + offset)));

    /// <summary>
    /// Where a new stream begins: random (RFC 3550 section 5.1), yet in the lower half, so that a receiver that misses the first
    /// packets cannot miss a wrap-around and guess the wrong rollover counter (RFC 3711 section 3.3.1).
    /// </summary>
    public static SequenceNumber First(IRandomSource random) => new((ushort)(random.NextUInt32() & 0x7FFF));

    /// <inheritdoc />
    public override string ToString() => $"#{Value}";
}
