using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>The lowest and the highest of the values in the last while, to an eighth of it.</summary>
/// <remarks>Eight buckets and the one that is filling. Allocates nothing after construction. Not thread-safe.</remarks>
/// <param name="window">How long a value counts.</param>
internal sealed class RecentRange(TimeSpan window)
{
    private const int Complete = 8;

    private readonly long _bucketTicks = window.Ticks / Complete;
    private readonly (double Low, double High)[] _buckets = Empty();
    private long _current;

    /// <summary>The lowest value; positive infinity when there is none.</summary>
    internal double Lowest
    {
        get
        {
            var lowest = double.PositiveInfinity;
            foreach (var (low, _) in _buckets) lowest = Math.Min(lowest, low);
            return lowest;
        }
    }

    /// <summary>The highest value; negative infinity when there is none.</summary>
    internal double Highest
    {
        get
        {
            var highest = double.NegativeInfinity;
            foreach (var (_, high) in _buckets) highest = Math.Max(highest, high);
            return highest;
        }
    }

    /// <summary>Takes a value.</summary>
    internal void Add(Instant now, double value)
    {
        var target = now.Ticks / _bucketTicks;
        if (target - _current > _buckets.Length) _current = target - _buckets.Length;
        while (_current < target) _buckets[++_current % _buckets.Length] = Nothing;
        ref var bucket = ref _buckets[_current % _buckets.Length];
        bucket = (Math.Min(bucket.Low, value), Math.Max(bucket.High, value));
    }

    private static (double Low, double High) Nothing => (double.PositiveInfinity, double.NegativeInfinity);

    private static (double Low, double High)[] Empty()
    {
        var buckets = new (double, double)[Complete + 1];
        Array.Fill(buckets, Nothing);
        return buckets;
    }
}
