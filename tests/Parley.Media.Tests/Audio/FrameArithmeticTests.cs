using Parley.Media.Audio;
using Parley.Protocol;

namespace Parley.Media.Tests.Audio;

/// <summary>The vectors beside plain loops.</summary>
public sealed class FrameArithmeticTests
{
    private const int Samples = AudioFormat.FrameSamples;

    [Fact]
    public void Adding_is_plain_addition_and_keeps_a_copy()
    {
        var random = new SeededRandom(1);
        var frame = Frame(random);
        var sum = Sum(random, 1 << 30);
        var expected = sum.Select((x, i) => x + frame[i]).ToArray();
        var copy = new short[Samples];
        FrameArithmetic.Add(frame, copy, sum);
        Assert.Equal(expected, sum);
        Assert.Equal(frame, copy);
    }

    [Theory]
    [InlineData(short.MinValue, true)]
    [InlineData(short.MaxValue, true)]
    [InlineData(short.MinValue - 1, false)]
    [InlineData(short.MaxValue + 1, false)]
    [InlineData(1 << 30, false)]
    [InlineData(-(1 << 30), false)]
    public void A_single_difference_at_any_place_decides_whether_all_fit(int difference, bool isFitting)
    {
        var random = new SeededRandom(2);
        for (var place = 0; place < Samples; place++)
        {
            var own = Frame(random);
            var others = Frame(random);
            var sum = others.Select((x, i) => (i == place ? difference : x) + own[i]).ToArray();
            var result = new short[Samples];
            Assert.Equal(isFitting, FrameArithmetic.TrySubtract(sum, own, result));
            if (!isFitting) continue;
            others[place] = (short)difference;
            Assert.Equal(others, result);
        }
    }

    [Fact]
    public void Limiting_a_difference_is_limiting_what_was_subtracted_before()
    {
        var random = new SeededRandom(3);
        var whole = new Limiter();
        var parts = new Limiter();
        var expected = new short[Samples];
        var result = new short[Samples];
        for (var tick = 0; tick < 300; tick++)
        {
            // Loud for a while, then quiet: down, and up again.
            var sum = Sum(random, tick % 100 < 30 ? 200_000 : 20_000);
            var own = Frame(random);
            whole.Process([.. sum.Select((x, i) => x - own[i])], expected);
            parts.Process(sum, own, result);
            Assert.Equal(expected, result);
            Assert.Equal(whole.Gain, parts.Gain);
        }
        Assert.InRange(parts.Gain, 0, 0.999f);
    }

    private static short[] Frame(SeededRandom random) => [.. Enumerable.Range(0, Samples).Select(_ => unchecked((short)random.NextUInt32()))];

    private static int[] Sum(SeededRandom random, int limit) =>
        [.. Enumerable.Range(0, Samples).Select(_ => (int)(random.NextUInt32() % (2u * (uint)limit)) - limit)];
}
