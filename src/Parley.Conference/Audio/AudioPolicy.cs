using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Audio;

/// <summary>Decides how sound is sent in one direction, from what gets lost there and from what the path is believed to bear.</summary>
/// <remarks>
/// Things get worse at once and better after a while of being better, so that they do not swing. Opus stays Opus and changes its rate. L16 at 48 kHz
/// has no room for redundancy in a datagram: where it is needed, or where the path does not bear the rate, 16 kHz takes its place
/// (decision 0014). Not thread-safe.
/// </remarks>
/// <param name="granted">What the server granted.</param>
internal sealed class AudioPolicy(AudioProfile granted)
{
    /// <summary>How long it must be better before it is made better. Loss is measured over as long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Loss from which each packet carries the payload before it: one lost packet in a hundred can be heard.</summary>
    public const double SomeLoss = 0.01;

    /// <summary>Loss from which it carries two: with one, 0.6 % would still be missing.</summary>
    public const double MuchLoss = 0.08;

    /// <summary>Loss from which L16 at 48 kHz is given up.</summary>
    public const double WideLoss = 0.03;

    /// <summary>A queue from which the path is taken to be full.</summary>
    public static readonly TimeSpan LongQueue = TimeSpan.FromMilliseconds(25);

    /// <summary>A queue from which what is lost is taken to be lost for lack of room.</summary>
    public static readonly TimeSpan FullQueue = TimeSpan.FromMilliseconds(50);

    /// <summary>Bits a second that L16 at 48 kHz needs: 0.87 Mb/s and a third more, for reports and for what else is sent.</summary>
    public const long WideRate = 1_200_000;

    private const double Better = 0.5;
    private const double MuchBetter = 0.6;
    private const double Room = 1.3;
    private const double Spare = 1.1;

    /// <summary>Bitrates of Opus, and the targets from which they are used.</summary>
    private static readonly (int Bitrate, long From)[] Rates = [(48_000, 800_000), (24_000, 250_000), (12_000, 0)];

    private int _redundancy;
    private int _rate;
    private bool _isNarrow = granted == AudioProfile.L16At16Khz;
    private Instant _lossySince = Instant.Never;
    private Instant _tightSince = Instant.Never;
    private Instant _wideAgainFrom = Instant.Never;
    private Instant _crowdedUntil = new(0);
    private Instant _overflowedUntil = new(0);

    /// <summary>Every quality that a policy may choose, as made for a path without loss.</summary>
    /// <param name="hasOpus">Whether Opus may be granted.</param>
    public static IEnumerable<AudioQuality> Qualities(bool hasOpus)
    {
        yield return new AudioQuality(AudioProfile.L16At48Khz, 0, 0);
        yield return new AudioQuality(AudioProfile.L16At16Khz, 0, 0);
        if (!hasOpus) yield break;
        foreach (var (bitrate, _) in Rates) yield return new AudioQuality(AudioProfile.Opus, bitrate, 0);
    }

    /// <summary>Bits a second that the path must be known to bear for the best quality, also to come back to it.</summary>
    public long WantedRate { get; } = granted switch
    {
        AudioProfile.L16At48Khz => (long)(WideRate * Room * Room),
        AudioProfile.L16At16Khz => (long)(WideRate / 2 * Room),
        AudioProfile.Opus => (long)(Rates[0].From * Room),
        _ => throw new ArgumentOutOfRangeException(nameof(granted)),
    };

    /// <summary>Whether sound alone is too much for a target rate: then it cannot wait for the next regular <see cref="Update"/>.</summary>
    public bool IsTooMuchFor(long target) => target < Plan.RateOnWire * Spare
        && (Plan.Redundancy > 0 || Plan.Profile == AudioProfile.L16At48Khz || (granted == AudioProfile.Opus && _rate < Rates.Length - 1));

