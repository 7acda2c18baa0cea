using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>
/// Bounds a stream beside media, so that it takes what media leaves and adds no more than <see cref="Target"/> to the queue they share: in the manner of
/// LEDBAT (RFC 6817), with a multiplicative decrease.
/// </summary>
/// <remarks>
/// Grows while the round trips of the last moment are short of the target, by a segment in a round trip at most. Falls when the shortest of the last
/// <see cref="Standing"/> is beyond it: a queue that a picture's burst makes is gone by then. Media's own estimate takes 18 ms of standing queue for
/// its limit (decision 0012); the target is well below. Not thread-safe.
/// </remarks>
internal sealed class YieldingWindow(int segment)
{
    /// <summary>Most queue that the stream makes.</summary>
    internal static readonly TimeSpan Target = TimeSpan.FromMilliseconds(8);

    /// <summary>A queue that lasts so long is standing.</summary>
    internal static readonly TimeSpan Standing = TimeSpan.FromMilliseconds(100);

    /// <summary>The shortest round trip is looked for in the last ten of these: the path may change.</summary>
    private static readonly TimeSpan BasePeriod = TimeSpan.FromMinutes(1);

    private const int BasePeriods = 10;
    private const int RecentSamples = 4;
    private const double DeepestFall = 0.5;

    private readonly TimeSpan[] _bases = Filled(BasePeriods);
    private readonly TimeSpan[] _recent = Filled(RecentSamples);
    private double _window = double.MaxValue;
    private int _baseAt;
    private int _recentAt;
    private Instant _baseSince = new(long.MinValue);
    private Instant _standingSince = new(long.MinValue);
    private TimeSpan _standing = TimeSpan.MaxValue;
    private bool _isSlowStart;

    /// <summary>Whether media flows.</summary>
    internal bool IsActive { get; private set; }

    /// <summary>Most bytes on their way; <see cref="long.MaxValue"/> while no media flows.</summary>
    internal long Window => IsActive ? (long)_window : long.MaxValue;

    /// <summary>The queue of the last moment.</summary>
    internal TimeSpan Queue => Least(_recent) is var recent && recent < TimeSpan.MaxValue ? recent - Least(_bases) : TimeSpan.Zero;

    /// <summary>Media begins to flow; the window is half of what is in use.</summary>
    internal void Begin(long window)
    {
        IsActive = true;
        _isSlowStart = true;
        _window = Math.Max(2 * segment, window / 2);
    }

    /// <summary>No media flows any more.</summary>
    internal void End() => IsActive = false;

    /// <summary>A round trip was measured, whether media flows or not: the base must be known when it begins.</summary>
    internal void OnSample(Instant now, TimeSpan roundTrip)
    {
        if (now - _baseSince > BasePeriod)
        {
            _baseSince = now;
            _baseAt = (_baseAt + 1) % BasePeriods;
            _bases[_baseAt] = roundTrip;
        }
        if (roundTrip < _bases[_baseAt]) _bases[_baseAt] = roundTrip;
        _recent[_recentAt] = roundTrip;
        _recentAt = (_recentAt + 1) % RecentSamples;
        if (roundTrip < _standing) _standing = roundTrip;
        if (now - _standingSince < Standing) return;
        Judge();
        _standingSince = now;
        _standing = TimeSpan.MaxValue;
    }

    /// <summary>Bytes were acknowledged for the first time.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="most">The window does not grow beyond.</param>
    internal void OnAcked(long bytes, long most)
    {
        if (!IsActive) return;
        var room = 1 - (Queue / Target);
        if (_isSlowStart && room < 0.5) _isSlowStart = false;
        if (_isSlowStart) _window += bytes;
        else if (room > 0) _window += room * segment * bytes / _window;
        _window = Math.Min(_window, most);
    }

    /// <summary>Something was lost.</summary>
    internal void OnLoss()
    {
        if (!IsActive) return;
        _isSlowStart = false;
        _window = Math.Max(segment, _window / 2);
    }

    private void Judge()
    {
        if (!IsActive || _standing == TimeSpan.MaxValue) return;
        var excess = ((_standing - Least(_bases)) / Target) - 1;
        if (excess <= 0) return;
        _isSlowStart = false;
        _window = Math.Max(segment, _window * (1 - Math.Min(excess, DeepestFall)));
    }

    private static TimeSpan Least(TimeSpan[] samples)
    {
        var least = TimeSpan.MaxValue;
        foreach (var sample in samples) least = sample < least ? sample : least;
        return least;
    }

    private static TimeSpan[] Filled(int count)
    {
        var samples = new TimeSpan[count];
        Array.Fill(samples, TimeSpan.MaxValue);
        return samples;
    }
}
