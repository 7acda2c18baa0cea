using Parley.Agent.Statistics;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Agent.Tests.Statistics;

public sealed class CaptureClockTests
{
    private readonly CaptureClock _clock = new();

    [Fact]
    public void WhatTookLongerThanTheQuickest_WasHeldUp()
    {
        Assert.Equal(0, HeldUp(0, 20));
        Assert.Equal(30, HeldUp(100, 50), 1);
        Assert.Equal(0, HeldUp(200, 20), 1);
        // A quicker one comes: it is the measure for those after it.
        Assert.Equal(0, HeldUp(300, 5), 1);
        Assert.Equal(15, HeldUp(400, 20), 1);
    }

    [Fact]
    public void TimestampsThatWrap_ChangeNothing()
    {
        const double JustBeforeTheWrap = (uint.MaxValue / 90.0) - 50;
        Assert.Equal(0, HeldUp(JustBeforeTheWrap, 20));
        Assert.Equal(10, HeldUp(JustBeforeTheWrap + 100, 30), 1);
        Assert.Equal(0, HeldUp(JustBeforeTheWrap + 200, 20), 1);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void AClockThatRunsFastOrSlow_IsFollowed(double ppm)
    {
        var last = 0.0;
        for (var ms = 0.0; ms < 600_000; ms += 100) last = HeldUp(ms, 20 + (ms * ppm / 1e6));
        Assert.InRange(last, 0, 6.1);
    }

    /// <summary>A picture captured at a time of the sender and on its way for so long.</summary>
    private double HeldUp(double capturedMs, double wayMs) => _clock.HeldUp(
        Instant.FromMilliseconds(1_000_000 + capturedMs + wayMs), new RtpTimestamp(unchecked((uint)(long)Math.Round(capturedMs * 90)))).TotalMilliseconds;
}
