using Parley.Protocol.Time;
using Parley.Simulation;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Scenarios.Links;

/// <summary>The simulator turns a machine exactly as IEndpoint promises.</summary>
public sealed class DrivingContract
{
    [Fact]
    public void Inputs_due_at_one_instant_are_one_batch_before_one_flush()
    {
        var network = new Network().With("delay=10ms");
        network.Bob.NextTimeout = new Timeout(Instant.FromMilliseconds(10), TimeoutReason.Report);
        network.Bob.OnTimeout = _ => network.Bob.NextTimeout = Timeout.Never;
        for (byte i = 1; i <= 3; i++) network.Alice.Datagrams.Add(Network.Address(2), new[] { i });

        network.Simulator.RunFor(TimeSpan.FromMilliseconds(10));

        Assert.Equal(["flush", "datagram 1", "datagram 2", "datagram 3", "timeout", "flush"], network.Bob.Log);
    }

    [Fact]
    public void A_run_arrives_as_its_datagrams_with_the_senders_address()
    {
        var network = new Network();
        network.Alice.Datagrams.Add(Network.Address(2), new byte[] { 1, 1, 1 });
        network.Alice.Datagrams.Add(Network.Address(2), new byte[] { 2, 2, 2 });
        network.Alice.Datagrams.Add(Network.Address(2), new byte[] { 3 });

        network.Simulator.RunFor(TimeSpan.FromMilliseconds(1));

        Assert.Equal([[1, 1, 1], [2, 2, 2], [3]], network.Bob.Received.Select(r => r.Bytes));
        Assert.All(network.Bob.Received, r => Assert.Equal(Network.Address(1), r.From));
        Assert.Equal(3, network.AliceHost.DatagramsSent);
        Assert.Equal(7, network.BobHost.BytesReceived);
    }

    [Fact]
    public void A_time_out_comes_at_its_time_and_not_again()
    {
        var network = new Network();
        network.Bob.NextTimeout = new Timeout(Instant.FromMilliseconds(7), TimeoutReason.Retry);
        network.Bob.OnTimeout = _ => network.Bob.NextTimeout = Timeout.Never;

        network.Simulator.RunFor(TimeSpan.FromSeconds(10));

        Assert.Equal([Instant.FromMilliseconds(7)], network.Bob.TimeOuts);
    }

    [Fact]
    public void A_machine_that_never_waits_is_named_with_its_reason()
    {
        var network = new Network();
        network.Bob.NextTimeout = new Timeout(new Instant(5), TimeoutReason.Pacing);

        var stuck = Assert.Throws<SimulationStuckException>(() => network.Simulator.RunFor(TimeSpan.FromSeconds(1)));

        Assert.Contains("bob", stuck.Message, StringComparison.Ordinal);
        Assert.Contains("Pacing", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_datagram_that_no_path_bears_is_a_bug_that_shows()
    {
        var network = new Network();
        network.Alice.Datagrams.Add(Network.Address(2), new byte[1201]);

        var error = Assert.Throws<InvalidOperationException>(() => network.Simulator.RunFor(TimeSpan.FromSeconds(1)));

        Assert.Contains("alice sends a datagram of 1201 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_scenario_does_to_a_machine_takes_effect_at_once()
    {
        var network = new Network();
        network.Simulator.At(Instant.FromMilliseconds(5), () => network.Alice.Datagrams.Add(Network.Address(2), new byte[] { 1 }));

        network.Simulator.RunFor(TimeSpan.FromMilliseconds(10));

        Assert.Equal(Instant.FromMilliseconds(5.2), Assert.Single(network.Bob.Received).At);
        Assert.Equal(Instant.FromMilliseconds(10), network.Simulator.Now);
    }

    [Fact]
    public void Running_until_stops_when_it_is_so_and_says_whether()
    {
        var network = new Network();
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));

        Assert.True(network.Simulator.RunUntil(() => network.Bob.Received.Count == 3, TimeSpan.FromSeconds(1)));
        Assert.Equal(Instant.FromMilliseconds(20.2), network.Simulator.Now);
        Assert.False(network.Simulator.RunUntil(() => false, TimeSpan.FromSeconds(1)));
        Assert.Equal(Instant.FromMilliseconds(1020.2), network.Simulator.Now);
    }

    [Fact]
    public void A_frozen_process_finds_everything_when_it_thaws()
    {
        var network = new Network();
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(5));
        network.Simulator.Stall(network.BobHost, TimeSpan.FromMilliseconds(100));
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(99));
        Assert.Single(network.Bob.Received);

        network.Simulator.RunFor(TimeSpan.FromMilliseconds(1));

        Assert.Equal(11, network.Bob.Received.Count);
        Assert.All(network.Bob.Received.Skip(1), r => Assert.Equal(Instant.FromMilliseconds(105), r.At));
        Assert.Equal(3, network.Bob.Flushes);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    [InlineData(0.5)]
    public void A_drifting_clock_shows_in_how_often_its_host_sends(double ppm)
    {
        var simulator = new Simulator(1);
        var drifting = new ScriptedEndpoint().SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));
        var listener = new ScriptedEndpoint();
        var host = simulator.AddHost("drifting", drifting, Network.Address(1), new SimulatedHostOptions { DriftPpm = ppm });
        simulator.AddHost("listener", listener, Network.Address(2));

        simulator.RunFor(TimeSpan.FromSeconds(1_000));

        Assert.Equal(1_000_000 + ppm, host.Now.Milliseconds, tolerance: 0.001);
        // Each at the first tick of true time at which its clock shows the time asked for.
        Assert.InRange(drifting.TimeOuts.Count, 100_001 + (int)Math.Floor(ppm / 10), 100_001 + (int)Math.Ceiling(ppm / 10));
        var last = drifting.TimeOuts.Count - 1;
        Assert.Equal(last * 10.0, drifting.TimeOuts[last].Milliseconds, tolerance: 0.0002);
        var lastReceived = listener.Received.Count - 1;
        Assert.Equal(0.2 + (lastReceived * 10.0 / (1 + (ppm / 1e6))), listener.Received[lastReceived].At.Milliseconds, tolerance: 0.0002);
    }

    [Fact]
    public void A_clock_may_have_an_origin_of_its_own_and_change_its_drift_without_a_jump()
    {
        var simulator = new Simulator(1);
        var host = simulator.AddHost(
            "odd", new ScriptedEndpoint(), Network.Address(1), new SimulatedHostOptions { ClockOrigin = Instant.FromMilliseconds(5_000), DriftPpm = 1_000 });
        simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(6_001, host.Now.Milliseconds);

        simulator.SetDrift(host, -1_000);
        Assert.Equal(6_001, host.Now.Milliseconds);
        simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(7_000, host.Now.Milliseconds);
    }
}
