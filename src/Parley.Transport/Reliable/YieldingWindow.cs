using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>
/// Bounds a stream beside media, so that it takes what media leaves and adds little to the queue they share: in the manner of LEDBAT (RFC 6817), with a
/// multiplicative decrease.
/// </summary>
/// <remarks>
/// Grows while the shortest of the last round trips is less than <see cref="Target"/> over the base, by a segment in a round trip at most. Falls when the mean of
/// <see cref="Period"/> is more than <see cref="MostQueue"/> over it: what pictures' bursts add is in that mean, so the more media needs the queue, the less is left for
/// the stream. Media's own estimate takes 18 ms of standing queue for its limit (decision 0012). Not thread-safe.
/// </remarks>
internal sealed class YieldingWindow(int segment)
{
    /// <summary>With a longer queue the stream does not grow.</summary>
    internal static readonly TimeSpan Target = TimeSpan.FromMilliseconds(4);

    /// <summary>With a longer queue, in the mean of a period, it falls.</summary>
    internal static readonly TimeSpan MostQueue = TimeSpan.FromMilliseconds(16);

    /// <summary>The mean is of so long: a picture's burst, and what is between two.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

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
    private Instant _baseSince = new(long.MinValue / 2);
    private Instant _periodSince = new(long.MinValue / 2);
    private TimeSpan _sum;
    private int _samples;

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
        _sum += roundTrip;
        _samples++;
        if (now - _periodSince < Period) return;
        Judge(_sum / _samples);
        (_periodSince, _sum, _samples) = (now, TimeSpan.Zero, 0);
    }

    /// <summary>Bytes were acknowledged for the first time.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="most">The window does not grow beyond.</param>
    internal void OnAcked(long bytes, long most)
    {
        if (!IsActive) return;
        var room = 1 - (Queue / Target);
        if (room > 0) _window += room * segment * bytes / _window;
        _window = Math.Min(_window, most);
    }

    /// <summary>Something was lost.</summary>
    internal void OnLoss()
    {
        if (!IsActive) return;
        _window = Math.Max(segment, _window / 2);
    }

    private void Judge(TimeSpan mean)
    {
        if (!IsActive) return;
        var excess = ((mean - Least(_bases)) / MostQueue) - 1;
        if (excess > 0) _window = Math.Max(segment, _window * (1 - Math.Min(excess, DeepestFall)));
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
