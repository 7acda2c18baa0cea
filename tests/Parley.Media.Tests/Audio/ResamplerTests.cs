using Parley.Media.Audio;

namespace Parley.Media.Tests.Audio;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(4_000)]
    [InlineData(7_200)]
    public void Tones_up_to_7200_Hz_keep_their_level_in_both_directions(double hz)
    {
        Assert.InRange(LevelChange(48_000, 16_000, hz, hz), -0.1, 0.1);
        Assert.InRange(LevelChange(16_000, 48_000, hz, hz), -0.1, 0.1);
    }

    [Theory]
    [InlineData(8_500)]
    [InlineData(11_000)]
    [InlineData(15_000)]
    [InlineData(17_000)]
    [InlineData(23_000)]
    public void Tones_that_16_kHz_cannot_carry_are_gone_below_minus_60_dB(double hz)
    {
        var alias = Math.Abs(hz - (16_000 * Math.Round(hz / 16_000)));
        Assert.True(LevelChange(48_000, 16_000, hz, alias) < -60);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000)]
    [InlineData(7_200)]
    public void Going_up_makes_no_images_above_minus_60_dB(double hz)
    {
        Assert.True(LevelChange(16_000, 48_000, hz, 16_000 - hz) < -60);
        Assert.True(LevelChange(16_000, 48_000, hz, 16_000 + hz) < -60);
    }

    [Fact]
    public void The_delay_is_96_samples_at_48_kHz_each_way()
    {
        var up = new short[480];
        new Resampler(16_000, 48_000).Process(Impulse(160), up);
        Assert.Equal(Resampler.DelayAt48Khz, up.AsSpan().IndexOf(up.Max()));

        var down = new short[160];
        new Resampler(48_000, 16_000).Process(Impulse(480), down);
        Assert.Equal(Resampler.DelayAt48Khz / 3, down.AsSpan().IndexOf(down.Max()));
    }

    [Fact]
    public void Cutting_the_stream_differently_changes_nothing()
    {
        var input = Signals.Noise(1, 20_000, 4_800);
        var whole = new short[1_600];
        new Resampler(48_000, 16_000).Process(input, whole);
        var pieces = new short[1_600];
        var resampler = new Resampler(48_000, 16_000);
        for (var i = 0; i < 10; i++) resampler.Process(input.AsSpan(i * 480, 480), pieces.AsSpan(i * 160, 160));
        Assert.Equal(whole, pieces);

        resampler.Reset();
        resampler.Process(input, pieces);
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void Equal_rates_copy_and_other_rates_or_lengths_are_refused()
    {
        var input = Signals.Noise(2, 20_000, 480);
        var output = new short[480];
        new Resampler(48_000, 48_000).Process(input, output);
        Assert.Equal(input, output);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Resampler(44_100, 48_000));
        Assert.Throws<ArgumentException>(() => new Resampler(48_000, 16_000).Process(new short[480], new short[161]));
    }

    [Fact]
    public void Loud_input_does_not_wrap_around()
    {
        // The filter overshoots at the edges of a square at full scale.
        var input = new short[480];
        for (var i = 0; i < input.Length; i++) input[i] = i / 40 % 2 == 0 ? short.MaxValue : short.MinValue;
        var output = new short[1_440];
        new Resampler(16_000, 48_000).Process(input, output);
        for (var i = 100 + 40; i < 1_400; i++)
        {
            var source = input[Math.Clamp((i - 96) / 3, 0, 479)];
            if (Math.Abs((int)output[i]) > 20_000) Assert.True(Near(input, (i - 96) / 3, Math.Sign(output[i])), $"sample {i}: {output[i]} for {source}");
        }
    }

    private static bool Near(short[] input, int at, int sign)
    {
        for (var i = Math.Max(0, at - 2); i <= Math.Min(479, at + 2); i++)
        {
            if (Math.Sign(input[i]) == sign) return true;
        }
        return false;
    }

    private static short[] Impulse(int count)
    {
        var samples = new short[count];
        samples[0] = 30_000;
        return samples;
    }

    private static double LevelChange(int from, int to, double hz, double measuredHz)
    {
        const double Amplitude = 20_000;
        var input = Signals.Sine(hz, Amplitude, from, from);
        var output = new short[to];
        new Resampler(from, to).Process(input, output);
        // Past the start, over a whole number of periods of every frequency used here.
        return 20 * Math.Log10(Spectrum.Amplitude(output.AsSpan(to / 10, to / 10 * 5), measuredHz, to) / Amplitude);
    }
}
