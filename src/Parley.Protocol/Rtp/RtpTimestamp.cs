namespace Parley.Protocol.Rtp;

/// <summary>A time on a stream's media clock, wrapping at 32 bits (RFC 3550 section 5.1): 48 kHz for audio, 90 kHz for video.</summary>
/// <param name="Value">The 32 bits on the wire.</param>
public readonly record struct RtpTimestamp(uint Value)
{
    /// <summary>Units from <paramref name="other"/> to this one on the shorter way round, negative when before.</summary>
    public int DistanceFrom(RtpTimestamp other) => unchecked((int)(Value - other.Value));

    /// <summary>Moves by <paramref name="units"/> of the media clock with wrap-around.</summary>
    public static RtpTimestamp operator +(RtpTimestamp a, int units) => new(unchecked(a.Value + (uint)units));

    /// <inheritdoc />
    public override string ToString() => $"@{Value}";
}
