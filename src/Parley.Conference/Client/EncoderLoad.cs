using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>Whether this machine encodes fast enough: too slow is a queue of two pictures, or three in five pictures missing, for three seconds.</summary>
internal sealed class EncoderLoad
{
    private const int LongQueue = 2;
    private const double FewPictures = 0.6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private Instant? _slowSince;
    private Instant _reportedAt;

    /// <summary>Takes what the page measured in the last second.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="captured">Pictures a second that the camera gave.</param>
    /// <param name="sent">Pictures a second that were encoded.</param>
    /// <param name="queue">Most pictures that waited.</param>
    /// <param name="planned">Pictures a second that were asked for; 0 when none.</param>
    public void OnMeasured(Instant now, double captured, double sent, int queue, int planned)
    {
        _reportedAt = now;
        // A camera in the dark gives fewer pictures: that is no load.
        var expected = Math.Min(captured, planned);
        var isSlow = planned > 0 && (queue >= LongQueue || sent < FewPictures * expected);
        _slowSince = isSlow ? _slowSince ?? now : null;
    }

    /// <summary>Whether it has been too slow for long enough.</summary>
    public bool IsOverloaded(Instant now) => _slowSince is { } since && now - since >= Patience && now - _reportedAt < Fresh;

    /// <summary>Something was done about it; it counts anew.</summary>
    public void Forget() => _slowSince = null;
}
