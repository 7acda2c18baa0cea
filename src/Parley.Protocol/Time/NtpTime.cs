namespace Parley.Protocol.Time;

/// <summary>
/// A 64-bit NTP timestamp as RTCP carries it: seconds in the upper half, fractions of 2^-32 s in the lower (RFC 3550 section 4).
/// </summary>
/// <remarks>The core has no wall clock: the value counts from the engine's origin plus an offset, which RFC 3550 section 6.4.1 allows.</remarks>
/// <param name="Value">The 64 bits on the wire; wraps around.</param>
public readonly record struct NtpTime(ulong Value)
{
    /// <summary>Units of the middle 32 bits in a second.</summary>
    public const int MiddleUnitsPerSecond = 65_536;

    /// <summary>The middle 32 bits, in units of 1/65536 s: what LSR and DLSR are made of (RFC 3550 section 6.4.1).</summary>
    public uint Middle => (uint)(Value >> 16);

    /// <summary>Converts engine time.</summary>
    /// <param name="instant">The time.</param>
    /// <param name="offset">Added to it, so that the origin need not be visible on the wire.</param>
    public static NtpTime From(Instant instant, TimeSpan offset)
    {
        var ticks = (Int128)instant.Ticks + offset.Ticks;
        return new NtpTime(unchecked((ulong)((ticks << 32) / TimeSpan.TicksPerSecond)));
    }

    /// <summary>Converts back, to within 100 ns, while fewer than 2^32 seconds have passed.</summary>
    /// <param name="offset">The offset given to <see cref="From"/>.</param>
    public Instant ToInstant(TimeSpan offset)
    {
        var ticks = (((UInt128)Value * TimeSpan.TicksPerSecond) + (1UL << 31)) >> 32;
        return new Instant((long)ticks - offset.Ticks);
    }

    /// <summary>Converts a length of time into units of 1/65536 s, rounded, for DLSR.</summary>
    /// <param name="duration">Zero or more; longer than 18 hours wraps around.</param>
    public static uint ToMiddleUnits(TimeSpan duration) =>
        unchecked((uint)((((Int128)duration.Ticks * MiddleUnitsPerSecond) + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond));

    /// <summary>Converts units of 1/65536 s into a length of time.</summary>
    public static TimeSpan FromMiddleUnits(long units) => new(units * TimeSpan.TicksPerSecond / MiddleUnitsPerSecond);
}
