namespace Parley.Protocol.Time;

/// <summary>A point on the engine's monotonic time line. Only differences have meaning; it is not calendar time.</summary>
/// <param name="Ticks">100 ns units since an origin that the driver chose.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Later than any instant a driver reaches: "never" for time-outs.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    /// <summary>Makes an instant from milliseconds since the origin.</summary>
    public static Instant FromMilliseconds(double milliseconds) => new((long)(milliseconds * TimeSpan.TicksPerMillisecond));

    /// <summary>Milliseconds since the origin.</summary>
    public double Milliseconds => (double)Ticks / TimeSpan.TicksPerMillisecond;

    /// <summary>The earlier of two instants.</summary>
    public static Instant Min(Instant a, Instant b) => a.Ticks <= b.Ticks ? a : b;

    /// <summary>The later of two instants.</summary>
    public static Instant Max(Instant a, Instant b) => a.Ticks >= b.Ticks ? a : b;

    /// <inheritdoc />
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);

    /// <summary>Moves an instant; <see cref="Never"/> stays never.</summary>
    public static Instant operator +(Instant a, TimeSpan d) => a == Never ? Never : new(a.Ticks + d.Ticks);

    /// <summary>Moves an instant back; <see cref="Never"/> stays never.</summary>
    public static Instant operator -(Instant a, TimeSpan d) => a == Never ? Never : new(a.Ticks - d.Ticks);

    /// <summary>The time from <paramref name="b"/> to <paramref name="a"/>.</summary>
    public static TimeSpan operator -(Instant a, Instant b) => new(a.Ticks - b.Ticks);

    /// <summary>Whether <paramref name="a"/> is earlier.</summary>
    public static bool operator <(Instant a, Instant b) => a.Ticks < b.Ticks;

    /// <summary>Whether <paramref name="a"/> is later.</summary>
    public static bool operator >(Instant a, Instant b) => a.Ticks > b.Ticks;

    /// <summary>Whether <paramref name="a"/> is not later.</summary>
    public static bool operator <=(Instant a, Instant b) => a.Ticks <= b.Ticks;

    /// <summary>Whether <paramref name="a"/> is not earlier.</summary>
    public static bool operator >=(Instant a, Instant b) => a.Ticks >= b.Ticks;

    /// <inheritdoc />
    public override string ToString() => this == Never ? "never" : $"{Milliseconds:0.000} ms";
}
