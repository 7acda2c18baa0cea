using Parley.Protocol.Time;

namespace Parley.Conference;

/// <summary>Allows a rate in the long run and a burst at once.</summary>
internal struct TokenBucket
{
    private readonly double _perSecond;
    private readonly double _burst;
    private double _tokens;
    private Instant _refilledAt;

    /// <summary>A full bucket.</summary>
    public TokenBucket(double perSecond, double burst, Instant start)
    {
        _perSecond = perSecond;
        _burst = burst;
        _tokens = burst;
        _refilledAt = start;
    }

    /// <summary>Takes one token if there is one.</summary>
    public bool TryTake(Instant now)
    {
        if (now > _refilledAt)
        {
            _tokens = Math.Min(_burst, _tokens + ((now - _refilledAt).TotalSeconds * _perSecond));
            _refilledAt = now;
        }
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