    /// <summary>Bits a second that sound will take where so much may be sent: sound gets narrow before pictures stop.</summary>
    public long PlannedRate(long target) =>
        Plan.Profile == AudioProfile.L16At48Khz && target < WideRate ? (Plan with { Profile = AudioProfile.L16At16Khz }).RateOnWire : Plan.RateOnWire;

    /// <summary>How to send now.</summary>
    public AudioPlan Plan { get; private set; } = new(granted, granted == AudioProfile.Opus ? Rates[0].Bitrate : 0, 0, 0);

    /// <summary>Why the width last changed.</summary>
    public QualityReason Reason { get; private set; } = QualityReason.Recovered;

    /// <summary>Takes in how it is now; some times a second at most.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="loss">Share of packets lost in this direction over the last seconds, 0 to 1.</param>
    /// <param name="target">Bits a second that may be sent in all.</param>
    /// <param name="queue">How long packets are believed to wait on the path. Where they do not, loss is not for lack of room.</param>
    public void Update(Instant now, double loss, long target, TimeSpan queue)
    {
        if (queue >= LongQueue) _crowdedUntil = now + Patience;
        if (queue >= FullQueue) _overflowedUntil = now + Patience;
        UpdateRedundancy(now, loss);
        Plan = granted == AudioProfile.Opus ? PlanOpus(now, loss, target) : PlanL16(now, loss, target);
    }

    private void UpdateRedundancy(Instant now, double loss)
    {
        var needed = loss >= MuchLoss ? 2 : loss >= SomeLoss ? 1 : 0;
        // Lost because a queue was full: sending more would not help, and loss is measured over the time for which that counts.
        if (needed > _redundancy && now >= _overflowedUntil) _redundancy = needed;
        var isBetter = _redundancy switch { 2 => loss < MuchLoss * MuchBetter, 1 => loss < SomeLoss * Better, _ => false };
        if (!isBetter || needed >= _redundancy) _lossySince = now;
        else if (now - _lossySince >= Patience) (_redundancy, _lossySince) = (_redundancy - 1, now);
    }

    private AudioPlan PlanOpus(Instant now, double loss, long target)
    {
        while (target < Rates[_rate].From) (_rate, _tightSince) = (_rate + 1, now);
        if (_rate == 0 || target < Rates[_rate - 1].From * Room) _tightSince = now;
        else if (now - _tightSince >= Patience) (_rate, _tightSince) = (_rate - 1, now);

        // In steps, for each change is a change of the encoder's state.
        var percent = loss switch { < SomeLoss => 0, < 0.05 => 5, < 0.15 => 10, _ => 20 };
        return new AudioPlan(AudioProfile.Opus, Rates[_rate].Bitrate, _redundancy, percent);
    }

    private AudioPlan PlanL16(Instant now, double loss, long target)
    {
        if (granted == AudioProfile.L16At48Khz) UpdateWidth(now, loss, target);
        if (!_isNarrow) return new AudioPlan(AudioProfile.L16At48Khz, 0, 0, 0);

        // What is sent again must not be what fills the path.
        var plan = new AudioPlan(AudioProfile.L16At16Khz, 0, _redundancy, 0);
        if (now >= _crowdedUntil) return plan;
        while (plan.Redundancy > 0 && plan.RateOnWire * Room > target) plan = plan with { Redundancy = plan.Redundancy - 1 };
        return plan;
    }

    private void UpdateWidth(Instant now, double loss, long target)
    {
        var isLossy = loss >= WideLoss;
        if (!_isNarrow)
        {
            if (!isLossy && target >= WideRate) return;
            _isNarrow = true;
            _wideAgainFrom = now + Patience;
            Reason = isLossy ? QualityReason.Loss : QualityReason.Bandwidth;
            return;
        }
        if (loss >= SomeLoss || target < WideRate * Room) _wideAgainFrom = now + Patience;
        if (now < _wideAgainFrom) return;
        _isNarrow = false;
        Reason = QualityReason.Recovered;
    }
}
