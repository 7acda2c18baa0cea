using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>Decides how much may be sent, from what feedback says of each packet: loss, delay, and how much arrived.</summary>
/// <remarks>
/// Falls when a queue grows (to a little less than what arrived, so that the queue drains) and when more than a tenth is lost; rises while
/// there is neither, quickly as long as the path's limit is not known, slowly near the limit once it is; never far beyond what was shown to
/// pass. Leaps upward come from probes. Rates are bits in a second, IPv4 and UDP headers included. Allocates nothing after construction. Not thread-safe.
/// </remarks>
internal sealed class BandwidthEstimator(CongestionOptions options)
{
    /// <summary>More loss than this and the target falls.</summary>
    internal const double HighLoss = 0.10;

    /// <summary>With more loss than this the target does not rise by itself.</summary>
    internal const double LowLoss = 0.02;

    /// <summary>The target rises no further than this many times what arrives.</summary>
    internal const double BeyondShown = 1.5;

    /// <summary>As much of what arrives is allowed; the rest is what jitter may add to the measure.</summary>
    private const double SurelyShown = 0.85;

    /// <summary>Growth in a second while nothing is known of the limit.</summary>
    private const double FastGrowth = 0.15;

    /// <summary>Growth in a second below, and clearly beyond, the limit as it was.</summary>
    private const double Growth = 0.06;

    /// <summary>Growth in a second near the limit: a queue then grows by 15 ms in a second at most.</summary>
    private const double CarefulGrowth = 0.015;

    /// <summary>What of a probe's answer becomes the target when the probe found the limit.</summary>
    private const double BelowLimit = 0.92;

    private const double LimitWeight = 0.4;
    private const double FarTooMuch = 1.5;

    /// <summary>A queue is to be gone after this time, in milliseconds.</summary>
    private const double DrainTime = 800;

    /// <summary>However long the queue, this share of what arrives may still be sent.</summary>
    private const double DeepestDrain = 0.5;

    private static readonly TimeSpan LimitAge = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LossInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Reaction = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeDrain = TimeSpan.FromMilliseconds(250);

    /// <summary>A fall soon after another is on the same full path.</summary>
    private static readonly TimeSpan SameFall = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstMoment = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(250);

    private readonly DeliveredRate _delivered = new();
    private readonly SettledLoss _loss = new();
    private readonly QueueDetector _queue = new();
    private double _target = options.StartRate;
    private double _limit;
    private Instant _limitAt;
    private Instant _noDecreaseBefore = new(long.MinValue);
    private Instant _noLossDecreaseBefore = new(long.MinValue);
    private Instant _queueDecreaseAt = new(long.MinValue / 2);
    private Instant _fallBeganAt;
    private Instant _probeDrainedAt = new(long.MinValue);
    private Instant? _lastStepAt;
    private bool _isDraining;
    private bool _wasSilent;

    /// <summary>What may be sent.</summary>
    internal long Target => (long)_target;

    /// <summary>What arrives at the other side.</summary>
    internal long Delivered => _delivered.Current;

    /// <summary>The share of packets lost in the last second.</summary>
    internal double Loss => _loss.Share;

    /// <summary>What the delay says.</summary>
    internal QueueState Queue => _queue.State;

    /// <summary>How long the queue is believed to be.</summary>
    internal TimeSpan QueueDelay => _queue.Delay;

    /// <summary>The mean change of the delay from one feedback to the next, in milliseconds.</summary>
    internal double Noise => _queue.Noise;

    /// <summary>When the target last fell; null if never.</summary>
    internal Instant? LastDecrease { get; private set; }

    /// <summary>Takes what became of one packet.</summary>
    internal void OnSettled(Instant now, in PacketResult packet)
    {
        if (_wasSilent)
        {
            // What was lost in an outage says nothing about the rate after it.
            _wasSilent = false;
            _loss.Restart(now);
            _delivered.Restart();
        }
        _loss.OnSettled(packet.SentAt, packet.IsLost);
        if (packet.IsLost) return;
        _delivered.OnArrived(packet.Bytes, packet.ArrivedAt);
        if (packet.ArrivedAt is { } at) _queue.OnArrived(packet.SentAt, at);
    }

