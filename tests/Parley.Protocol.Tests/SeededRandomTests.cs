namespace Parley.Protocol.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void A_seed_means_the_same_bytes_for_ever()
    {
        // A seed in a bug report must reproduce: when this changes, every seed ever written down is void.
        var bytes = new byte[20];
        new SeededRandom(7).Fill(bytes);
        Assert.Equal("5A76F94EF7FA58B3D22C484F963D5C4796792C95", Convert.ToHexString(bytes));
    }

    [Fact]
    public void Parts_of_one_seed_have_sequences_of_their_own()
    {
        Assert.Equal(SeededRandom.For(1, "a").NextUInt64(), SeededRandom.For(1, "a").NextUInt64());
        Assert.NotEqual(SeededRandom.For(1, "a").NextUInt64(), SeededRandom.For(1, "b").NextUInt64());
        Assert.NotEqual(SeededRandom.For(1, "a").NextUInt64(), SeededRandom.For(2, "a").NextUInt64());
        Assert.NotEqual(SeededRandom.For(-1, "a").NextUInt64(), SeededRandom.For(1, "a").NextUInt64());
    }

    [Fact]
    public void Numbers_are_spread_evenly()
    {
        var random = new SeededRandom(1);
        var counts = new int[16];
        for (var i = 0; i < 160_000; i++) counts[random.NextInt32(16)]++;

        // Chi-squared with 15 degrees of freedom is above 44 once in ten thousand.
        Assert.InRange(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000), 0, 44);
    }
}
