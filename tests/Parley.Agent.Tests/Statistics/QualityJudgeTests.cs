using Parley.Agent.Statistics;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Statistics;

public sealed class QualityJudgeTests
{
    private static readonly ConnectionReadings Well = new()
    {
        RoundTripMs = 20,
        LossUp = 0,
        LossDown = 0,
        JitterUpMs = 2,
        JitterDownMs = 2,
        TargetUp = 5_000_000,
        WantedUp = 2_000_000,
        FramesPerSecond = 15,
    };

    private readonly QualityJudge _judge = new();

    [Fact]
    public void NothingIsJudged_BeforeARoundTripIsKnown() =>
        Assert.Equal(new UiQuality(QualityLevel.Unknown, QualityCause.None, QualityDirection.Both, 0), Judge(5, new ConnectionReadings()));

    [Fact]
    public void WhatIsWell_IsGood_WithoutACause() =>
        Assert.Equal(new UiQuality(QualityLevel.Good, QualityCause.None, QualityDirection.Both, 0), Judge(5, Well));

    public static TheoryData<string, QualityLevel, QualityCause, QualityDirection, double> Faults => new()
    {
        { "lossUp=0.02", QualityLevel.Fair, QualityCause.Loss, QualityDirection.Up, 0.02 },
        { "lossUp=0.1", QualityLevel.Poor, QualityCause.Loss, QualityDirection.Up, 0.1 },
        { "lossDown=0.06", QualityLevel.Fair, QualityCause.Loss, QualityDirection.Down, 0.06 },
        { "rtt=120", QualityLevel.Fair, QualityCause.RoundTrip, QualityDirection.Both, 120 },
        { "rtt=300", QualityLevel.Poor, QualityCause.RoundTrip, QualityDirection.Both, 300 },
        { "jitterUp=30", QualityLevel.Fair, QualityCause.Jitter, QualityDirection.Up, 30 },
        { "jitterDown=45", QualityLevel.Fair, QualityCause.Jitter, QualityDirection.Down, 45 },
        { "target=1500000", QualityLevel.Fair, QualityCause.Bandwidth, QualityDirection.Up, 1_500_000 },
        { "target=300000", QualityLevel.Poor, QualityCause.Bandwidth, QualityDirection.Up, 300_000 },
        { "cpu=1", QualityLevel.Fair, QualityCause.Cpu, QualityDirection.Up, 15 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void EachFault_IsNamed_WithItsDirectionAndValue(
        string fault, QualityLevel level, QualityCause cause, QualityDirection direction, double value)
    {
        var quality = Judge(6, With(fault));
        Assert.Equal((level, cause, direction), (quality.Level, quality.Cause, quality.Direction));
        Assert.Equal(value, quality.Value, 6);
    }

    [Theory]
    [InlineData("lossUp=0.019")]
    [InlineData("lossDown=0.019")]
    [InlineData("rtt=119")]
    [InlineData("jitterDown=29")]
    [InlineData("target=1700000")]
    public void BelowItsThreshold_NothingIsSaid(string fault) => Assert.Equal(QualityLevel.Good, Judge(20, With(fault)).Level);

    [Fact]
    public void OneBadSecond_IsNotBelieved_TwoAre()
    {
        Judge(5, Well);
        Assert.Equal(QualityLevel.Good, Judge(1, With("lossUp=0.5")).Level);
        Assert.Equal(QualityLevel.Good, Judge(1, Well).Level);
        Judge(1, With("lossUp=0.5"));
        Assert.Equal(QualityLevel.Poor, Judge(1, With("lossUp=0.5")).Level);
    }

    [Fact]
    public void RecoveryIsBelieved_AfterFiveGoodSeconds()
    {
        Judge(10, With("rtt=350"));
        Assert.Equal(QualityLevel.Poor, Judge(4, Well).Level);
        Assert.Equal(QualityLevel.Good, Judge(1, Well).Level);
    }

    [Fact]
    public void HoveringAtAThreshold_DoesNotFlicker()
    {
        Judge(5, With("lossDown=0.025"));
        for (var i = 0; i < 60; i++) Assert.Equal(QualityLevel.Fair, Judge(1, With(i % 2 == 0 ? "lossDown=0.015" : "lossDown=0.024")).Level);
    }

    [Fact]
    public void WorstCause_IsNamed_AndStaysWhileAnotherIsNoWorse()
    {
        Assert.Equal(QualityCause.RoundTrip, Judge(5, With("rtt=200")).Cause);
        // Loss becomes fair too: the cause shown stays. It becomes poor: it is the cause.
        Assert.Equal(QualityCause.RoundTrip, Judge(5, With("rtt=200,lossUp=0.08")).Cause);
        Assert.Equal((QualityLevel.Poor, QualityCause.Loss), (Judge(5, With("rtt=200,lossUp=0.2")).Level, Judge(1, With("rtt=200,lossUp=0.2")).Cause));
    }

    [Fact]
    public void LossThatLowersTheEstimate_IsTheCause_AndALowEstimateAloneIsBandwidth()
    {
        Assert.Equal(QualityCause.Bandwidth, Judge(5, With("target=1500000")).Cause);
        Assert.Equal(QualityCause.Loss, Judge(2, With("target=1500000,lossUp=0.06")).Cause);
        Assert.Equal(QualityCause.Bandwidth, Judge(5, With("target=1500000")).Cause);
    }

    [Fact]
    public void Silence_IsPoorFromThreeSecondsOn()
    {
        Judge(5, Well);
        Assert.Equal(QualityLevel.Good, Judge(1, Well with { Silence = TimeSpan.FromSeconds(2.9) }).Level);
        Assert.Equal(
            new UiQuality(QualityLevel.Poor, QualityCause.Silence, QualityDirection.Down, 4), Judge(1, Well with { Silence = TimeSpan.FromSeconds(4.2) }));
    }

    private UiQuality Judge(int seconds, ConnectionReadings readings)
    {
        var quality = _judge.Judge(readings);
        for (var i = 1; i < seconds; i++) quality = _judge.Judge(readings);
        return quality;
    }

    private static ConnectionReadings With(string faults)
    {
        var readings = Well;
        foreach (var fault in faults.Split(','))
        {
            var value = double.Parse(fault.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);
            readings = fault.Split('=')[0] switch
            {
                "lossUp" => readings with { LossUp = value },
                "lossDown" => readings with { LossDown = value },
                "rtt" => readings with { RoundTripMs = value },
                "jitterUp" => readings with { JitterUpMs = value },
                "jitterDown" => readings with { JitterDownMs = value },
                "target" => readings with { TargetUp = value },
                "cpu" => readings with { IsCpuOverloaded = true },
                _ => throw new ArgumentOutOfRangeException(nameof(faults)),
            };
        }
        return readings;
    }
}
