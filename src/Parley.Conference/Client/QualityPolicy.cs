using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Client;

/// <summary>
/// The visible rule on top of the bandwidth estimate (design section 5): a step down above 10 % loss or 300 ms round trip, up only below 2 % and
/// 120 ms, from what the receiving side reported over the last five seconds.
/// </summary>
internal sealed class QualityPolicy
{
    private const double HighLoss = 0.10;
    private const double LowLoss = 0.02;
    private const double LongRoundTrip = 300;
    private const double ShortRoundTrip = 120;
    private const int Slots = 10;
    private const int FewestSlots = 4;
    private static readonly TimeSpan SlotTime = TimeSpan.FromMilliseconds(500);

    private readonly double[] _loss = new double[Slots];
    private readonly double[] _roundTrip = new double[Slots];
    private Instant? _slotStart;
    private int _count;
    private int _next;

    /// <summary>Why to go down; null when there is no reason.</summary>
    public QualityReason? ReasonToGoDown =>
        _count < FewestSlots ? null
        : Mean(_loss) > HighLoss ? QualityReason.Loss
        : Mean(_roundTrip) > LongRoundTrip ? QualityReason.RoundTrip
        : null;

    /// <summary>Whether nothing speaks against going up.</summary>
    public bool MayGoUp => _count == 0 || (Mean(_loss) < LowLoss && Mean(_roundTrip) < ShortRoundTrip);

    /// <summary>Takes in what is known now; two values a second are kept.</summary>
    public void Add(Instant now, double loss, TimeSpan? roundTrip)
    {
        if (roundTrip is not { } known) return;
        if (_slotStart is { } start && now - start < SlotTime) return;
        _slotStart = now;
        _loss[_next] = loss;
        _roundTrip[_next] = known.TotalMilliseconds;
        _next = (_next + 1) % Slots;
        _count = Math.Min(_count + 1, Slots);
    }

    /// <summary>After a change of quality: what was reported of the old one says nothing about the new one.</summary>
    public void Forget()
    {
        _count = 0;
        _next = 0;
    }

    private double Mean(double[] values)
    {
        double sum = 0;
        for (var i = 0; i < _count; i++) sum += values[i];
        return _count == 0 ? 0 : sum / _count;
    }
}
