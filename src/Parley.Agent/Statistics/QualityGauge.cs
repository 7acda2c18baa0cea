using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>One thing that can be wrong with a connection, read once a second: it is believed after two readings in a row and forgotten after five.</summary>
/// <remarks>To be forgotten the reading must lie below seven tenths of the threshold, so that one which hovers at it does not flicker.</remarks>
internal sealed class QualityGauge(QualityCause cause, QualityDirection direction, double fair, double poor)
{
    private const double ReleaseFactor = 0.7;

    /// <summary>Share of a new reading in the value that is shown.</summary>
    private const double Freshness = 0.3;

    private const int Confirmation = 2;
    private const int Patience = 5;

    private int _worse;
    private int _better;
    private bool _hasValue;

    /// <summary>What this is about.</summary>
    public QualityCause Cause => cause;

    /// <summary>Which way.</summary>
    public QualityDirection Direction => direction;

    /// <summary>Good, fair or poor.</summary>
    public QualityLevel Level { get; private set; } = QualityLevel.Good;

    /// <summary>The reading, smoothed over some seconds.</summary>
    public double Value { get; private set; }

    /// <summary>How far beyond the first threshold the value is; to tell which of two bad things is worse.</summary>
    public double Severity => Value / fair;

    /// <summary>Takes the reading of a second; null when there was nothing to measure.</summary>
    public void Update(double? reading)
    {
        var value = reading ?? 0;
        Value = _hasValue ? Value + (Freshness * (value - Value)) : value;
        _hasValue = true;
        var level = LevelOf(value, 1);
        var lasting = LevelOf(value, ReleaseFactor);
        _worse = level > Level ? _worse + 1 : 0;
        _better = lasting < Level ? _better + 1 : 0;
        if (_worse == Confirmation) Change(level);
        else if (_better == Patience) Change(lasting);
    }

    private void Change(QualityLevel level)
    {
        Level = level;
        _worse = 0;
        _better = 0;
    }

    private QualityLevel LevelOf(double value, double factor) =>
        value >= poor * factor ? QualityLevel.Poor : value >= fair * factor ? QualityLevel.Fair : QualityLevel.Good;
}
