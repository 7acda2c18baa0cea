namespace Parley.Media.Audio;

/// <summary>Learns from arrivals how late frames come, compared with the fastest of the last two seconds, and what delay that calls for.</summary>
/// <remarks>
/// The transit of a frame is its arrival less its media time: meaningless alone, for the clocks differ, but differences between frames are delays.
/// A clock that drifts moves all transits slowly, and the window forgets them before that matters. Not thread-safe.
/// </remarks>
internal sealed class ArrivalDelays
{
    private const int Window = 200;
    private const int UpdateInterval = 16;

    /// <summary>The delay covers all but the six latest of 200 arrivals: the 97th percentile.</summary>
    private const int Latest = 6;

    /// <summary>What is above the needed delay goes in steps of an eighth per 16 arrivals: halved within a second.</summary>
    private const int DecayShift = 3;

    private readonly TimeSpan _minTarget;
    private readonly TimeSpan _maxTarget;
    private readonly long[] _transits = new long[Window];
    private int _count;
    private int _next;
    private int _untilUpdate;

    public ArrivalDelays(TimeSpan minTarget, TimeSpan maxTarget)
    {
        _minTarget = minTarget;
        _maxTarget = maxTarget;
        Target = minTarget;
    }

    /// <summary>The transit of the fastest frame in the window, in ticks.</summary>
    public long Base { get; private set; }

    /// <summary>Whether any arrival is known.</summary>
    public bool HasBase => _count > 0;

    /// <summary>The delay to aim for.</summary>
    public TimeSpan Target { get; private set; }

    public void Add(long transit)
    {
        _transits[_next] = transit;
        _next = (_next + 1) % Window;
        var isFastest = _count == 0 || transit < Base;
        _count = Math.Min(_count + 1, Window);
        if (isFastest) Base = transit;
        if (--_untilUpdate > 0 && transit - Base <= Target.Ticks - AudioFormat.FrameDuration.Ticks) return;
        _untilUpdate = UpdateInterval;
        Update();
    }

    /// <summary>Forgets the arrivals: another time line begins. The delay stays what it was.</summary>
    public void Restart()
    {
        _count = 0;
        _next = 0;
        _untilUpdate = 0;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        Restart();
        Target = _minTarget;
    }

    private void Update()
    {
        // Keeps the seven largest, the least of them first: one pass, for sorting 200 numbers costs ten times as much.
        Span<long> largest = stackalloc long[Latest + 1];
        var kept = Math.Min((_count * Latest / Window) + 1, Latest + 1);
        largest = largest[..kept];
        largest.Fill(long.MinValue);
        var fastest = long.MaxValue;
        foreach (var transit in _transits.AsSpan(0, _count))
        {
            fastest = Math.Min(fastest, transit);
            if (transit <= largest[0]) continue;
            var at = 0;
            while (at + 1 < kept && largest[at + 1] < transit)
            {
                largest[at] = largest[at + 1];
                at++;
            }
            largest[at] = transit;
        }
        Base = fastest;

        // A frame more than the lateness, because reads come on a grid of frames that knows nothing of the arrivals.
        var needed = largest[0] - fastest + AudioFormat.FrameDuration.Ticks;
        needed = Math.Clamp(needed, _minTarget.Ticks, _maxTarget.Ticks);
        var target = Target.Ticks;
        Target = new TimeSpan(needed >= target ? needed : target - ((target - needed) >> DecayShift));
    }
}
