using Parley.Media.Audio;

namespace Parley.Media.Tests.Audio;

public sealed class LevelMeterTests
{
    [Theory]
    [InlineData(32_767, 0)]
    [InlineData(3_276.7, -20)]
    [InlineData(2_067.5, -24)]
    public void A_steady_sine_reads_its_level_against_a_full_scale_sine(double amplitude, double dbfs)
    {
        var meter = new LevelMeter();
        for (var i = 0; i < 50; i++) meter.Add(Signals.Sine(400, amplitude, 480));
        Assert.Equal(dbfs, meter.LevelDbfs, 0.05);
    }

    [Fact]
    public void Silence_reads_the_floor_and_sound_fades_slower_than_it_rises()
    {
        var meter = new LevelMeter();
        Assert.Equal(LevelMeter.FloorDbfs, meter.LevelDbfs);
        for (var i = 0; i < 5; i++) meter.Add(Signals.Sine(400, 20_000, 480));
        var loud = meter.LevelDbfs;
        Assert.InRange(loud, -6, -4);
        meter.AddSilence();
        meter.Add(new short[480]);
        Assert.InRange(meter.LevelDbfs, loud - 1, loud - 0.1);
        for (var i = 0; i < 1_000; i++) meter.AddSilence();
        Assert.Equal(LevelMeter.FloorDbfs, meter.LevelDbfs);
    }

    [Fact]
    public void Samples_at_the_negative_limit_do_not_overflow()
    {
        var samples = new short[480];
        samples.AsSpan().Fill(short.MinValue);
        var meter = new LevelMeter();
        for (var i = 0; i < 50; i++) meter.Add(samples);
        Assert.Equal(3.01, meter.LevelDbfs, 0.01);
    }

    [Fact]
    public void One_sample_of_sound_anywhere_is_not_silence()
    {
        var frame = new short[480];
        frame.AsSpan().Fill(-16);
        Assert.True(LevelMeter.IsSilent(frame));
        for (var i = 0; i < frame.Length; i++)
        {
            frame[i] = i % 2 == 0 ? (short)17 : (short)-17;
            Assert.False(LevelMeter.IsSilent(frame));
            Assert.False(LevelMeter.IsSilent(frame.AsSpan(i, 1)));
            frame[i] = 16;
        }
    }

    [Theory]
    [InlineData(-100, 0)]
    [InlineData(-60, 0)]
    [InlineData(-30, 0.5)]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(double.NaN, 0)]
    public void Perceptual_level_runs_from_0_to_1(double dbfs, double expected) => Assert.Equal(expected, LevelMeter.ToPerceptual(dbfs), 1e-9);

    [Fact]
    public void Talk_lasts_200_ms_beyond_the_last_sound_and_starts_anew_after_a_pause()
    {
        var detector = new TalkDetector();
        var sound = Signals.Sine(400, 1_000, 480);
        var silence = new short[480];
        Assert.False(detector.Update(silence));
        for (var round = 0; round < 2; round++)
        {
            Assert.True(detector.Update(sound));
            Assert.True(detector.IsTalkStart);
            Assert.True(detector.Update(sound));
            Assert.False(detector.IsTalkStart);
            for (var i = 0; i < 20; i++)
            {
                Assert.True(detector.Update(silence));
                Assert.False(detector.IsTalkStart);
            }
            Assert.False(detector.Update(silence));
        }
    }
}
