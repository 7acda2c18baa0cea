using System.Diagnostics;
using Parley.Protocol.Time;

namespace Parley.Net;

/// <summary>The engine's time, read from the operating system's monotonic clock. It never goes back and no one can set it.</summary>
/// <remarks>Thread-safe. Instants of two clocks of one process are comparable: all share the system's origin.</remarks>
public sealed class MonotonicClock
{
    private static readonly double InstantTicksPerClockTick = (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency;

    /// <summary>The one that everything in the process can use.</summary>
    public static MonotonicClock Shared { get; } = new();

    /// <summary>The time now.</summary>
    /// <remarks>
    /// The whole and the fraction of a second are scaled apart: a product with the raw counter would lose precision in a double after
    /// some months of uptime.
    /// </remarks>
    public Instant Now
    {
        get
        {
            var (seconds, rest) = Math.DivRem(Stopwatch.GetTimestamp(), Stopwatch.Frequency);
            return new Instant((seconds * TimeSpan.TicksPerSecond) + (long)(rest * InstantTicksPerClockTick));
        }
    }
}
