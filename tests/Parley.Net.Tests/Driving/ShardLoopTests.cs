using System.Net;
using System.Text;
using Parley.Net.Tests.Support;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Net.Tests.Driving;

public sealed class ShardLoopTests
{
    [Theory]
    [InlineData(DatagramSocketKind.Linux)]
    [InlineData(DatagramSocketKind.Portable)]
    public async Task Posted_work_is_bounded_and_nothing_accepted_is_lost(DatagramSocketKind kind)
    {
        await using var shard = Shards.Start(Shards.Options(kind), new ScriptedEndpoint());
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        Assert.True(shard.Post(_ =>
        {
            entered.Set();
            go.Wait(Deadline.Long);
        }));
        Assert.True(entered.Wait(Deadline.Long));

        var done = 0;
        for (var i = 0; i < ShardLoop.MaxPosted; i++) Assert.True(shard.Post(_ => done++));
        Assert.False(shard.Post(_ => done++));
        Assert.Equal(1, shard.Stats.PostsRefused);

        go.Set();
        await Deadline.Until(() => Volatile.Read(ref done) == ShardLoop.MaxPosted, "all accepted work is done");
        Assert.True(await shard.AskAsync(() => true));
    }

    [Fact]
    public async Task The_loop_outlives_every_failure_of_the_endpoint()
    {
        var endpoint = new ScriptedEndpoint
        {
            OnDatagram = (Instant _, in TransportAddress _, Span<byte> _) => throw new InvalidOperationException("datagram"),
            OnTimeout = _ => throw new InvalidOperationException("timeout"),
        };
        await using var shard = Shards.Start(Shards.Options(), endpoint);
        await using var other = Shards.Start(Shards.Options(), new ScriptedEndpoint());
        var queue = new DatagramQueue();
        queue.Add(shard.Udp(), [1]);
        using var socket = DatagramSocketFactory.Create(IPAddress.Loopback, 0);
        socket.Send(queue);
        await Deadline.Until(() => shard.Stats.EndpointErrors == 1, "the datagram failed");
        shard.Post(_ => endpoint.NextTimeout = new Timeout(new Instant(0), TimeoutReason.Retry));
        await Deadline.Until(() => shard.Stats.EndpointErrors == 2, "the timeout failed");
        shard.Post(_ => throw new InvalidOperationException("work"));
        await Deadline.Until(() => shard.Stats.EndpointErrors == 3, "the work failed");
        endpoint.OnFlush = _ => throw new InvalidOperationException("flush");
        Assert.True(await shard.AskAsync(() => true));
        await Deadline.Until(() => shard.Stats.EndpointErrors > 3, "the flush of that turn failed");
    }

    [Theory]
    [InlineData(DatagramSocketKind.Linux)]
    [InlineData(DatagramSocketKind.Portable)]
    public async Task A_timeout_is_called_when_due_and_not_before(DatagramSocketKind kind)
    {
        var called = new Signals<Instant>();
        var endpoint = new ScriptedEndpoint { OnTimeout = called.Add };
        await using var shard = Shards.Start(Shards.Options(kind), endpoint);
        var due = await shard.AskAsync(() =>
        {
            var at = MonotonicClock.Shared.Now + TimeSpan.FromMilliseconds(30);
            endpoint.NextTimeout = new Timeout(at, TimeoutReason.AudioTick);
            return at;
        });
        Assert.True(await called.NextAsync() >= due);
        Assert.False(called.TryNext(out _));
    }

