using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Scenarios.Links;

/// <summary>A machine without a protocol: it writes down what it is told and does what the test says. It also checks the driver's manners.</summary>
internal sealed class ScriptedEndpoint : IEndpoint
{
    private readonly Queue<ChannelAction> _actions = new();
    private bool _awaitsFlush;
    private Instant _lastNow = new(long.MinValue);

    public List<string> Log { get; } = [];

    /// <summary>What arrived, when by this host's clock, and from where.</summary>
    public List<(Instant At, TransportAddress From, byte[] Bytes)> Received { get; } = [];

    public List<(Instant At, ChannelId Channel, byte[] Body)> Messages { get; } = [];

    public List<(Instant At, ChannelId Channel, ChannelPeer Peer)> Opened { get; } = [];

    public List<(Instant At, ChannelId Channel, ChannelCloseReason Reason)> Closed { get; } = [];

    public List<Instant> TimeOuts { get; } = [];

    public int Flushes { get; private set; }

    public Action<Instant, TransportAddress, byte[]> OnDatagram { get; set; } = (_, _, _) => { };

    public Action<Instant, ChannelId, byte[]> OnMessage { get; set; } = (_, _, _) => { };

    public Action<Instant, ChannelId, ChannelPeer> OnOpened { get; set; } = (_, _, _) => { };

    public Action<Instant> OnTimeout { get; set; } = _ => { };

    /// <summary>Whether it takes whoever calls for authentic.</summary>
    public bool Trusts { get; set; } = true;

    public Timeout NextTimeout { get; set; } = Timeout.Never;

    public DatagramQueue Datagrams { get; } = new(capacityBytes: 256 * 1024, maxRuns: 1024);

    public ScriptedEndpoint Echoing()
    {
        OnDatagram = (_, from, bytes) => Datagrams.Add(from, bytes);
        OnMessage = (_, channel, body) => Do(ChannelAction.SendJson(channel, body));
        return this;
    }

    /// <summary>Sends a datagram of <paramref name="size"/> bytes every <paramref name="interval"/> of its own clock.</summary>
    public ScriptedEndpoint SendingTo(TransportAddress to, TimeSpan interval, int size = 100)
    {
        byte counter = 0;
        NextTimeout = new Timeout(new Instant(0), TimeoutReason.AudioTick);
        OnTimeout = _ =>
        {
            var datagram = new byte[size];
            datagram[0] = counter++;
            Datagrams.Add(to, datagram);
            NextTimeout = NextTimeout with { At = NextTimeout.At + interval };
        };
        return this;
    }

    public void Do(ChannelAction action) => _actions.Enqueue(action);

    public void Connect(long id, string host, params byte[] expectedKeyHash) =>
        Do(ChannelAction.Connect(new ChannelId(id), new ChannelTarget(host, 5000, expectedKeyHash)));

    public void Send(long id, params byte[] body) => Do(ChannelAction.SendJson(new ChannelId(id), body));

    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        Enter(now);
        var bytes = datagram.ToArray();
        Received.Add((now, from, bytes));
        Log.Add($"datagram {bytes[0]}");
        OnDatagram(now, from, bytes);
        // As decryption in place does.
        datagram.Clear();
    }

    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
        Enter(now);
        Opened.Add((now, channel, peer));
        Log.Add("opened");
        if (peer.IsIncoming && Trusts) Do(ChannelAction.Authenticated(channel));
        OnOpened(now, channel, peer);
    }

    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
        Enter(now);
        var bytes = body.ToArray();
        Messages.Add((now, channel, bytes));
        Log.Add($"message {bytes[0]}");
        OnMessage(now, channel, bytes);
    }

    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail)
    {
        Enter(now);
        Closed.Add((now, channel, reason));
        Log.Add($"closed {reason}");
    }

    public void HandleTimeout(Instant now)
    {
        Enter(now);
        TimeOuts.Add(now);
        Log.Add("timeout");
        OnTimeout(now);
    }

    public void Flush(Instant now)
    {
        Enter(now);
        _awaitsFlush = false;
        Flushes++;
        Log.Add("flush");
    }

    public bool PollChannelAction(out ChannelAction action)
    {
        Assert.False(_awaitsFlush, "outputs are polled before Flush");
        return _actions.TryDequeue(out action);
    }

    private void Enter(Instant now)
    {
        Assert.True(now >= _lastNow, "time runs backwards");
        _lastNow = now;
        _awaitsFlush = true;
    }
}
