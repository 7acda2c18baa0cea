using FsCheck;
using FsCheck.Fluent;
using Parley.Media.Audio;

namespace Parley.Media.Tests.Audio;

public sealed class LimiterTests
{
    [Fact]
    public void Any_sum_stays_in_range_and_keeps_its_sign()
    {
        Prop.ForAll<int, byte>((seed, bits) =>
        {
            var random = new Random(seed);
            var limiter = new Limiter();
            var input = new int[480];
            var output = new short[480];
            for (var frame = 0; frame < 5; frame++)
            {
                var amplitude = 1 << (10 + (bits % 14));
                for (var i = 0; i < input.Length; i++) input[i] = random.Next(-amplitude, amplitude);
                limiter.Process(input, output);
                for (var i = 0; i < input.Length; i++)
                {
                    if (Math.Sign(output[i]) * Math.Sign(input[i]) < 0 || output[i] == short.MinValue && input[i] > 0) return false;
                }
            }
            return limiter.Gain is > 0 and <= 1;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_gain_falls_at_once_and_is_back_at_exactly_one_within_two_seconds()
    {
        var limiter = new Limiter();
        var output = new short[480];
        limiter.Process(Sum(60_000), output);
        Assert.InRange(limiter.Gain, 0.5f, 0.6f);
        Assert.True(Signals.Peak(output) <= short.MaxValue);
        var quiet = Sum(10_000);
        limiter.Process(quiet, output);
        Assert.InRange(limiter.Gain, 0.55f, 0.65f);
        var frames = 1;
        while (limiter.Gain < 1)
        {
            limiter.Process(quiet, output);
            frames++;
        }
        Assert.InRange(frames, 50, 200);
        limiter.Process(quiet, output);
        Assert.Equal(quiet, output.Select(s => (int)s));
    }

    [Fact]
    public void A_loud_passage_comes_without_clicks()
    {
        // Twice full scale for half of the time: no step is steeper than what came in.
        var limiter = new Limiter();
        var all = new List<short>();
        var output = new short[480];
        for (var frame = 0; frame < 60; frame++)
        {
            limiter.Process(Sum(frame / 10 % 2 == 0 ? 65_534 : 20_000, frame * 480), output);
            all.AddRange(output);
        }
        Assert.True(Signals.LargestStep(all.ToArray()) < 65_534 * 2 * Math.PI * 500 / 48_000);
    }

    private static int[] Sum(double amplitude, int start = 0)
    {
        var samples = new int[480];
        for (var i = 0; i < samples.Length; i++) samples[i] = (int)Math.Round(amplitude * Math.Sin(2 * Math.PI * 500 * (start + i) / 48_000));
        return samples;
    }
}
