using Parley.Media.Synthesis;

namespace Parley.Media.Tests.Synthesis;

public sealed class DiscontinuityTests
{
    private const double Hz = 443;
    private const double Level = -24;

    [Fact]
    public void A_tone_has_no_click_and_neither_has_a_slow_change_of_its_level()
    {
        var detector = new DiscontinuityDetector(Hz, Level);
        var tone = Tone(100_000);
        for (var i = 0; i < 20_000; i++) tone[50_000 + i] = (short)(tone[50_000 + i] * (1 - (i / 25_000.0)));
        tone.AsSpan(70_000).Clear();
        detector.Add(tone.AsSpan(0, 70_000), isTalkStart: true);
        Assert.Equal(0, detector.Clicks);
        Assert.InRange(detector.Largest, 0, 10);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(54)] // half a period
    public void Missing_samples_are_a_click(int missing)
    {
        var detector = new DiscontinuityDetector(Hz, Level);
        var tone = Tone(10_000);
        detector.Add(tone.AsSpan(0, 5_001), isTalkStart: true);
        detector.Add(tone.AsSpan(5_001 + missing), isTalkStart: false);
        Assert.Equal(1, detector.Clicks);
    }

    [Fact]
    public void One_wrong_sample_and_a_step_of_the_level_are_clicks()
    {
        var detector = new DiscontinuityDetector(Hz, Level);
        var tone = Tone(20_000);
        tone[5_000] += 150;
        for (var i = 10_000; i < tone.Length; i++) tone[i] = (short)(tone[i] + 200);
        detector.Add(tone, isTalkStart: true);
        Assert.Equal(2, detector.Clicks);
    }

    [Fact]
    public void What_begins_after_a_pause_may_begin_anywhere()
    {
        var detector = new DiscontinuityDetector(Hz, Level);
        detector.Add(Tone(4_800), isTalkStart: true);
        detector.Add(Tone(4_800).AsSpan(1_234), isTalkStart: true);
        Assert.Equal(0, detector.Clicks);
    }

    private static short[] Tone(int samples)
    {
        var tone = new short[samples];
        var source = new ToneSource(Hz, Level);
        source.Read(tone);
        return tone;
    }
}
