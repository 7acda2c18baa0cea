using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>A measured rate: the bytes of the last full second, to a tenth of it.</summary>
/// <remarks>Ten complete buckets and the one that is filling. Allocates nothing after construction. Not thread-safe.</remarks>
public sealed class RateMeter
{
    private const int CompleteBuckets = 10;
    private const long BucketTicks = TimeSpan.TicksPerSecond / CompleteBuckets;

    private readonly long[] _buckets = new long[CompleteBuckets + 1];
    private long _current;
    private long _sum;

    /// <summary>Counts bytes.</summary>
    public void Add(Instant now, int bytes)
    {
        Advance(now);
        _buckets[_current % _buckets.Length] += bytes;
        _sum += bytes;
    }

    /// <summary>Bits per second.</summary>
    public long Measure(Instant now)
    {
        Advance(now);
        return 8 * (_sum - _buckets[_current % _buckets.Length]);
    }

    private void Advance(Instant now)
    {
        var target = now.Ticks / BucketTicks;
        if (target - _current > _buckets.Length) _current = target - _buckets.Length;
        while (_current < target)
        {
            _current++;
            ref var reused = ref _buckets[_current % _buckets.Length];
            _sum -= reused;
            reused = 0;
        }
    }
}
