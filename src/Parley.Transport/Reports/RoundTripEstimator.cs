using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>The round trip from echoed report times (RFC 3550 section 6.4.1, RFC 3611 section 4.5). Only our own clock is compared.</summary>
internal sealed class RoundTripEstimator
{
    /// <summary>The share of a new sample in the smoothed value: 1/8 as RFC 6298 section 2 has it.</summary>
    private const int Smoothing = 8;

    /// <summary>Longer than any trip that a meeting survives; a peer that echoes nonsense lands beyond it.</summary>
    private static readonly long LongestUnits = 60L * NtpTime.MiddleUnitsPerSecond;

    /// <summary>Three times of a resolution of 15 µs are combined: a sample may come out this much below zero.</summary>
    private const int RoundingUnits = 3;

    /// <summary>The smoothed round trip; null before the first sample.</summary>
    internal TimeSpan? Smoothed { get; private set; }

    /// <summary>The last sample.</summary>
    internal TimeSpan? Last { get; private set; }

    /// <summary>The longer of both, for whoever must not ask too early: when the way gets longer, the smoothed value is seconds behind.</summary>
    internal TimeSpan? Longest => Last > Smoothed ? Last : Smoothed;

    /// <summary>Works out one sample.</summary>
    /// <param name="now">Time at which the echo came.</param>
    /// <param name="reference">The middle 32 bits that we sent.</param>
    /// <param name="delay">How long the other side kept them, in 1/65536 s.</param>
    /// <returns>Null when the echo makes no sense.</returns>
    internal static TimeSpan? Sample(NtpTime now, uint reference, uint delay)
    {
        var units = unchecked((int)(now.Middle - reference - delay));
        if (units < -RoundingUnits || units > LongestUnits) return null;
        return NtpTime.FromMiddleUnits(Math.Max(0, units));
    }

    /// <summary>Takes a sample in.</summary>
    internal void Update(TimeSpan sample)
    {
        Last = sample;
        Smoothed = Smoothed is { } smoothed ? smoothed + ((sample - smoothed) / Smoothing) : sample;
    }
}