    /// <summary>Decides anew after a whole feedback.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="roundTrip">The newest round trip.</param>
    internal void OnFeedbackRead(Instant now, TimeSpan roundTrip)
    {
        _queue.OnFeedbackRead(now);
        _delivered.OnFeedbackRead(_queue.Noise);
        var step = _lastStepAt is { } last ? now - last : TimeSpan.Zero;
        _lastStepAt = now;
        if (step > LongestStep) step = LongestStep;

        var loss = _loss.Share;
        if (loss > HighLoss) DecreaseForLoss(now, loss, roundTrip);
        if (_queue.State == QueueState.Overused) DecreaseForQueue(now, roundTrip);
        else if (_queue.State == QueueState.Calm && loss < LowLoss) Increase(now, step);
    }

    /// <summary>Takes what a probe has shown to pass.</summary>
    /// <param name="now">When that was known.</param>
    /// <param name="rate">How fast it arrived.</param>
    /// <param name="isLimit">It arrived slower than it was sent.</param>
    internal void OnProbed(Instant now, long rate, bool isLimit)
    {
        if (isLimit) LearnLimit(now, rate);
        else if (rate > _limit) _limit = 0;
        // The queue that the probe itself has filled drains by itself.
        _probeDrainedAt = now + ProbeDrain;
        _noDecreaseBefore = Instant.Max(_noDecreaseBefore, _probeDrainedAt);
        SetTarget(Math.Max(_target, isLimit ? BelowLimit * rate : rate));
    }

    /// <summary>Feedback is overdue: nothing may be arriving.</summary>
    internal void OnSilence(Instant now)
    {
        _wasSilent = true;
        LastDecrease = now;
        SetTarget(Math.Max(Math.Min(_target, options.LossFloor), 0.85 * _target));
    }

    private void DecreaseForQueue(Instant now, TimeSpan roundTrip)
    {
        if (_delivered.Recent == 0) return;
        // Whoever still sends far more than passes need not wait for what the last decrease does.
        if (now < _noDecreaseBefore && (now < _probeDrainedAt || _target < FarTooMuch * _delivered.Recent)) return;
        // The first moment of a fuller path shows in the newest packets only; after that the longer measure is the truer one.
        if (now - _queueDecreaseAt > SameFall) _fallBeganAt = now;
        _queueDecreaseAt = now;
        var passing = now - _fallBeganAt > FirstMoment ? Math.Max(_delivered.Recent, _delivered.Current) : _delivered.Recent;
        LearnLimit(now, passing);
        // Just enough less that the queue is gone soon: a small one costs little of the picture.
        var drain = Math.Clamp(0.97 - (_queue.Rise / DrainTime), DeepestDrain, 0.95);
        Decrease(now, drain * passing);
        _isDraining = true;
        _noDecreaseBefore = now + roundTrip + Reaction;
    }

    private void DecreaseForLoss(Instant now, double loss, TimeSpan roundTrip)
    {
        if (now < _noLossDecreaseBefore) return;
        _noLossDecreaseBefore = now + LossInterval + roundTrip;
        var lower = _target * (1 - (loss / 2));
        if (loss > 0.5) Decrease(now, Math.Min(lower, _delivered.Current));
        else Decrease(now, Math.Max(lower, Math.Min(_target, options.LossFloor)));
    }

    private void Decrease(Instant now, double rate)
    {
        if (rate >= _target) return;
        LastDecrease = now;
        SetTarget(rate);
    }

    private void Increase(Instant now, TimeSpan step)
    {
        // The queue is gone; what it took to empty it need not be won back step by step.
        if (_isDraining) SetTarget(Math.Max(_target, BelowLimit * _limit));
        _isDraining = false;
        var shown = BeyondShown * _delivered.Current;
        // What passes without a queue and without loss may pass.
        SetTarget(Math.Max(_target, SurelyShown * _delivered.Current));
        if (_target >= shown) return;
        if (now - _limitAt > LimitAge) _limit = 0;
        var position = _limit == 0 ? 0 : _target / _limit;
        var growth = _limit == 0 && LastDecrease is null ? FastGrowth : position is > 0.92 and < 1.04 ? CarefulGrowth : Growth;
        SetTarget(Math.Min(shown, _target * (1 + (growth * step.TotalSeconds))));
    }

    private void LearnLimit(Instant now, double rate)
    {
        // Far from what was known it is another path, or another neighbour on it.
        _limit = Math.Abs(rate - _limit) > 0.25 * _limit ? rate : _limit + (LimitWeight * (rate - _limit));
        _limitAt = now;
    }

    private void SetTarget(double rate) => _target = Math.Clamp(rate, options.MinRate, options.MaxRate);
}
