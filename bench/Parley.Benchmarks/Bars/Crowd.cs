using System.Net;
using Parley.Conference.Client;
using Parley.Net;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Driving;

namespace Parley.Benchmarks.Bars;

/// <summary>
/// Many real clients of one meeting on one thread. Each has a UDP socket, hence an address, of its own; they are looked at every 10 ms instead of
/// waited on, so that the server does not pay for waking their threads, as it would not for machines elsewhere.
/// </summary>
internal sealed class Crowd : IEndpoint, IMeetingClientObserver, IDisposable
{
    private const int ChannelsPerMember = 1000;
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly List<Member> _members = [];
    private readonly Queue<ChannelAction> _actions = new();
    private readonly short[] _voice = new short[480];
    private readonly int _count;
    private readonly int _port;
    private Instant _nextTick;
    private bool _isBegun;

    /// <summary>Makes a crowd that joins as soon as it is driven.</summary>
    public Crowd(int count, int port)
    {
        _count = count;
        _port = port;
        for (var i = 0; i < _voice.Length; i++) _voice[i] = (short)(3000 * Math.Sin(2 * Math.PI * 500 * i / 48_000));
    }

    private sealed record Member(MeetingClient Client, IDatagramSocket Socket);

    /// <summary>How many have a seat.</summary>
    public int Seated { get; private set; }

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Trouble { get; private set; }

    /// <summary>How many talk from now on.</summary>
    public int Talking { get; set; }

    /// <summary>Frames of sound that clients heard.</summary>
    public long SoundFrames { get; private set; }

    /// <summary>Frames of sound that were made up for lost or late ones.</summary>
    public long Concealed => _members.Sum(m => (m.Client.Playout ?? default).ConcealedFrames);

    /// <inheritdoc />
    public Transport.Driving.Timeout NextTimeout => new(_nextTick, TimeoutReason.AudioTick);

    /// <summary>Empty: members have sockets of their own.</summary>
    public DatagramQueue Datagrams { get; } = new(1024, 1);

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
        if (now < _nextTick) return;
        // As a sound card does, a late thread gets what it missed at once; only what is long past is gone.
        if (now - _nextTick > MaxCatchUp) _nextTick = now;
        var frames = 0;
        for (; _nextTick <= now; _nextTick += Tick) frames++;
        JoinNext(now);
        Seated = 0;
        for (var i = 0; i < _members.Count; i++)
        {
            var (client, socket) = _members[i];
            Receive(now, client, socket);
            if (client.Phase == ClientPhase.Seated)
            {
                Seated++;
                client.SetDevices(i < Talking ? DeviceState.On : DeviceState.Off, DeviceState.Off);
                for (var frame = 0; i < Talking && frame < frames; frame++) client.SendAudio(now, _voice);
            }
            if (client.NextTimeout.At <= now) client.HandleTimeout(now);
            client.Flush(now);
        }
        // The clients' own work is done: their packets come as close together as one thread can send them.
        for (var i = 0; i < _members.Count; i++) Drain(now, i);
    }

    /// <inheritdoc />
    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
        var member = MemberOf(channel);
        _members[member].Client.HandleChannelOpened(now, Theirs(channel), peer);
        Drain(now, member);
    }

    /// <inheritdoc />
    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
        var member = MemberOf(channel);
        _members[member].Client.HandleMessage(now, Theirs(channel), kind, body);
        Drain(now, member);
    }

    /// <inheritdoc />
    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail) =>
        Trouble = $"member {MemberOf(channel) + 1} lost the server, {reason} {detail}";

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
    {
    }

    /// <inheritdoc />
    public void Flush(Instant now)
    {
    }

    /// <inheritdoc />
    public bool PollChannelAction(out ChannelAction action) => _actions.TryDequeue(out action);

    public void Dispose()
    {
        foreach (var (client, socket) in _members)
        {
            client.Dispose();
            socket.Dispose();
        }
    }

    void IMeetingClientObserver.OnStateChanged(Instant now)
    {
    }

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line)
    {
    }

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason)
    {
        // The door may have emptied between our reading and our verb.
    }

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart) => SoundFrames++;

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture)
    {
    }

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan)
    {
    }

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding)
    {
    }

    void IMeetingClientObserver.OnQualityChanged(Instant now, Protocol.Ui.UiQualityChange change)
    {
    }

    /// <summary>One after the other: a door has room for few.</summary>
    private void JoinNext(Instant now)
    {
        if (_members.Count > 0)
        {
            var host = _members[0].Client;
            if (host.IsHost && host.Roster.Requests.Count > 0) host.Send(new AdmitAllRequests());
            var newest = _members[^1].Client;
            if (newest.Phase == ClientPhase.Over) Trouble = $"member {_members.Count} could not join, {newest.Problem}";
            if (newest.Phase != ClientPhase.Seated || _members.Count == _count) return;
        }
        else if (_isBegun)
        {
            return;
        }
        _isBegun = true;
        var code = _members.Count == 0 ? null : _members[0].Client.Meeting!.Code;
        var client = new MeetingClient("bench", new byte[32], SystemRandom.Shared, this, new DatagramQueue(64 * 1024, 256), AeadCiphers.Choose());
        _members.Add(new Member(client, DatagramSocketFactory.Create(IPAddress.Loopback, 0, new DatagramSocketOptions { BufferBytes = 256 * 1024 })));
        client.Begin(now, new JoinPlan("127.0.0.1", _port, default, $"Member {_members.Count}", code));
    }

    private static void Receive(Instant now, MeetingClient client, IDatagramSocket socket)
    {
        for (int count; (count = socket.ReceiveBatch()) > 0;)
        {
            for (var i = 0; i < count; i++)
            {
                var datagram = socket.Received(i, out var from);
                if (!datagram.IsEmpty) client.HandleDatagram(now, from, datagram);
            }
            if (count < IDatagramSocket.MaxBatch) return;
        }
    }

    /// <summary>What a member wants sent leaves by its own socket, before anyone else is asked.</summary>
    private void Drain(Instant now, int index)
    {
        var (client, socket) = _members[index];
        client.Flush(now);
        if (!client.Datagrams.Runs.IsEmpty)
        {
            socket.Send(client.Datagrams);
            client.Datagrams.Clear();
        }
        while (client.PollChannelAction(out var action)) _actions.Enqueue(action with { Channel = Ours(index, action.Channel) });
    }

    private static ChannelId Ours(int member, ChannelId channel) => new((member * ChannelsPerMember) + channel.Value);

    private static ChannelId Theirs(ChannelId channel) => new(channel.Value % ChannelsPerMember);

    private static int MemberOf(ChannelId channel) => (int)(channel.Value / ChannelsPerMember);
}
