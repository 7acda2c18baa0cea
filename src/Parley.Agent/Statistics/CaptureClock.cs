using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Agent.Statistics;

/// <summary>Estimates when a received picture left its sender. Pure.</summary>
/// <remarks>
/// The sender's clock has an unknown distance from ours, but the quickest picture of the last minute had nothing but the way itself to go; whatever
/// another one took longer, it was held up. The way itself is taken as a round trip: half of ours, and the sender's half taken as equal. Two windows
/// of 30 s, so that a clock which runs fast or slow (100 ppm: 6 ms a minute) is followed.
/// </remarks>
internal sealed class CaptureClock
{
    private const long ClockRate = 90_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private bool _hasStream;
    private RtpTimestamp _last;
    private long _units;
    private long _least;
    private long _leastBefore;
    private Instant _windowEnd;

    /// <summary>Takes a picture in and says how much longer than the quickest it took.</summary>
    public TimeSpan HeldUp(Instant now, RtpTimestamp timestamp)
    {
        _units += _hasStream ? timestamp.DistanceFrom(_last) : 0;
        _last = timestamp;
        var transit = now.Ticks - (_units * TimeSpan.TicksPerSecond / ClockRate);
        if (!_hasStream)
        {
            _hasStream = true;
            _least = transit;
            _leastBefore = transit;
            _windowEnd = now + Window;
        }
        else if (now >= _windowEnd)
        {
            _leastBefore = _least;
            _least = transit;
            _windowEnd = now + Window;
        }
        _least = Math.Min(_least, transit);
        return new TimeSpan(transit - Math.Min(_least, _leastBefore));
    }

    /// <summary>Begins anew: the sender's clock may be another.</summary>
    public void Reset()
    {
        _hasStream = false;
        _units = 0;
    }
}