    [Theory]
    [InlineData(DatagramSocketKind.Linux)]
    [InlineData(DatagramSocketKind.Portable)]
    public async Task A_burst_that_goes_to_hundreds_does_not_overflow_the_queue(DatagramSocketKind kind)
    {
        const int Burst = 64;
        const int Receivers = 250;
        using var sink = DatagramSocketFactory.Create(IPAddress.Loopback, 0);
        var to = sink.LocalAddress;
        var handled = new Signals<int>();
        var count = 0;
        var endpoint = new ScriptedEndpoint();
        endpoint.OnDatagram = (Instant _, in TransportAddress _, Span<byte> datagram) =>
        {
            for (var i = 0; i < Receivers; i++) endpoint.Datagrams.Add(to, datagram);
            if (++count == Burst) handled.Add(count);
        };
        await using var shard = Shards.Start(Shards.Options(kind), endpoint);
        var queue = new DatagramQueue();
        for (var i = 0; i < Burst; i++) queue.Add(shard.Udp(), new byte[1200]);
        using var socket = DatagramSocketFactory.Create(IPAddress.Loopback, 0);
        socket.Send(queue);
        await handled.NextAsync();
        await shard.AskAsync(() => true);
        Assert.Equal(0, shard.Stats.SendQueueFull);
        Assert.Equal(Burst * Receivers, shard.Stats.DatagramsSent + shard.Stats.SendBufferFull);
    }

    [Fact]
    public async Task What_is_done_after_a_turn_sees_all_of_it_even_of_the_last_and_its_failure_ends_nothing()
    {
        var done = new List<string>();
        var taken = new List<string>();
        var shard = Shards.Start(
            Shards.Options() with
            {
                AfterTurn = () =>
                {
                    taken.AddRange(done);
                    done.Clear();
                    if (taken is ["first"]) throw new InvalidOperationException("after the turn");
                },
            },
            new ScriptedEndpoint());
        shard.Post(_ => done.Add("first"));
        await Deadline.Until(() => shard.Stats.EndpointErrors >= 1, "the failure was counted");
        shard.Post(_ => done.Add("last"));
        await shard.StopAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(["first", "last"], taken);
    }

    [Fact]
    public async Task Idle_costs_no_turns()
    {
        await using var shard = Shards.Start(Shards.Options(), new ScriptedEndpoint());
        await shard.AskAsync(() => true);
        var before = await shard.AskAsync(() => shard.Stats.Turns);
        var after = await shard.AskAsync(() => shard.Stats.Turns);
        Assert.InRange(after - before, 0, 3);
    }

    [Fact]
    public async Task A_filter_drops_delays_and_passes_both_ways()
    {
        var filter = new TestFilter();
        var seen = new Signals<byte>();
        var endpoint = new ScriptedEndpoint();
        endpoint.OnDatagram = (Instant _, in TransportAddress from, Span<byte> datagram) =>
        {
            seen.Add(datagram[0]);
            endpoint.Datagrams.Add(from, datagram);
        };
        await using var shard = Shards.Start(Shards.Options() with { Filter = filter }, endpoint);
        var back = new Signals<byte>();
        var caller = new ScriptedEndpoint { OnDatagram = (Instant _, in TransportAddress _, Span<byte> d) => back.Add(d[0]) };
        await using var client = Shards.Start(Shards.Options(), caller);
        await client.DoAsync(() =>
        {
            foreach (var kind in new[] { TestFilter.DropIncoming, TestFilter.Delay, TestFilter.Pass }) caller.Datagrams.Add(shard.Udp(), [kind]);
        });
        Assert.Equal(TestFilter.Pass, await seen.NextAsync());
        Assert.Equal(TestFilter.Delay, await seen.NextAsync());
        Assert.Equal(TestFilter.Pass, await back.NextAsync());
        Assert.Equal(TestFilter.Delay, await back.NextAsync());
        await client.DoAsync(() => caller.Datagrams.Add(shard.Udp(), [TestFilter.DropOutgoing]));
        Assert.Equal(TestFilter.DropOutgoing, await seen.NextAsync());
        await client.DoAsync(() => caller.Datagrams.Add(shard.Udp(), [TestFilter.Pass]));
        Assert.Equal(TestFilter.Pass, await back.NextAsync());
    }

