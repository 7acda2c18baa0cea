using Parley.Media.Video;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Video;

public sealed class FreezeDetectorTests
{
    [Theory]
    [InlineData(33, 180, 0)] // 33 + 150 = 183
    [InlineData(33, 190, 1)]
    [InlineData(200, 590, 0)] // 3 × 200 = 600
    [InlineData(200, 610, 1)]
    public void A_freeze_is_a_gap_over_three_intervals_and_over_one_interval_and_150_ms(int interval, int gap, int freezes)
    {
        var detector = new FreezeDetector();
        for (var i = 0; i < 40; i++) detector.OnShown(Instant.FromMilliseconds(i * interval));
        detector.OnShown(Instant.FromMilliseconds((39 * interval) + gap));
        detector.OnShown(Instant.FromMilliseconds((40 * interval) + gap));
        Assert.Equal(freezes, detector.Freezes);
        Assert.Equal(TimeSpan.FromMilliseconds(freezes * gap), detector.FreezeTime);
    }

    [Fact]
    public void A_freeze_that_goes_on_is_told_before_it_ends()
    {
        var detector = new FreezeDetector();
        for (var i = 0; i < 40; i++) detector.OnShown(Instant.FromMilliseconds(i * 33));
        Assert.Equal(TimeSpan.Zero, detector.FreezeTimeUntil(Instant.FromMilliseconds((39 * 33) + 180)));
        Assert.Equal(TimeSpan.FromMilliseconds(1000), detector.FreezeTimeUntil(Instant.FromMilliseconds((39 * 33) + 1000)));
        detector.OnShown(Instant.FromMilliseconds((39 * 33) + 1200));
        Assert.Equal(TimeSpan.FromMilliseconds(1200), detector.FreezeTimeUntil(Instant.FromMilliseconds((39 * 33) + 1210)));
    }

    [Fact]
    public void A_pause_on_purpose_is_no_freeze()
    {
        var detector = new FreezeDetector();
        for (var i = 0; i < 40; i++) detector.OnShown(Instant.FromMilliseconds(i * 33));
        detector.Pause();
        for (var i = 1; i < 40; i++) detector.OnShown(Instant.FromMilliseconds(i * 5_000));
        Assert.Equal(0, detector.Freezes);
    }
}
