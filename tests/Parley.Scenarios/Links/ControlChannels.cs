using Parley.Protocol;
using Parley.Protocol.Time;
using Parley.Simulation;
using Parley.Transport.Driving;

namespace Parley.Scenarios.Links;

/// <summary>What the simulated network makes of control connections.</summary>
public sealed class ControlChannels
{
    private static readonly ChannelId One = new(1);

    [Fact]
    public void Both_sides_see_the_others_key_after_two_round_trips()
    {
        var network = new Network().With("delay=10ms");
        network.Alice.Connect(1, "BOB");

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        var (at, channel, peer) = Assert.Single(network.Alice.Opened);
        Assert.Equal(Instant.FromMilliseconds(40), at);
        Assert.Equal(One, channel);
        Assert.Equal(Network.BobKey, peer.PeerKeyHash.ToArray());
        Assert.False(peer.IsIncoming);
        var accepted = Assert.Single(network.Bob.Opened);
        Assert.Equal(Instant.FromMilliseconds(50), accepted.At);
        Assert.Equal(Network.AliceKey, accepted.Peer.PeerKeyHash.ToArray());
        Assert.True(accepted.Peer.IsIncoming);
        Assert.Equal(Network.Address(1).Address, accepted.Peer.Address.Address);
    }

    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("bob")]
    public void A_host_is_found_by_name_or_address(string name)
    {
        var network = new Network();
        network.Alice.Connect(1, name, Network.BobKey);
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(network.Bob.Opened);
    }

    [Fact]
    public void Messages_arrive_whole_and_in_order_and_are_echoed()
    {
        var network = Connected("delay=10ms,jitter=10ms,loss=20%,rate=1mbit");
        network.Bob.Echoing();
        for (byte i = 0; i < 100; i++) network.Alice.Send(1, i, 99);

        network.Simulator.RunFor(TimeSpan.FromMinutes(1));

        Assert.Equal(Enumerable.Range(0, 100), network.Bob.Messages.Select(m => (int)m.Body[0]));
        Assert.Equal(Enumerable.Range(0, 100), network.Alice.Messages.Select(m => (int)m.Body[0]));
    }

    [Fact]
    public void A_slow_path_takes_its_time_for_a_long_message()
    {
        var network = Connected("delay=10ms,rate=1mbit");
        var start = network.Simulator.Now;
        network.Alice.Send(1, new byte[125_000]);
        network.Alice.Send(1, new byte[12_500]);

        network.Simulator.RunFor(TimeSpan.FromSeconds(5));

        Assert.Equal([1_010.0, 1_110.0], network.Bob.Messages.Select(m => (m.At - start).TotalMilliseconds));
    }

    [Fact]
    public void Nobody_of_that_name_is_unreachable()
    {
        var network = new Network();
        network.Alice.Connect(1, "zoe");
        network.Alice.Connect(2, "10.0.0.99");
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal([ChannelCloseReason.Unreachable, ChannelCloseReason.Unreachable], network.Alice.Closed.Select(c => c.Reason));
        Assert.Equal(0, network.AliceHost.ChannelCount);
    }

    [Fact]
    public void A_host_that_does_not_listen_refuses()
    {
        var network = new Network();
        network.Simulator.AddHost("carol", new ScriptedEndpoint(), Network.Address(3), new SimulatedHostOptions { IsListening = false });
        network.Simulator.AddHost("dave", new ScriptedEndpoint(), Network.Address(4), new SimulatedHostOptions { ControlPort = 6000 });
        network.Alice.Connect(1, "carol");
        network.Alice.Connect(2, "dave");
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal([ChannelCloseReason.Unreachable, ChannelCloseReason.Unreachable], network.Alice.Closed.Select(c => c.Reason));
    }

    [Fact]
    public void Another_key_than_expected_closes_before_the_other_side_hears_of_it()
    {
        var network = new Network();
        network.Alice.Connect(1, "bob", Network.AliceKey);

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(ChannelCloseReason.WrongKey, Assert.Single(network.Alice.Closed).Reason);
        Assert.Empty(network.Alice.Opened);
        Assert.Empty(network.Bob.Opened);
        Assert.Empty(network.Bob.Closed);
    }

    [Fact]
    public void Closing_sends_what_is_queued_and_only_the_other_side_is_told()
    {
        var network = Connected("delay=10ms");
        network.Alice.Send(1, 5);
        network.Alice.Do(ChannelAction.Close(One));
        network.Alice.Send(1, 6);

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(5, Assert.Single(network.Bob.Messages).Body[0]);
        Assert.Equal(ChannelCloseReason.ClosedByPeer, Assert.Single(network.Bob.Closed).Reason);
        Assert.Empty(network.Alice.Closed);
        Assert.Equal(0, network.AliceHost.ChannelCount + network.BobHost.ChannelCount);
    }

    [Fact]
    public void What_is_given_up_before_it_stood_never_reaches_the_other_side()
    {
        var network = new Network().With("delay=10ms");
        network.Alice.Connect(1, "bob");
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(5));
        network.Alice.Do(ChannelAction.Close(One));
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(["flush"], network.Bob.Log.Distinct());
        Assert.Empty(network.Alice.Closed);
    }

    [Fact]
    public void A_short_outage_only_delays()
    {
        var network = Connected("delay=10ms");
        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: true);
        network.Alice.Send(1, 1);
        network.Alice.Send(1, 2);
        network.Simulator.RunFor(TimeSpan.FromSeconds(5));
        Assert.Empty(network.Bob.Messages);

        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: false);
        var mended = network.Simulator.Now;
        network.Simulator.RunFor(TimeSpan.FromMinutes(1));

        Assert.Equal([1, 2], network.Bob.Messages.Select(m => (int)m.Body[0]));
        Assert.Equal(TimeSpan.FromMilliseconds(10), network.Bob.Messages[0].At - mended);
        Assert.Empty(network.Alice.Closed);
        Assert.Empty(network.Bob.Closed);
    }

    [Fact]
    public void A_long_outage_breaks_the_connection_for_both()
    {
        var network = Connected("delay=10ms");
        var cut = network.Simulator.Now;
        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: true);
        network.Alice.Send(1, 1);

        network.Simulator.RunFor(TimeSpan.FromSeconds(20));

        var lost = cut + SimulatorOptions.Default.ChannelPatience;
        Assert.Equal([(lost, One, ChannelCloseReason.ConnectionLost)], network.Alice.Closed);
        Assert.Equal(lost, Assert.Single(network.Bob.Closed).At);
        Assert.Empty(network.Bob.Messages);
    }

    [Fact]
    public void Patience_with_one_outage_does_not_end_the_next()
    {
        var network = Connected("delay=10ms");
        for (var i = 0; i < 3; i++)
        {
            network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: true);
            network.Simulator.RunFor(TimeSpan.FromSeconds(10));
            network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: false);
            network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        }
        Assert.Empty(network.Alice.Closed);
    }

    [Fact]
    public void Connecting_into_an_outage_waits_for_its_end_or_gives_up()
    {
        var network = new Network();
        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: true);
        network.Alice.Connect(1, "bob");
        network.Simulator.RunFor(TimeSpan.FromSeconds(6));
        Assert.Equal([(new Instant(0) + SimulatorOptions.Default.ConnectPatience, One, ChannelCloseReason.Unreachable)], network.Alice.Closed);

        network.Alice.Connect(2, "bob");
        network.Simulator.RunFor(TimeSpan.FromSeconds(2));
        network.Simulator.SetOutage(network.AliceHost, network.BobHost, on: false);
        network.Simulator.RunFor(TimeSpan.FromSeconds(6));
        Assert.Equal(new ChannelId(2), Assert.Single(network.Alice.Opened).Channel);
        Assert.Single(network.Bob.Opened);
        Assert.Empty(network.Bob.Closed);
    }

    [Fact]
    public void A_broken_connection_tells_both_at_once()
    {
        var network = Connected("delay=10ms");
        network.Simulator.BreakChannels(network.AliceHost, network.BobHost);
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ChannelCloseReason.ConnectionLost, Assert.Single(network.Alice.Closed).Reason);
        Assert.Equal(ChannelCloseReason.ConnectionLost, Assert.Single(network.Bob.Closed).Reason);
    }

    [Fact]
    public void A_move_keeps_connections_unless_it_shall_break_them()
    {
        var network = Connected("delay=10ms");
        network.Simulator.Rebind(network.AliceHost, Network.Address(8));
        network.Alice.Send(1, 1);
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(network.Bob.Messages);

        var moved = network.Simulator.Now;
        network.Simulator.Rebind(network.AliceHost, Network.Address(9), breaksChannels: true);
        network.Bob.Do(ChannelAction.SendJson(network.Bob.Opened[0].Channel, new byte[] { 1 }));
        network.Simulator.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(moved, Assert.Single(network.Alice.Closed).At);
        Assert.Equal(moved + SimulatorOptions.Default.ChannelPatience, Assert.Single(network.Bob.Closed).At);
        Assert.Empty(network.Alice.Messages);
    }

    [Fact]
    public void A_restart_resets_the_connections_and_the_new_machine_knows_nothing()
    {
        var network = Connected("delay=10ms");
        var fresh = new ScriptedEndpoint();
        network.Simulator.Restart(network.BobHost, fresh);
        network.Alice.Send(1, 1);
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(ChannelCloseReason.ConnectionLost, Assert.Single(network.Alice.Closed).Reason);
        Assert.Equal(["flush"], fresh.Log.Distinct());
        network.Alice.Connect(2, "bob");
        network.Simulator.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(fresh.Opened);
    }

    [Theory]
    [InlineData(false, Limits.MaxUnauthenticatedMessage, true)]
    [InlineData(false, Limits.MaxUnauthenticatedMessage + 1, false)]
    [InlineData(true, Limits.MaxControlMessage, true)]
    [InlineData(true, Limits.MaxControlMessage + 1, false)]
    public void A_message_over_the_limit_ends_the_connection(bool authenticated, int size, bool arrives)
    {
        var network = Connected("delay=10ms", authenticated);
        network.Alice.Send(1, new byte[size]);

        network.Simulator.RunFor(TimeSpan.FromSeconds(1));

        Assert.Equal(arrives ? 1 : 0, network.Bob.Messages.Count);
        Assert.Equal(arrives ? [] : [ChannelCloseReason.ProtocolError], network.Bob.Closed.Select(c => c.Reason));
        Assert.Equal(arrives ? [] : [ChannelCloseReason.ConnectionLost], network.Alice.Closed.Select(c => c.Reason));
    }

    [Fact]
    public void A_stranger_who_does_not_authenticate_is_evicted()
    {
        var network = Connected("delay=10ms", trusted: false);
        network.Simulator.RunFor(SimulatorOptions.Default.AuthenticationTime);
        Assert.Equal(ChannelCloseReason.Evicted, Assert.Single(network.Bob.Closed).Reason);
        Assert.Equal(ChannelCloseReason.ConnectionLost, Assert.Single(network.Alice.Closed).Reason);
    }

    [Fact]
    public void Who_does_not_read_is_too_slow()
    {
        var network = Connected("delay=10ms");
        network.Simulator.Stall(network.BobHost, TimeSpan.FromSeconds(10));
        for (var i = 0; i < 50; i++) network.Alice.Send(1, new byte[100_000]);

        network.Simulator.RunFor(TimeSpan.FromSeconds(20));

        Assert.Equal(ChannelCloseReason.TooSlow, Assert.Single(network.Alice.Closed).Reason);
        Assert.Equal(ChannelCloseReason.ConnectionLost, Assert.Single(network.Bob.Closed).Reason);
        Assert.Empty(network.Bob.Messages);
    }

    [Fact]
    public void A_body_that_is_written_to_after_it_was_sent_is_a_bug_that_shows()
    {
        var network = Connected("delay=10ms");
        var body = new byte[] { 1, 2, 3 };
        network.Alice.Send(1, body);
        network.Simulator.After(TimeSpan.FromMilliseconds(5), () => body[0] = 9);

        var error = Assert.Throws<InvalidOperationException>(() => network.Simulator.RunFor(TimeSpan.FromSeconds(1)));

        Assert.Contains("alice has written into the body", error.Message, StringComparison.Ordinal);
    }

    private static Network Connected(string impairment, bool trusted = true)
    {
        var network = new Network().With(impairment);
        network.Bob.Trusts = trusted;
        network.Alice.Connect(1, "bob");
        network.Simulator.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Single(network.Alice.Opened);
        Assert.Single(network.Bob.Opened);
        return network;
    }
}
