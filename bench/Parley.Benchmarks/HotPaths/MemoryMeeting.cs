using Parley.Conference;
using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;

namespace Parley.Benchmarks.HotPaths;

/// <summary>A conference server and its clients joined by hand in one thread: no socket, no clock, no simulator in the measurement.</summary>
internal sealed class MemoryMeeting : IMeetingClientObserver, IDisposable
{
    private const int ServerPort = 5001;
    private static readonly TransportAddress ServerAddress = TransportAddress.FromIPv4(0x0A00_0001, ServerPort);

    private readonly List<MeetingClient> _clients = [];
    private readonly byte[] _scratch = new byte[Limits.MaxReceivedDatagram];

    /// <summary>Everyone joins, is let in, and is known by address.</summary>
    public MemoryMeeting(Instant now, int count, IRandomSource random)
    {
        Server = new ConferenceServer(new ConferenceOptions { UdpPort = ServerPort, Congestion = CongestionOptions.Fixed(200_000_000) }, new byte[32], random);
        Server.UdpPort = ServerPort;
        for (var i = 0; i < count; i++)
        {
            var client = new MeetingClient("bench", KeyHash(i), random, this);
            _clients.Add(client);
            client.SetDevices(DeviceState.On, DeviceState.On);
            client.Begin(now, new JoinPlan("server", 5000, default, $"Talker {i}", i == 0 ? null : _clients[0].Meeting!.Code));
            Pump(now);
            if (i > 0) _clients[0].Send(new AdmitAllRequests());
            Pump(now);
            if (client.Phase != ClientPhase.Seated) throw new InvalidOperationException($"Client {i} is {client.Phase}: {client.Problem}");
        }
        Tick(now);
        Pump(now);
    }

    public ConferenceServer Server { get; }

    public IReadOnlyList<MeetingClient> Clients => _clients;

    /// <summary>Pictures that clients were shown.</summary>
    public long Pictures { get; private set; }

    /// <summary>Frames of sound that clients heard.</summary>
    public long SoundFrames { get; private set; }

    /// <summary>Lets the clients do what is due.</summary>
    public void Tick(Instant now)
    {
        foreach (var client in _clients)
        {
            if (client.NextTimeout.At <= now) client.HandleTimeout(now);
        }
    }

    /// <summary>Carries messages and datagrams until there are none.</summary>
    public void Pump(Instant now)
    {
        for (var isBusy = true; isBusy;)
        {
            isBusy = false;
            for (var i = 0; i < _clients.Count; i++)
            {
                _clients[i].Flush(now);
                while (_clients[i].PollChannelAction(out var action))
                {
                    isBusy = true;
                    FromClient(now, i, action);
                }
                isBusy |= DeliverFromClient(now, i) > 0;
            }
            Server.Flush(now);
            while (Server.PollChannelAction(out var action))
            {
                isBusy = true;
                if (action.Kind == ChannelActionKind.Send) _clients[ClientOf(action.Channel)].HandleMessage(now, new ChannelId(1), action.MessageKind, action.Body.Span);
            }
            isBusy |= DeliverFromServer(now) > 0;
        }
    }

    /// <summary>Hands what a client has sent to the server, which is not flushed.</summary>
    public int DeliverFromClient(Instant now, int client)
    {
        var queue = _clients[client].Datagrams;
        var count = 0;
        foreach (ref readonly var run in queue.Runs)
        {
            var bytes = queue.Bytes(run);
            for (var offset = 0; offset < bytes.Length; offset += run.SegmentSize, count++)
            {
                var datagram = Copy(bytes.Slice(offset, Math.Min(run.SegmentSize, bytes.Length - offset)));
                Server.HandleDatagram(now, AddressOf(client), datagram);
            }
        }
        queue.Clear();
        return count;
    }

    /// <summary>Hands what the server has sent to the clients.</summary>
    public int DeliverFromServer(Instant now)
    {
        var queue = Server.Datagrams;
        var count = 0;
        foreach (ref readonly var run in queue.Runs)
        {
            var client = run.To.Port - ServerPort - 1;
            var bytes = queue.Bytes(run);
            for (var offset = 0; offset < bytes.Length; offset += run.SegmentSize, count++)
                _clients[client].HandleDatagram(now, ServerAddress, Copy(bytes.Slice(offset, Math.Min(run.SegmentSize, bytes.Length - offset))));
        }
        queue.Clear();
        return count;
    }

    /// <summary>Where a client's datagrams come from.</summary>
    public static TransportAddress AddressOf(int client) => TransportAddress.FromIPv4(0x0A00_0002, (ushort)(ServerPort + 1 + client));

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    void IMeetingClientObserver.OnStateChanged(Instant now)
    {
    }

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line)
    {
    }

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason) => throw new InvalidOperationException($"{verb}: {reason}");

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart) => SoundFrames++;

    void IMeetingClientObserver.OnQualityChanged(Instant now, Protocol.Ui.UiQualityChange change)
    {
        // Nobody is to be told.
    }

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture) => Pictures++;

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan)
    {
    }

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding)
    {
    }

    private void FromClient(Instant now, int client, in ChannelAction action)
    {
        var channel = new ChannelId(-1 - client);
        switch (action.Kind)
        {
            case ChannelActionKind.Connect:
                Server.HandleChannelOpened(now, channel, new ChannelPeer(AddressOf(client), KeyHash(client), IsIncoming: true));
                _clients[client].HandleChannelOpened(now, action.Channel, new ChannelPeer(ServerAddress, new byte[32], IsIncoming: false));
                break;
            case ChannelActionKind.Send:
                Server.HandleMessage(now, channel, action.MessageKind, action.Body.Span);
                break;
        }
    }

    private Span<byte> Copy(ReadOnlySpan<byte> datagram)
    {
        datagram.CopyTo(_scratch);
        return _scratch.AsSpan(0, datagram.Length);
    }

    private static int ClientOf(ChannelId channel) => (int)(-1 - channel.Value);

    private static byte[] KeyHash(int client) => [.. Enumerable.Repeat((byte)(client + 1), 32)];
}
