using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>Says in a word how good the connection is, what hurts most, and where. Pure; read once a second.</summary>
/// <remarks>Thresholds of loss and round trip are those at which the quality of pictures moves (design section 5).</remarks>
internal sealed class QualityJudge
{
    // Loss 2 % and 10 %, round trip 120 and 300 ms: the policy of the pictures. Jitter beyond 30 ms is more than the smallest buffers hold.
    private const double FairLoss = 0.02;
    private const double PoorLoss = 0.10;
    private const double FairRoundTripMs = 120;
    private const double PoorRoundTripMs = 300;
    private const double FairJitterMs = 30;
    private const double PoorJitterMs = 100;

    // What is wanted over what passes.
    private const double FairShortage = 1.25;
    private const double PoorShortage = 2.5;

    /// <summary>Reports come every second: three missing in a row are not chance.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(3);

    private readonly QualityGauge _lossUp = new(QualityCause.Loss, QualityDirection.Up, FairLoss, PoorLoss);
    private readonly QualityGauge _lossDown = new(QualityCause.Loss, QualityDirection.Down, FairLoss, PoorLoss);
    private readonly QualityGauge _bandwidth = new(QualityCause.Bandwidth, QualityDirection.Up, FairShortage, PoorShortage);
    private readonly QualityGauge _roundTrip = new(QualityCause.RoundTrip, QualityDirection.Both, FairRoundTripMs, PoorRoundTripMs);
    private readonly QualityGauge _jitterUp = new(QualityCause.Jitter, QualityDirection.Up, FairJitterMs, PoorJitterMs);
    private readonly QualityGauge _jitterDown = new(QualityCause.Jitter, QualityDirection.Down, FairJitterMs, PoorJitterMs);

    /// <summary>A slow machine makes pictures small and few, never a call impossible: it is fair at worst.</summary>
    private readonly QualityGauge _cpu = new(QualityCause.Cpu, QualityDirection.Up, 1, double.PositiveInfinity);

    private readonly QualityGauge[] _gauges;
    private QualityGauge? _shown;

    public QualityJudge() => _gauges = [_lossUp, _lossDown, _bandwidth, _roundTrip, _jitterUp, _jitterDown, _cpu];

    /// <summary>Takes a second's readings and judges.</summary>
    public UiQuality Judge(in ConnectionReadings readings)
    {
        _lossUp.Update(readings.LossUp);
        _lossDown.Update(readings.LossDown);
        _bandwidth.Update(readings is { WantedUp: { } wanted, TargetUp: > 0 and { } target } ? wanted / target : null);
        _roundTrip.Update(readings.RoundTripMs);
        _jitterUp.Update(readings.JitterUpMs);
        _jitterDown.Update(readings.JitterDownMs);
        _cpu.Update(readings.IsCpuOverloaded ? 1 : 0);

        if (readings.Silence >= Silent)
            return new UiQuality(QualityLevel.Poor, QualityCause.Silence, QualityDirection.Down, Math.Floor(readings.Silence.TotalSeconds));
        if (readings.RoundTripMs is null) return new UiQuality(QualityLevel.Unknown, QualityCause.None, QualityDirection.Both, 0);

        _shown = FindWorst();
        if (_shown is null) return new UiQuality(QualityLevel.Good, QualityCause.None, QualityDirection.Both, 0);
        var value = _shown.Cause switch
        {
            QualityCause.Bandwidth => readings.TargetUp ?? 0,
            QualityCause.Cpu => readings.FramesPerSecond,
            _ => _shown.Value,
        };
        return new UiQuality(_shown.Level, _shown.Cause, _shown.Direction, value);
    }

    /// <summary>The worst; of several equally bad ones that which is shown already, because a cause that alternates helps nobody.</summary>
    private QualityGauge? FindWorst()
    {
        var level = _gauges.Max(g => g.Level);
        if (level == QualityLevel.Good) return null;
        var worst = _gauges.Where(g => g.Level == level).OrderBy(RankOf).ThenByDescending(g => g.Severity).First();
        return _shown?.Level == level && RankOf(_shown) <= RankOf(worst) ? _shown : worst;
    }

    /// <summary>What the network does comes before what is made of it: loss and delay lower the estimate, too, and a full machine has its own reasons.</summary>
    private static int RankOf(QualityGauge gauge) => gauge.Cause switch
    {
        QualityCause.Bandwidth => 1,
        QualityCause.Cpu => 2,
        _ => 0,
    };
}
