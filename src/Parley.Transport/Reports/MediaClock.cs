using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>Conversions between engine time and a stream's media clock, exact over any uptime.</summary>
internal static class MediaClock
{
    /// <summary>Engine time in media units, wrapping at 32 bits as RTP timestamps do.</summary>
    internal static uint Units(Instant now, int clockRate)
    {
        // Seconds and the rest separately: ticks times 90 kHz leave 64 bits after 118 days.
        var (seconds, rest) = Math.DivRem(now.Ticks, TimeSpan.TicksPerSecond);
        return unchecked((uint)((seconds * clockRate) + (rest * clockRate / TimeSpan.TicksPerSecond)));
    }

    /// <summary>A length of time in media units.</summary>
    internal static int Units(TimeSpan duration, int clockRate) =>
        unchecked((int)((Int128)duration.Ticks * clockRate / TimeSpan.TicksPerSecond));

    /// <summary>Media units as a length of time.</summary>
    internal static TimeSpan Duration(uint units, int clockRate) => new(units * TimeSpan.TicksPerSecond / clockRate);
}
