using Parley.Protocol;

namespace Parley.Transport.Impairment;

/// <summary>Decides datagram by datagram which is lost: independently, or in bursts by Gilbert's two-state model.</summary>
/// <remarks>
/// In the bad state everything is lost, in the good state nothing. With burst length b and loss p the bad state ends after a datagram
/// with probability 1/b and begins with p / (b (1 − p)): the share of time in the bad state is then p and its mean stay is b.
/// </remarks>
internal sealed class LossModel(double loss, double burst, IRandomSource random)
{
    private readonly double _leaveBad = burst > 0 ? 1 / Math.Max(1, burst) : 0;
    private readonly double _enterBad = loss >= 1 ? 1 : Math.Min(1, loss / (Math.Max(1, burst) * (1 - loss)));
    private bool _isBad;
    private bool _hasStarted;

    /// <summary>Whether the next datagram is lost.</summary>
    public bool Next()
    {
        if (loss <= 0) return false;
        if (loss >= 1) return true;
        var draw = random.NextDouble();
        if (burst <= 0) return draw < loss;

        if (!_hasStarted)
        {
            // Begin as the long run looks, so that short runs keep the rate too.
            _hasStarted = true;
            _isBad = draw < loss;
            return _isBad;
        }
        _isBad = _isBad ? draw >= _leaveBad : draw < _enterBad;
        return _isBad;
    }
}
