using Parley.Protocol.Time;

namespace Parley.Media.Video;

/// <summary>Counts the times that a picture stood still longer than its frame rate explains.</summary>
/// <remarks>A freeze is a gap of more than max(3δ, δ + 150 ms), δ being the mean of the last 30 gaps. Not thread-safe.</remarks>
public sealed class FreezeDetector
{
    private const int Window = 30;
    private const int FewestGaps = 3;
    private static readonly TimeSpan Allowance = TimeSpan.FromMilliseconds(150);

    private readonly long[] _gaps = new long[Window];
    private long _sum;
    private int _count;
    private int _next;
    private Instant? _last;

    /// <summary>How long the picture stood still in all freezes, from the frame before each to the frame after it.</summary>
    public TimeSpan FreezeTime { get; private set; }

    /// <summary>How many freezes have ended.</summary>
    public int Freezes { get; private set; }

    /// <summary><see cref="FreezeTime"/> and the freeze that has not ended yet, if there is one.</summary>
    public TimeSpan FreezeTimeUntil(Instant now) => _last is { } last && IsFreeze(now - last) ? FreezeTime + (now - last) : FreezeTime;

    /// <summary>Tells that a new picture is on the screen.</summary>
    public void OnShown(Instant now)
    {
        if (_last is { } last)
        {
            var gap = now - last;
            if (IsFreeze(gap))
            {
                Freezes++;
                FreezeTime += gap;
            }
            _sum += gap.Ticks - (_count == Window ? _gaps[_next] : 0);
            _gaps[_next] = gap.Ticks;
            _next = (_next + 1) % Window;
            _count = Math.Min(_count + 1, Window);
        }
        _last = now;
    }

    /// <summary>Begins anew without counting the time until the next picture: the camera was off, or its rate was changed on purpose.</summary>
    public void Pause()
    {
        _last = null;
        _count = 0;
        _next = 0;
        _sum = 0;
    }

    /// <summary>Three gaps make the first mean; before that nothing is known of the frame rate.</summary>
    private bool IsFreeze(TimeSpan gap)
    {
        if (_count < FewestGaps) return false;
        var mean = new TimeSpan(_sum / _count);
        return gap > mean * 3 && gap > mean + Allowance;
    }
}
