using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>
/// Decides when the pictures of a track are shown: evenly, as they were captured, delayed by no more than their arrivals waver; and with the sound that
/// belongs to them where there is any.
/// </summary>
/// <remarks>
/// A picture's transit is its arrival less its timestamp: meaningless alone, for the clocks differ, but what one has more than the fastest of the last 64
/// is how late it is. Pictures wait for as long as all but the latest few were late, and not at all where that is next to nothing. Pure; allocates
/// nothing after construction. Not thread-safe.
/// </remarks>
internal sealed class PicturePlayout
{
    /// <summary>No picture waits longer than this, for its sound or for the sake of evenness.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Behind its sound a picture may be shown by this for the sake of evenness: a quarter of what ITU-R BT.1359 allows.</summary>
    public static readonly TimeSpan BehindSound = TimeSpan.FromMilliseconds(30);

    private const int ClockRate = 90_000;
    private const int Window = 64;
    private const int FewestPictures = 32;

    /// <summary>Of a full window so many may come too late to be even: key frames and what waits behind them, and what had to be sent again.</summary>
    private const int Latest = 8;

    /// <summary>Nobody sees less than half an interval of the screen.</summary>
    private const long LeastWaver = 8 * TimeSpan.TicksPerMillisecond;

    /// <summary>A jump of the timestamps beyond this is another clock.</summary>
    private const int FarthestUnits = 10 * ClockRate;

    private readonly long[] _transits = new long[Window];
    private int _count;
    private int _next;
    private RtpTimestamp _newest;
    private long _mediaTicks;
    private Instant _lastShown = new(long.MinValue);

    /// <summary>How long the fastest picture waits.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Takes the next picture in order.</summary>
    /// <param name="now">When it was whole.</param>
    /// <param name="timestamp">When it was captured.</param>
    /// <param name="withSound">When the sound of its time is played; null where none is heard.</param>
    /// <returns>When to show it: now or later, and not before the one before.</returns>
    public Instant Schedule(Instant now, RtpTimestamp timestamp, Instant? withSound)
    {
        var units = _count == 0 ? 0 : timestamp.DistanceFrom(_newest);
        if (Math.Abs(units) > FarthestUnits) (_count, _next, units) = (0, 0, 0);
        _newest = timestamp;
        _mediaTicks += units * TimeSpan.TicksPerSecond / ClockRate;
        _transits[_next] = now.Ticks - _mediaTicks;
        _next = (_next + 1) % Window;
        _count = Math.Min(_count + 1, Window);

        var fastest = Measure();
        var at = new Instant(_mediaTicks + fastest + Delay.Ticks);
        if (withSound is { } sound) at = Instant.Max(sound, Instant.Min(at, sound + BehindSound));
        at = Instant.Max(now, Instant.Min(at, now + LongestWait));
        return _lastShown = Instant.Max(at, _lastShown);
    }

    /// <summary>Finds the fastest transit and by how much all but the latest few are slower.</summary>
    private long Measure()
    {
        Span<long> largest = stackalloc long[Latest + 1];
        var kept = (_count * Latest / Window) + 1;
        largest = largest[..kept];
        largest.Fill(long.MinValue);
        var fastest = long.MaxValue;
        foreach (var transit in _transits.AsSpan(0, _count))
        {
            fastest = Math.Min(fastest, transit);
            if (transit <= largest[0]) continue;
            var at = 0;
            for (; at + 1 < kept && largest[at + 1] < transit; at++) largest[at] = largest[at + 1];
            largest[at] = transit;
        }
        var waver = largest[0] - fastest;
        Delay = _count < FewestPictures || waver < LeastWaver ? TimeSpan.Zero : new TimeSpan(Math.Min(waver, LongestWait.Ticks));
        return fastest;
    }
}
