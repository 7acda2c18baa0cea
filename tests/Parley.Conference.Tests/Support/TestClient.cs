using System.Buffers.Text;
using System.Text;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Conference.Tests.Support;

/// <summary>A client that speaks the protocol message by message and keeps what it gets. It checks nothing that a test does not ask for.</summary>
internal sealed class TestClient(TestServer server, ChannelId channel, ChannelPeer peer)
{
    private readonly byte[] _nonce = Enumerable.Repeat((byte)(channel.Value & 0xFF), IdentityCheck.NonceLength).ToArray();
    private readonly DatagramQueue _queue = new(64 * 1024, 64);
    private SequenceNumber _audioSequence = new(1000);
    private readonly SequenceNumber[] _videoSequences = [new(2000), new(3000)];
    private uint _audioTime = 12_345;
    private readonly ushort[] _frameIds = [7, 107];

    public ChannelId Channel { get; } = channel;

    public ChannelPeer Peer { get; } = peer;

    /// <summary>Where its media comes from.</summary>
    public TransportAddress MediaAddress { get; private set; } = peer.Address with { Port = (ushort)(peer.Address.Port + 1 + (-channel.Value % 20_000)) };

    /// <summary>Every message since the last <see cref="Forget"/>.</summary>
    public List<ServerMessage> Inbox { get; } = [];

    /// <summary>What was asked of its camera; apart, because it follows the network and not the verbs.</summary>
    public List<VideoDemand> Demands { get; } = [];

    /// <summary>Every datagram that opened with its keys.</summary>
    public List<(RtpHeader Header, byte[] Packet)> Media { get; } = [];

    /// <summary>Datagrams that reached it in all, authentic or not.</summary>
    public int Datagrams { get; private set; }

    public bool IsClosed { get; private set; }

    public bool IsAuthenticated { get; private set; }

    public Joined? Seat { get; private set; }

    public string Epoch { get; private set; } = "";

    public string Code => Seat!.Meeting.Code;

    public string Id => Seat!.Me;

    public Peer? Transport { get; private set; }

    // Control

    public TestClient Send(ClientMessage message)
    {
        server.Receive(this, MessageKind.Json, ControlProtocol.Write(message));
        return this;
    }

    public void SendRaw(string json, MessageKind kind = MessageKind.Json) => server.Receive(this, kind, Encoding.UTF8.GetBytes(json));

    public TestClient Authenticate(string? resumeToken = null, string? epoch = null)
    {
        Send(new Hello(ControlProtocol.Version, "test", Base64Url.EncodeToString(IdentityCheck.Commit(_nonce)), resumeToken, epoch));
        Epoch = Expect<Welcome>().Epoch;
        Send(new Reveal(Base64Url.EncodeToString(_nonce)));
        Expect<Revealed>();
        return this;
    }

    public TestClient Create(string name, string title = "", AudioProfile audio = AudioProfile.L16At48Khz)
    {
        Send(new CreateMeeting(name, title, audio));
        Assert.NotNull(Seat);
        Inbox.Clear();
        return this;
    }

    public TestClient Join(string code, string name, AudioProfile audio = AudioProfile.L16At48Khz) => Send(new RequestJoin(code, name, audio));

    public void Admit(string name)
    {
        var request = Inbox.OfType<JoinRequested>().Last(r => r.Request.Name == name).Request;
        Send(new AdmitRequest(request.Id));
    }

    public void Ping() => Send(new ControlPing(1));

    public void Forget()
    {
        Inbox.Clear();
        Media.Clear();
        Datagrams = 0;
    }

    /// <summary>The only message of a kind, taken out of the inbox.</summary>
    public T Expect<T>()
        where T : ServerMessage
    {
        var found = Inbox.OfType<T>().ToList();
        Assert.True(found.Count == 1, $"{found.Count} of {typeof(T).Name} among: {string.Join(", ", Inbox)}");
        Inbox.Remove(found[0]);
        return found[0];
    }

    public void ExpectRefused(EndReason reason) => Assert.Equal(reason, Expect<Refused>().Reason);

    public void ExpectRejected(string verb, RejectReason reason)
    {
        var rejected = Expect<Rejected>();
        Assert.Equal((verb, reason), (rejected.Verb, rejected.Reason));
    }

    public void ExpectNothing() => Assert.True(Inbox.Count == 0, string.Join(", ", Inbox));

    /// <summary>The connection breaks.</summary>
    public void Disconnect(ChannelCloseReason reason = ChannelCloseReason.ConnectionLost)
    {
        IsClosed = true;
        server.Close(this, reason);
    }

    internal void OnAction(in ChannelAction action)
    {
        switch (action.Kind)
        {
            case ChannelActionKind.Send:
                Assert.Equal(ParseOutcome.Message, ControlProtocol.TryParse(action.Body.Span, out ServerMessage? message));
                if (message is VideoDemand demand) Demands.Add(demand);
                else Inbox.Add(message!);
                if (message is Joined joined) OnJoined(joined);
                if (message is ParticipantJoined { Participant: var other }) ReceiveTrack(other.VideoSsrc);
                break;
            case ChannelActionKind.Close:
                IsClosed = true;
                break;
            case ChannelActionKind.Authenticated:
                IsAuthenticated = true;
                break;
            default:
                Assert.Fail($"A server does not {action.Kind}.");
                break;
        }
    }

    // Media

    public TestClient Speak(int frames = 1, short amplitude = 8_000, bool isFirst = true)
    {
        for (var i = 0; i < frames; i++) server.ReceiveDatagram(MediaAddress, NextAudio(amplitude, isMarked: isFirst && i == 0));
        return this;
    }

