using Parley.Protocol;
using Parley.Simulation;
using Parley.Simulation.Scenarios;
using Parley.Transport.Driving;

namespace Parley.Scenarios.Links;

/// <summary>The same seed gives the same run, and a failure says which seed.</summary>
public sealed class Determinism
{
    [Fact]
    public void The_same_seed_gives_the_same_trace_byte_for_byte()
    {
        var first = PlayEverything(seed: 42);
        var second = PlayEverything(seed: 42);

        Assert.Equal(first.Trace.ToString(), second.Trace.ToString());
        Assert.Equal(first.Trace.Hash, second.Trace.Hash);
        Assert.True(first.Trace.Count > 5_000);
    }

    [Fact]
    public void Another_seed_gives_another_trace()
    {
        Assert.NotEqual(PlayEverything(seed: 42).Trace.Hash, PlayEverything(seed: 43).Trace.Hash);
    }

    [Fact]
    public void A_bystander_does_not_change_the_fate_of_others()
    {
        Assert.Equal(LossPattern(withBystander: false), LossPattern(withBystander: true));

        static List<byte> LossPattern(bool withBystander)
        {
            var simulator = new Simulator(5);
            var bob = new ScriptedEndpoint();
            var bobHost = simulator.AddHost("bob", bob, Network.Address(2));
            if (withBystander)
            {
                var carol = new ScriptedEndpoint().SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(3));
                simulator.Connect(simulator.AddHost("carol", carol, Network.Address(3)), bobHost, Network.Impairment("loss=10%"));
            }
            var alice = new ScriptedEndpoint().SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(1));
            simulator.Connect(simulator.AddHost("alice", alice, Network.Address(1)), bobHost, Network.Impairment("loss=30%"));
            simulator.RunFor(TimeSpan.FromMilliseconds(200));
            return [.. bob.Received.Where(r => r.From == Network.Address(1)).Select(r => r.Bytes[0])];
        }
    }

    [Fact]
    public void A_failing_scenario_prints_its_seed_its_time_and_what_happened_last()
    {
        var failure = Assert.Throws<ScenarioFailedException>(() => Scenario.Plan(77, plan => plan
            .Do("two hosts", AddTwo)
            .Impair("alice", "bob", "loss=5%,burst=3")
            .For(10.Seconds())
            .Expect("loss of what bob received", Loss(plan), 0.9, 1)));

        Assert.StartsWith("Seed 77 failed at 10000.000 ms: loss of what bob received is 0.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("- Note expect loss of what bob received", failure.Message, StringComparison.Ordinal);
        Assert.Contains("bob DatagramReceived alice 100 bytes", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void A_plan_reads_aloud()
    {
        Scenario.Plan(seed: 7, plan => plan
            .Do("two hosts", AddTwo)
            .For(1.Seconds())
            .Expect("nothing is lost", () => Loss(plan) == 0)
            .Impair("alice", "bob", "loss=50%")
            .For(10.Seconds())
            .Expect("half of the last is lost", () => Loss(plan) is > 0.4 and < 0.5)
            .Heal("alice", "bob")
            .CutOff("alice")
            .For(5.Seconds())
            .Mend("alice")
            .Until("bob hears alice again", () => plan.Simulator.Trace.Newest(1).First().Host == "bob", within: 20.Milliseconds())
            .Roam("alice", Network.Address(9))
            .Stall("bob", 100.Milliseconds())
            .For(1.Minutes()));
    }

    [Fact]
    public void Until_fails_with_what_did_not_come_to_be()
    {
        var failure = Assert.Throws<ScenarioFailedException>(() => Scenario.Plan(3, plan => plan.Until("pigs fly", () => false, within: 2.Seconds())));
        Assert.StartsWith("Seed 3 failed at 2000.000 ms: Within 2 s it did not come to be so: pigs fly.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_seeds_run_one_after_the_other_and_the_bad_one_is_named()
    {
        var failure = Assert.Throws<ScenarioFailedException>(
            () => Scenario.RunAll(Enumerable.Range(1, 10), simulator => Assert.NotEqual(4, simulator.Seed)));
        Assert.StartsWith("Seed 4 failed", failure.Message, StringComparison.Ordinal);
    }

    private static double Loss(ScenarioPlan plan)
    {
        var stats = plan.Simulator.Stats(plan.Simulator.Host("alice"), plan.Simulator.Host("bob"));
        return stats.Lost / (double)stats.Sent;
    }

    private static void AddTwo(Simulator simulator)
    {
        simulator.AddHost("alice", new ScriptedEndpoint().SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10)), Network.Address(1));
        simulator.AddHost("bob", new ScriptedEndpoint(), Network.Address(2));
    }

    /// <summary>Every kind of misfortune in a few seconds.</summary>
    private static Simulator PlayEverything(int seed) => Scenario.Run(seed, simulator =>
    {
        var server = new ScriptedEndpoint().Echoing();
        var serverHost = simulator.AddHost("server", server, Network.Address(100));
        for (byte i = 1; i <= 3; i++)
        {
            var random = simulator.RandomFor($"client {i}");
            var client = new ScriptedEndpoint().SendingTo(Network.Address(100), TimeSpan.FromMilliseconds(10 + i), 50 + random.NextInt32(1_000));
            var host = simulator.AddHost($"client {i}", client, Network.Address(i), new SimulatedHostOptions { DriftPpm = random.NextInt32(200) - 100 });
            simulator.Connect(host, serverHost, Network.Impairment("loss=5%,burst=3,delay=20ms,jitter=10ms,reorder=2%,duplicate=1%,rate=2mbit,queue=50ms"));
            client.Connect(1, "server");
            simulator.After(TimeSpan.FromSeconds(i), () => client.Do(ChannelAction.SendJson(new ChannelId(1), new byte[] { 1, 2, 3 })));
        }
        simulator.RunFor(TimeSpan.FromSeconds(5));
        simulator.SetOutage(simulator.Host("client 1"), on: true);
        simulator.Rebind(simulator.Host("client 2"), Network.Address(22), breaksChannels: true);
        simulator.Stall(simulator.Host("client 3"), TimeSpan.FromSeconds(1));
        simulator.RunFor(TimeSpan.FromSeconds(5));
        simulator.SetOutage(simulator.Host("client 1"), on: false);
        simulator.RunFor(TimeSpan.FromSeconds(5));
    });
}
