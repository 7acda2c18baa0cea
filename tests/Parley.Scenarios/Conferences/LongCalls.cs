using Parley.Media.Synthesis;
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
            plan.Expect("delay in the first minute in ms", first, 2, 60)
                .Expect("growth of the delay over ten minutes in ms", last - first, -15, 15)
                .Expect("longest silence in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 30);
        });
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void Clocks_that_drift_apart_for_five_minutes_make_no_click(double ppm) => DriftApart(ppm, 5);

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(100)]
    [InlineData(-100)]
    public void Clocks_that_drift_apart_for_an_hour_make_no_click_and_no_delay(double ppm) => DriftApart(ppm, 60);

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

    /// <summary>The speaker's clock is fast by so much, the listener's slow, the server's right.</summary>
    private static void DriftApart(double ppm, int minutes)
    {
        Scenario.Plan(seed: 44, plan =>
        {
            plan.Server()
                .Join("anna", drift: -ppm)
                .Join("ben", tone: 443, drift: ppm)
                .Network("ben", "delay=2ms,jitter=3ms")
                // The delay may lie 10 ms above and 15 below what is aimed at, and drifts to one end of that at first.
                .For(3.Minutes());
            var anna = plan.Person("anna");
            var clicks = new DiscontinuityDetector(443, -24);
            anna.Discontinuities = clicks;
            plan.Measure();
            var before = plan.TheServer().TakeSnapshot().ConcealedVoiceFrames;
            var first = AverageDelay(plan);
            plan.For((minutes - 3).Minutes());
            var last = AverageDelay(plan);
            plan.Expect("playout delay at first in ms", first, 2, 30)
                .Expect("its growth in ms", last - first, -10, 10)
                .Expect("clicks", clicks.Clicks, 0, 0)
                .Expect("largest miss of a sample", clicks.Largest, 0, 30)
                .Expect("made-up sound at anna", anna.ConcealedShare, 0, 0.0005)
                .Expect("made-up frames of ben at the server", plan.TheServer().TakeSnapshot().ConcealedVoiceFrames - before, 0, minutes * 3)
                .Expect("longest silence in ms", anna.LongestSilence.TotalMilliseconds, 0, 30)
                .Expect("ben's tone at anna", anna.ToneDb(443), -25, -23);
        });
    }

    private static double AverageDelay(ScenarioPlan plan)
    {
        var sum = 0.0;
        for (var i = 0; i < 20; i++)
        {
            plan.For(500.Milliseconds());
            sum += plan.Person("anna").PlayoutDelay!.Value.TotalMilliseconds;
        }
        return sum / 20;
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
