using Parley.Simulation;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>What only shows after a while, and that a whole conference can be run again to the last bit.</summary>
public sealed class LongCalls
{
    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(-100)]
    public void A_clock_that_drifts_for_ten_minutes_adds_no_delay(double ppm)
    {
        Scenario.Plan(seed: 41, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", clicks: true, drift: ppm)
                .For(5.Seconds())
                .Measure()
                .For(1.Minutes());
            var first = Delay(plan);
            // At 100 ppm ten minutes are 60 ms more or less sound than there is time for.
            plan.For(9.Minutes()).Measure().For(1.Minutes());
            var last = Delay(plan);
            plan.Expect("delay in the first minute in ms", first, 20, 80)
                .Expect("growth of the delay over ten minutes in ms", last - first, -15, 15)
                .Expect("longest silence in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 30);
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_conference()
    {
        var first = Play(seed: 42);
        var second = Play(seed: 42);
        Assert.Equal(first.Trace.Count, second.Trace.Count);
        Assert.Equal(first.Trace.Hash, second.Trace.Hash);
        Assert.True(first.Trace.Count > 20_000);
        Assert.NotEqual(first.Trace.Hash, Play(seed: 43).Trace.Hash);
    }

    private static double Delay(ScenarioPlan plan)
    {
        var clicks = plan.Person("anna").Clicks;
        plan.Expect("clicks heard in a minute", clicks.Count, 58, 61);
        return clicks.Average(c => c.Delay.TotalMilliseconds);
    }

    private static Simulator Play(int seed) => Scenario.Plan(seed, plan => plan
        .Server()
        .Join("anna", tone: 443, camera: true, drift: 40)
        .Join("ben", tone: 997, camera: true)
        .Join("cleo", tone: 1571, drift: -70)
        .Network("ben", "loss=3%,burst=2,delay=20ms,jitter=10ms,reorder=1%,duplicate=1%")
        .For(2.Seconds())
        .CutOff("cleo")
        .Roam("ben", Protocol.Addressing.TransportAddress.FromIPv4(0xC0A80007, 7_000), breaksChannels: true)
        .For(3.Seconds())
        .Mend("cleo")
        .Stall("anna", 500.Milliseconds())
        .For(3.Seconds()));
}
