using System.Security.Cryptography;
using System.Text;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;

namespace Parley.Conference.Tests.Support;

/// <summary>A conference server turned by hand: what it sends reaches the in-memory clients at once, and time passes when a test says so.</summary>
internal sealed class TestServer
{
    public static readonly TransportAddress MediaAddress = TransportAddress.FromIPv4(0x0A000001, 5001);

    /// <summary>Of a server whose rates are known: a client that is turned by hand does not report every packet.</summary>
    public static readonly ConferenceOptions Options = ConferenceOptions.Default with
    {
        UnixTimeOrigin = 1_790_000_000_000,
        Congestion = CongestionOptions.Fixed(20_000_000),
    };

    private readonly Dictionary<ChannelId, TestClient> _clients = [];
    private readonly Dictionary<TransportAddress, TestClient> _byMediaAddress = [];
    private long _channels;

    public TestServer(ConferenceOptions? options = null, DatagramQueue? datagrams = null, ulong seed = 1)
    {
        Server = new ConferenceServer(
            options ?? Options, KeyHash, new SeededRandom(seed), (_, e) => Events.Add(e), datagrams);
    }

    public static byte[] KeyHash { get; } = KeyOf("server");

    public ConferenceServer Server { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000);

    public List<ConferenceEvent> Events { get; } = [];

    public ConferenceSnapshot Snapshot => Server.TakeSnapshot();

    /// <summary>SHA-256 of a made-up key.</summary>
    public static byte[] KeyOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    /// <summary>Opens a connection from an address and says nothing on it.</summary>
    public TestClient Open(string key, TransportAddress? from = null)
    {
        var id = new ChannelId(-++_channels);
        var address = from ?? TransportAddress.FromIPv4(0x0A000100u + (uint)_channels, 40_000);
        var client = new TestClient(this, id, new ChannelPeer(address, KeyOf(key), IsIncoming: true));
        _clients.Add(id, client);
        _byMediaAddress[client.MediaAddress] = client;
        Server.HandleChannelOpened(Now, id, client.Peer);
        Settle();
        return client;
    }

    /// <summary>Opens a connection and authenticates.</summary>
    public TestClient Connect(string key, TransportAddress? from = null, string? resumeToken = null, string? epoch = null)
    {
        var client = Open(key, from);
        client.Authenticate(resumeToken, epoch);
        return client;
    }

    /// <summary>Someone who has made a meeting.</summary>
    public TestClient Host(string name = "Anna") => Connect(name).Create(name);

    /// <summary>Someone whom the host has let in.</summary>
    public TestClient Guest(TestClient host, string name)
    {
        var guest = Connect(name).Join(host.Code, name);
        host.Admit(name);
        return guest;
    }

    /// <summary>Lets time pass; everything that comes due happens at its time.</summary>
    public void Advance(TimeSpan time)
    {
        var end = Now + time;
        for (var turns = 0; Server.NextTimeout.At <= end; turns++)
        {
            Assert.True(turns < 10_000_000, $"The server wants {Server.NextTimeout.Reason} again and again at {Server.NextTimeout.At}.");
            if (Server.NextTimeout.At > Now) Now = Server.NextTimeout.At;
            Server.HandleTimeout(Now);
            Settle();
        }
        Now = end;
    }

    /// <summary>An input of the driver's own.</summary>
    public void Turn(Action<ConferenceServer> input)
    {
        input(Server);
        Settle();
    }

    /// <summary>The server was frozen: time has passed, and only now it gets a turn.</summary>
    public void Skip(TimeSpan time)
    {
        Now += time;
        Server.HandleTimeout(Now);
        Settle();
    }

    /// <summary>Lets time pass in steps while everyone says that they are there.</summary>
    public void AdvanceAlive(TimeSpan time, params TestClient[] alive)
    {
        var step = TimeSpan.FromSeconds(2);
        for (var left = time; left > TimeSpan.Zero; left -= step)
        {
            Advance(left < step ? left : step);
            foreach (var client in alive) client.Ping();
        }
    }

    internal void Receive(TestClient from, MessageKind kind, ReadOnlySpan<byte> body)
    {
        Server.HandleMessage(Now, from.Channel, kind, body);
        Settle();
    }

    internal void ReceiveDatagram(in TransportAddress from, Span<byte> datagram)
    {
        Server.HandleDatagram(Now, from, datagram);
        Settle();
    }

    internal void Close(TestClient client, ChannelCloseReason reason)
    {
        _clients.Remove(client.Channel);
        Server.HandleChannelClosed(Now, client.Channel, reason, null);
        Settle();
    }

    internal void Move(TestClient client, in TransportAddress to)
    {
        _byMediaAddress.Remove(client.MediaAddress);
        _byMediaAddress[to] = client;
    }

    /// <summary>What a driver does after its inputs.</summary>
    public void Settle()
    {
        Server.Flush(Now);
        var queue = Server.Datagrams;
        foreach (var run in queue.Runs)
        {
            var bytes = queue.Bytes(run);
            for (var at = 0; at < bytes.Length; at += run.SegmentSize)
            {
                var datagram = bytes[at..Math.Min(bytes.Length, at + run.SegmentSize)].ToArray();
                Assert.InRange(datagram.Length, 1, Limits.MaxDatagram);
                if (_byMediaAddress.TryGetValue(run.To, out var client)) client.OnDatagram(Now, datagram);
            }
        }
        queue.Clear();
        while (Server.PollChannelAction(out var action))
        {
            if (!_clients.TryGetValue(action.Channel, out var client)) continue;
            client.OnAction(action);
            if (action.Kind == ChannelActionKind.Close) _clients.Remove(action.Channel);
        }
    }
}
