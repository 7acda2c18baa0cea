using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>A measured loss: packets expected and lost over a sliding window of five seconds.</summary>
/// <remarks>Losses may be negative for a moment, when packets that were counted as lost come after all. Allocates nothing after construction.</remarks>
internal sealed class LossMeter
{
    private const int Buckets = 10;
    private const long BucketTicks = TimeSpan.TicksPerSecond / 2;

    private readonly (long Expected, long Lost)[] _buckets = new (long, long)[Buckets];
    private long _current;

    /// <summary>Counts packets of an interval that ends now.</summary>
    internal void Add(Instant now, long expected, long lost)
    {
        Advance(now);
        ref var bucket = ref _buckets[_current % Buckets];
        bucket = (bucket.Expected + expected, bucket.Lost + lost);
    }

    /// <summary>The share lost, 0 to 1; 0 when nothing was expected.</summary>
    internal double Measure(Instant now)
    {
        Advance(now);
        long expected = 0;
        long lost = 0;
        foreach (var bucket in _buckets) (expected, lost) = (expected + bucket.Expected, lost + bucket.Lost);
        return expected <= 0 ? 0 : Math.Clamp((double)lost / expected, 0, 1);
    }

    private void Advance(Instant now)
    {
        var target = now.Ticks / BucketTicks;
        if (target - _current > Buckets) _current = target - Buckets;
        while (_current < target) _buckets[++_current % Buckets] = default;
    }
}
