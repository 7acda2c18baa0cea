using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>What the delay of packets says about the queue in front of the bottleneck.</summary>
internal enum QueueState
{
    /// <summary>It is empty, or what there is of it cannot be told from the network's own jitter.</summary>
    Calm,

    /// <summary>It may be filling: no reason yet to slow down, none to speed up.</summary>
    Uncertain,

    /// <summary>It grows, or stands: more is sent than passes.</summary>
    Overused,

    /// <summary>It was filled and is on its way down.</summary>
    Draining,
}

/// <summary>Tells a growing queue from jitter, by the delay from one feedback to the next.</summary>
/// <remarks>
/// The clocks of the two sides have nothing in common, so a delay is *arrival − sending* up to a constant. Of each feedback only the smallest
/// counts, and of it the smaller of two in a row: a queue delays every packet, jitter hardly all of them for 100 ms. What jitter is left from
/// one feedback to the next is measured, and a rise counts only when it is a multiple of that: the threshold adapts, as in the Google
/// congestion control (draft-ietf-rmcat-gcc section 5.4), without a filter model. Times are in milliseconds. Allocates nothing after
/// construction. Not thread-safe.
/// </remarks>
internal sealed class QueueDetector
{
    /// <summary>A rise below this is nothing: a picture's burst at the pacing rate.</summary>
    private const double LeastRise = 18;

    /// <summary>A rise counts when it is this many times the mean change from one feedback to the next.</summary>
    private const double NoiseFactor = 4;

    /// <summary>A queue that neither grows nor falls counts when it is this long.</summary>
    private const double LeastStanding = 40;

    private const double StandingNoiseFactor = 6;

    /// <summary>A rise of a whole feedback that needs no second one to be believed.</summary>
    private const double Leap = 60;
    private const double LeapNoiseFactor = 10;
    private const double NoiseWeight = 0.08;

    /// <summary>The difference of two changes of independent values is that much larger than a change: the root of three.</summary>
    private const double DeviationScale = 0.577;

    /// <summary>This much of a rise that counts is no longer calm.</summary>
    private const double Suspicion = 0.6;
    private const double FallTolerance = 3;

    /// <summary>Standing for this long is not a burst.</summary>
    private static readonly TimeSpan StandingTime = TimeSpan.FromMilliseconds(600);

    /// <summary>A rise is one against the least delay in this time.</summary>
    private static readonly TimeSpan RiseWindow = TimeSpan.FromSeconds(2.5);

    /// <summary>The delay of the empty path is the least in this time: longer than a queue may stand, shorter than clocks drift.</summary>
    private static readonly TimeSpan BaseWindow = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FallWindow = TimeSpan.FromMilliseconds(200);

    private readonly RecentRange _rise = new(RiseWindow);
    private readonly RecentRange _base = new(BaseWindow);
    private readonly RecentRange _recent = new(FallWindow);
    private double _smallest = double.PositiveInfinity;
    private double _previous = double.NaN;
    private double _previousChange;
    private double _last;
    private int _risen;
    private Instant? _standingSince;
    private bool _wasOverused;

    /// <summary>The state after the last feedback.</summary>
    internal QueueState State { get; private set; }

    /// <summary>How long the queue is believed to be.</summary>
    internal TimeSpan Delay { get; private set; }

    /// <summary>By how much the delay rose in the last seconds.</summary>
    internal double Rise { get; private set; }

    /// <summary>The mean change of the delay from one feedback to the next.</summary>
    internal double Noise { get; private set; } = 3;

    /// <summary>Takes the delay of a packet of the feedback at hand.</summary>
    internal void OnArrived(Instant sentAt, Instant arrivedAt) =>
        _smallest = Math.Min(_smallest, (double)unchecked(arrivedAt.Ticks - sentAt.Ticks) / TimeSpan.TicksPerMillisecond);

    /// <summary>Ends the feedback at hand.</summary>
    internal void OnFeedbackRead(Instant now)
    {
        if (double.IsPositiveInfinity(_smallest)) return;
        var delay = double.IsNaN(_previous) ? _smallest : Math.Min(_smallest, _previous);
        if (!double.IsNaN(_previous))
        {
            // A queue that grows or drains evenly is not noise: only what deviates from the last change counts, scaled to a change. Neither is one leap.
            var change = _smallest - _previous;
            var deviation = Math.Min(DeviationScale * Math.Abs(change - _previousChange), (3 * Noise) + 5);
            Noise += NoiseWeight * (deviation - Noise);
            _previousChange = change;
        }
        var previous = _previous;
        _previous = _smallest;

        _base.Add(now, delay);
        var isFalling = delay < _recent.Highest - FallTolerance && delay <= _last;
        _recent.Add(now, delay);
        _rise.Add(now, delay);
        _last = delay;
        Rise = delay - _rise.Lowest;
        // So much at once is a path that has collapsed: no jitter raises every packet of a feedback by that.
        var leap = _smallest - _rise.Lowest;
        var isLeap = leap > Math.Max(Leap, LeapNoiseFactor * Noise) && !(_smallest < previous);
        if (isLeap) Rise = leap;
        _smallest = double.PositiveInfinity;
        var standing = delay - _base.Lowest;
        Delay = TimeSpan.FromMilliseconds(Math.Clamp(standing, 0, 60_000));
        State = isLeap ? QueueState.Overused : Judge(now, standing, isFalling);
        if (isLeap) _wasOverused = true;
    }

    private QueueState Judge(Instant now, double standing, bool isFalling)
    {
        var threshold = Math.Max(LeastRise, NoiseFactor * Noise);
        _risen = Rise > threshold ? _risen + 1 : 0;
        if (standing <= Math.Max(LeastStanding, StandingNoiseFactor * Noise)) _standingSince = null;
        else _standingSince ??= now;

        var isStanding = _standingSince is { } since && now - since >= StandingTime;
        if (!isFalling && (_risen >= 2 || isStanding))
        {
            _wasOverused = true;
            return QueueState.Overused;
        }
        if (Rise > Suspicion * threshold || (_wasOverused && _standingSince is not null)) return _wasOverused ? QueueState.Draining : QueueState.Uncertain;
        _wasOverused = false;
        return QueueState.Calm;
    }
}
