using Parley.Simulation.Scenarios;
using Parley.Simulation.Transfers;

namespace Parley.Scenarios.Files;

/// <summary>A transfer alone, or two, on 20 Mbit/s with a queue of 100 packets: what Reno should reach, it reaches.</summary>
public sealed class RenoAlone
{
    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    public void Without_loss_it_fills_the_link(int roundTrip) => ItReaches(roundTrip, 0, 1, 15.Seconds(), 0.95, 1);

    [Theory]
    [InlineData(20, 0.005)]
    [InlineData(40, 0.02)]
    public void With_random_loss_it_reaches_what_the_formula_says(int roundTrip, double loss) => ItReaches(roundTrip, loss, 2, 30.Seconds(), 0.7, 1.35);

    [Fact]
    public void Two_transfers_share_the_link() => Assert.InRange(RenoRun.ShareOfFirst(20.Milliseconds(), 1, 40.Seconds()), 0.4, 0.6);

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(20, 0, 0.95, 1)]
    [InlineData(40, 0, 0.95, 1)]
    [InlineData(20, 0.005, 0.75, 1.25)]
    [InlineData(40, 0.005, 0.75, 1.25)]
    [InlineData(20, 0.02, 0.75, 1.25)]
    [InlineData(40, 0.02, 0.75, 1.25)]
    public void Five_seeds_of_a_minute_are_all_within_the_bounds(int roundTrip, double loss, double least, double most)
    {
        for (var seed = 1; seed <= 5; seed++) ItReaches(roundTrip, loss, seed, 60.Seconds(), least, most);
    }

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(20)]
    [InlineData(40)]
    public void Two_transfers_share_the_link_with_every_seed(int roundTrip)
    {
        for (var seed = 1; seed <= 5; seed++) Assert.InRange(RenoRun.ShareOfFirst(roundTrip.Milliseconds(), seed, 60.Seconds()), 0.4, 0.6);
    }

    private static void ItReaches(int roundTrip, double loss, int seed, TimeSpan duration, double least, double most)
    {
        var outcome = RenoRun.Alone(roundTrip.Milliseconds(), loss, seed, duration);
        var expected = loss == 0 ? RenoRun.LinkGoodput : RenoRun.Mathis(roundTrip.Milliseconds(), loss);
        Assert.True(outcome.IsIntact, "A byte is not the one that was sent.");
        Assert.InRange(outcome.Goodput / expected, least, most);
    }
}