    [Fact]
    public async Task Stopping_sends_what_is_queued_and_takes_no_more_work()
    {
        var pair = await ChannelPair.ConnectAsync();
        for (var i = 0; i < 100; i++)
        {
            var text = $"last words {i}";
            pair.Server.Post(_ => pair.ServerSide.SendText(pair.Accepted, text));
        }
        await pair.Server.StopAsync(Deadline.Long).Within();
        for (var i = 0; i < 100; i++)
            Assert.Equal($"last words {i}", Encoding.UTF8.GetString((await pair.ClientSide.Messages.NextAsync()).Body));
        Assert.Equal(ChannelCloseReason.ClosedByPeer, (await pair.ClientSide.Closed.NextAsync()).Reason);
        Assert.False(pair.Server.Post(_ => { }));
        await pair.DisposeAsync();
    }

    [Fact]
    public async Task A_taken_tcp_port_is_named_and_the_udp_port_is_given_back()
    {
        await using var first = new ShardLoop(Shards.ServerOptions(), new ScriptedEndpoint());
        using var probe = DatagramSocketFactory.Create(IPAddress.Loopback, 0);
        int udp = probe.LocalAddress.Port;
        probe.Dispose();
        var options = Shards.Options() with { UdpPort = udp, TcpListen = new IPEndPoint(IPAddress.Loopback, first.TcpPort!.Value) };
        var taken = Assert.Throws<PortInUseException>(() => new ShardLoop(options, new ScriptedEndpoint()));
        Assert.Equal(first.TcpPort, taken.Port);
        await using var second = new ShardLoop(options with { TcpListen = null }, new ScriptedEndpoint());
        Assert.Equal(udp, second.LocalUdp.Port);
    }

    [Fact]
    public async Task A_server_on_any_address_is_reached_by_both_families()
    {
        var serverSide = new ScriptedEndpoint();
        var options = Shards.ServerOptions() with { UdpAddress = IPAddress.IPv6Any, TcpListen = new IPEndPoint(IPAddress.IPv6Any, 0) };
        await using var server = Shards.Start(options, serverSide);
        var clientSide = new ScriptedEndpoint();
        await using var client = Shards.Start(Shards.Options(), clientSide);
        string[] hosts = System.Net.Sockets.Socket.OSSupportsIPv6 ? ["127.0.0.1", "::1", "localhost"] : ["127.0.0.1", "localhost"];
        for (var i = 0; i < hosts.Length; i++)
        {
            var target = new ChannelTarget(hosts[i], server.TcpPort!.Value, default);
            var id = new ChannelId(i + 1);
            await client.DoAsync(() => clientSide.Ask(ChannelAction.Connect(id, target)));
            Assert.Equal(id, await clientSide.Opened.NextAsync());
        }
    }

    private sealed class TestFilter : IDatagramFilter
    {
        public const byte Pass = 1;
        public const byte DropIncoming = 2;
        public const byte DropOutgoing = 3;
        public const byte Delay = 4;

        private readonly Queue<(Instant At, DatagramDirection Direction, TransportAddress Peer, byte[] Bytes)> _kept = new();

        public bool IsTransparent => false;

        public Instant NextRelease => _kept.TryPeek(out var first) ? first.At : Instant.Never;

        bool IDatagramFilter.Pass(Instant now, DatagramDirection direction, in TransportAddress peer, ReadOnlySpan<byte> datagram)
        {
            if (datagram[0] == Delay) _kept.Enqueue((now + TimeSpan.FromMilliseconds(20), direction, peer, datagram.ToArray()));
            return datagram[0] == Pass
                || (datagram[0] == DropOutgoing && direction == DatagramDirection.Incoming);
        }

        public bool TryRelease(Instant now, out DatagramDirection direction, out TransportAddress peer, out Span<byte> datagram)
        {
            direction = default;
            peer = default;
            datagram = default;
            if (NextRelease > now) return false;
            (_, direction, peer, var bytes) = _kept.Dequeue();
            datagram = bytes;
            return true;
        }
    }
}
