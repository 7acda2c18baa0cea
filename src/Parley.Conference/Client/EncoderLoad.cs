using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>Whether this machine encodes fast enough: too slow is a queue of two pictures, or two in five pictures missing, for three seconds.</summary>
/// <remarks>A camera in the dark gives fewer pictures: those were not expected. Over again after three good seconds.</remarks>
internal sealed class EncoderLoad
{
    private const int LongQueue = 2;
    private const double EnoughPictures = 0.6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private Instant? _slowSince;
    private Instant? _goodSince;
    private Instant _steppedDownAt;
    private Instant _reportedAt;
    private bool _isOverloaded;

    /// <summary>Takes what the page measured in the last second.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="captured">Pictures a second that the camera gave.</param>
    /// <param name="sent">Pictures a second that were encoded.</param>
    /// <param name="queue">Most pictures that waited.</param>
    /// <param name="planned">Pictures a second that were asked for; 0 when none.</param>
    public void OnMeasured(Instant now, double captured, double sent, int queue, int planned)
    {
        if (now - _reportedAt >= Fresh) _slowSince = _goodSince = null;
        _reportedAt = now;
        var expected = Math.Min(captured, planned);
        var isSlow = planned > 0 && (queue >= LongQueue || sent < EnoughPictures * expected);
        _slowSince = isSlow ? _slowSince ?? now : null;
        _goodSince = isSlow ? null : _goodSince ?? now;
        if (now - _slowSince >= Patience) _isOverloaded = true;
        else if (now - _goodSince >= Patience) _isOverloaded = false;
    }

    /// <summary>Whether it is too slow, and has been for long enough; what nobody has reported on for five seconds is over.</summary>
    public bool IsOverloaded(Instant now) => _isOverloaded && now - _reportedAt < Fresh;

    /// <summary>Whether less is to be asked of it now: when it has been too slow for long enough since less was asked the last time.</summary>
    public bool TryTakeStepDown(Instant now)
    {
        if (!IsOverloaded(now) || _slowSince is not { } since || now - Instant.Max(since, _steppedDownAt) < Patience) return false;
        _steppedDownAt = now;
        return true;
    }
}
