using Parley.Protocol.Time;
using Parley.Simulation;

namespace Parley.Scenarios.Links;

/// <summary>What the simulated network does to datagrams.</summary>
public sealed class Datagrams
{
    [Fact]
    public void An_echo_comes_back_after_both_delays()
    {
        var network = new Network();
        network.Simulator.Connect(network.AliceHost, network.BobHost, Network.Impairment("delay=20ms"), Network.Impairment("delay=30ms"));
        network.Bob.Echoing();
        network.Alice.Datagrams.Add(Network.Address(2), new byte[] { 7 });

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(Instant.FromMilliseconds(50), Assert.Single(network.Alice.Received).At);
    }

    [Fact]
    public void A_direction_is_seen_from_the_first_host()
    {
        var network = new Network().With("loss=100%,direction=up");
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));
        network.Bob.SendingTo(Network.Address(1), TimeSpan.FromMilliseconds(10));

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Empty(network.Bob.Received);
        Assert.Equal(100, network.Alice.Received.Count);
    }

    [Fact]
    public void Loss_between_hosts_keeps_its_rate()
    {
        var network = new Network().With("loss=5%,burst=3,delay=5ms");
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(1));

        network.Simulator.RunFor(TimeSpan.FromSeconds(100));

        var stats = network.Simulator.Stats(network.AliceHost, network.BobHost);
        Assert.Equal(stats.Delivered, network.Bob.Received.Count);
        Assert.InRange(stats.Lost / (double)stats.Sent, 0.04, 0.06);
        Assert.InRange(stats.Lost / (double)stats.LossBursts, 2.8, 3.2);
    }

    [Fact]
    public void An_outage_swallows_what_is_sent_and_what_is_on_its_way()
    {
        var network = new Network().With("delay=50ms");
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(95));
        Assert.Equal(5, network.Bob.Received.Count);

        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: true);
        network.Simulator.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(5, network.Bob.Received.Count);

        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: false);
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(1_000));
        Assert.Equal(5 + 95, network.Bob.Received.Count);
    }

    [Fact]
    public void Cutting_a_host_off_leaves_the_others_together()
    {
        var network = new Network();
        var carol = new ScriptedEndpoint().SendingTo(Network.Address(1), TimeSpan.FromMilliseconds(10));
        network.Simulator.AddHost("carol", carol, Network.Address(3));
        network.Bob.SendingTo(Network.Address(1), TimeSpan.FromMilliseconds(10));
        network.Simulator.SetOutage(network.BobHost, on: true);

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(100, network.Alice.Received.Count(r => r.From == Network.Address(3)));
        Assert.DoesNotContain(network.Alice.Received, r => r.From == Network.Address(2));
    }

    [Fact]
    public void A_host_that_moves_sends_from_its_new_address_and_is_gone_from_the_old()
    {
        var network = new Network().With("delay=20ms");
        network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(10));
        network.Bob.Echoing();
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(105));
        var echoesBefore = network.Alice.Received.Count;

        network.Simulator.Rebind(network.AliceHost, Network.Address(9));
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(39));

        // What bob sent to the old address and what he still answers there vanishes.
        Assert.Equal(echoesBefore, network.Alice.Received.Count);
        Assert.Equal(Network.Address(9), network.Bob.Received[^1].From);
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.True(network.Alice.Received.Count > echoesBefore + 5);
    }

    [Fact]
    public void What_is_sent_to_nobody_is_in_the_trace()
    {
        var network = new Network();
        network.Alice.Datagrams.Add(Network.Address(77), new byte[] { 1 });

        network.Simulator.RunFor(TimeSpan.FromMilliseconds(1));

        Assert.Contains("alice DatagramLost 10.0.0.77:5001 1 bytes", network.Simulator.Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_of_the_trace_is_bounded_but_its_hash_covers_all()
    {
        var small = Run(entries: 50);
        var large = Run(entries: 100_000);

        Assert.Equal(50, small.Trace.Newest().Count());
        Assert.True(small.Trace.Count > 1_000);
        Assert.Equal(large.Trace.Hash, small.Trace.Hash);
        Assert.EndsWith(small.Trace.ToString(), large.Trace.ToString(), StringComparison.Ordinal);

        static Simulator Run(int entries)
        {
            var network = new Network(options: new SimulatorOptions { TraceEntries = entries });
            network.Alice.SendingTo(Network.Address(2), TimeSpan.FromMilliseconds(1));
            network.Simulator.RunFor(TimeSpan.FromSeconds(1));
            return network.Simulator;
        }
    }
}