    /// <summary>Speaks in step with time, 10 ms at a time.</summary>
    public void SpeakFor(TimeSpan time, short amplitude = 8_000)
    {
        for (var i = 0; i < time.TotalMilliseconds / 10; i++)
        {
            Speak(1, amplitude, isFirst: i == 0);
            server.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>Switches the camera on.</summary>
    public TestClient TurnOnCamera() => Send(new SetMedia(DeviceState.Off, DeviceState.On));

    /// <summary>A whole picture in so many fragments.</summary>
    public TestClient Show(
        int fragments = 3, byte fill = 1, int encoding = 0, PayloadType type = PayloadType.Jpeg, FrameFlags flags = FrameFlags.KeyFrame, byte layer = 0)
    {
        foreach (var datagram in NextPicture(fragments, fill, encoding, type, flags, layer)) server.ReceiveDatagram(MediaAddress, datagram);
        return this;
    }

    public byte[] NextAudio(short amplitude = 8_000, bool isMarked = false)
    {
        var payload = new byte[960];
        for (var i = 0; i < 480; i++)
        {
            // A square wave of 500 Hz.
            var sample = (short)(i / 48 % 2 == 0 ? amplitude : -amplitude);
            payload[2 * i] = (byte)(sample >> 8);
            payload[(2 * i) + 1] = (byte)sample;
        }
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        RtpHeader.Write(header, PayloadType.L16At48Khz, isMarked, _audioSequence, new RtpTimestamp(_audioTime), new Ssrc(Seat!.Media.AudioSsrc), []);
        _audioSequence = _audioSequence.Next;
        _audioTime += 480;
        return Seal(header, payload);
    }

    public List<byte[]> NextPicture(
        int fragments, byte fill = 1, int encoding = 0, PayloadType type = PayloadType.Jpeg, FrameFlags flags = FrameFlags.KeyFrame, byte layer = 0)
    {
        var ssrc = new Ssrc(encoding == 0 ? Seat!.Media.VideoSsrc : Seat!.Media.SmallVideoSsrc);
        var datagrams = new List<byte[]>();
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        for (var i = 0; i < fragments; i++)
        {
            var payload = new byte[Limits.FrameHeader + 1000];
            payload.AsSpan(Limits.FrameHeader).Fill(fill);
            new FrameHeader(_frameIds[encoding], (ushort)i, (ushort)fragments, 640, 360, flags, layer).Write(payload);
            RtpHeader.Write(header, type, i == fragments - 1, _videoSequences[encoding], new RtpTimestamp(_frameIds[encoding] * 6_000u), ssrc, []);
            _videoSequences[encoding] = _videoSequences[encoding].Next;
            datagrams.Add(Seal(header, payload));
        }
        _frameIds[encoding]++;
        return datagrams;
    }

    /// <summary>A packet of any stream, sealed with this client's key.</summary>
    public byte[] Seal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var buffer = new byte[header.Length + payload.Length + Limits.AuthenticationTag];
        Assert.True(RtpHeader.TryParseProtected(header, out var parsed) == DropReason.None);
        Transport!.RegisterSent(parsed.Ssrc, 48_000);
        Assert.Equal(buffer.Length, Transport.Protect(server.Now, header, payload, buffer));
        return buffer;
    }

    /// <summary>A report, as a client sends it each second.</summary>
    public void Report()
    {
        Transport!.HandleTimeout(Instant.Max(server.Now, Transport.NextTimeout), _queue);
        foreach (var run in _queue.Runs) server.ReceiveDatagram(MediaAddress, _queue.Bytes(run).ToArray());
        _queue.Clear();
    }

    /// <summary>Asks the server for a key frame of somebody's.</summary>
    public void RequestKeyframe(uint track)
    {
        Transport!.RequestKeyframe(server.Now, new Ssrc(track), _queue);
        foreach (var run in _queue.Runs) server.ReceiveDatagram(MediaAddress, _queue.Bytes(run).ToArray());
        _queue.Clear();
    }

    public void MoveTo(in TransportAddress address)
    {
        server.Move(this, address);
        MediaAddress = address;
    }

    public void ReceiveTrack(uint ssrc) => Transport!.RegisterReceived(new Ssrc(ssrc), 90_000);

    internal void OnDatagram(Instant now, byte[] datagram)
    {
        Datagrams++;
        if (Transport is null || Transport.Receive(now, TestServer.MediaAddress, datagram, out var packet) != DropReason.None) return;
        if (packet.Kind == DatagramKind.Rtp) Media.Add((packet.Header, datagram[..packet.Length]));
    }

    private void OnJoined(Joined joined)
    {
        Seat = joined;
        Assert.True(MasterKey.TryParse(Base64Url.DecodeFromChars(joined.Media.SendKey), out var send));
        Assert.True(MasterKey.TryParse(Base64Url.DecodeFromChars(joined.Media.ReceiveKey), out var receive));
        Transport?.Dispose();
        Transport = new Peer(new PeerOptions
        {
            LocalSsrc = new Ssrc(joined.Media.RtcpSsrc),
            RemoteSsrc = new Ssrc(joined.Media.ServerRtcpSsrc),
            SendKey = send,
            ReceiveKey = receive,
            InitialAddress = TestServer.MediaAddress,
        });
        Transport.RegisterReceived(new Ssrc(joined.Media.MixSsrc), 48_000);
        foreach (var participant in joined.Meeting.Participants) ReceiveTrack(participant.VideoSsrc);
    }
}
