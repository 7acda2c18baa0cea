using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>The measured rate at which packets arrive at the other side, by the receiver's clock, over 300 ms and more.</summary>
/// <remarks>Allocates nothing after construction. Not thread-safe.</remarks>
internal sealed class DeliveredRate
{
    /// <summary>Long enough to even out pictures, short enough to see a collapse.</summary>
    private const double WindowMilliseconds = 300;

    /// <summary>Where a queue grows the path is full: then the newest moment says what it bears, and what came before may say another thing.</summary>
    private const double RecentMilliseconds = 140;

    /// <summary>Jitter of the network moves the ends of the window; this many times its mean change keeps that small.</summary>
    private const double NoiseFactor = 30;

    private const int Capacity = 64;

    private readonly (long At, int Bytes)[] _feedbacks = new (long, int)[Capacity];
    private int _count;
    private int _bytes;
    private long _newest = long.MinValue;

    /// <summary>Bits on the wire in a second; 0 before two feedbacks.</summary>
    internal long Current { get; private set; }

    /// <summary>The same over a shorter while; as long as <see cref="Current"/> where there is jitter.</summary>
    internal long Recent { get; private set; }

    /// <summary>Begins anew with the feedback at hand.</summary>
    internal void Restart() => _count = 0;

    /// <summary>Counts a packet of the feedback at hand.</summary>
    internal void OnArrived(int bytes, Instant? arrivedAt)
    {
        _bytes += bytes;
        if (arrivedAt is { } at) _newest = Math.Max(_newest, at.Ticks);
    }

    /// <summary>Ends the feedback at hand.</summary>
    /// <param name="noise">The mean change of the delay from one feedback to the next, in milliseconds.</param>
    internal void OnFeedbackRead(double noise)
    {
        if (_bytes == 0 || _newest == long.MinValue) return;
        if (_count > 0 && _newest <= Of(_count - 1).At)
        {
            // Nothing came later than what is known: it belongs to the same moment.
            Of(_count - 1).Bytes += _bytes;
        }
        else
        {
            _feedbacks[_count++ % Capacity] = (_newest, _bytes);
        }
        _bytes = 0;
        Current = Measure((long)((WindowMilliseconds + (NoiseFactor * noise)) * TimeSpan.TicksPerMillisecond), Current);
        Recent = Measure((long)((RecentMilliseconds + (NoiseFactor * noise)) * TimeSpan.TicksPerMillisecond), Recent);
    }

    private long Measure(long window, long before)
    {
        long bytes = 0;
        var newest = Of(_count - 1).At;
        for (var i = _count - 1; i > 0 && i > _count - Capacity; i--)
        {
            bytes += Of(i).Bytes;
            var span = newest - Of(i - 1).At;
            if (span < window && i > 1 && i > _count - Capacity + 1) continue;
            return bytes * 8 * TimeSpan.TicksPerSecond / Math.Max(span, TimeSpan.TicksPerMillisecond);
        }
        return before;
    }

    private ref (long At, int Bytes) Of(int index) => ref _feedbacks[index % Capacity];
}
