using System.Buffers.Text;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Conference.Client;

/// <summary>
/// One participant's side of a meeting: handshake, door, seat, media, and coming back after an outage. Pure; a driver turns it
/// (<see cref="IEndpoint"/>) and an observer shows it. Used once: after <see cref="ClientPhase.Over"/> make a new one.
/// </summary>
public sealed class MeetingClient : IEndpoint, IDisposable
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ControlSilence = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);
    private const int MaxRedirects = 3;

    private readonly IAeadFactory _ciphers;
    private readonly IAudioCodecs _codecs;
    private readonly IRandomSource _random;
    private readonly IMeetingClientObserver _observer;
    private readonly byte[] _ownKeyHash;
    private readonly string _product;
    private readonly Queue<ChannelAction> _actions = new();
    private readonly BackOff _backOff;
    private readonly ClientChat _chat;
    private readonly byte[] _nonce = new byte[IdentityCheck.NonceLength];

    private JoinPlan _plan = new("", 0, default, "", null);
    private ClientMedia? _media;
    private ChannelId _channel;
    private long _channelCounter;
    private bool _isOpen;
    private ChannelPeer _peer;
    private byte[] _serverCommitment = [];
    private string _epoch = "";
    private string _resumeToken = "";
    private int _redirects;
    private bool _isDirty;
    private DeviceState _microphone;
    private DeviceState _camera;
    private IReadOnlyList<TrackWish>? _subscription;
    private SetCapabilities? _capabilities;
    private VideoSender _sender = new();
    private ReceptionMode _reception;
    private Instant _nextRetry = Instant.Never;
    private Instant _nextPing = Instant.Never;
    private Instant _connectBy = Instant.Never;
    private Instant _controlHeard;
    private Instant _lostAt;

    /// <summary>Makes an idle client.</summary>
    /// <param name="product">Name and version, for the server's log.</param>
    /// <param name="ownKeyHash">SHA-256 of the own SPKI, as presented in TLS.</param>
    /// <param name="random">The driver's randomness.</param>
    /// <param name="observer">Who shows it.</param>
    /// <param name="datagrams">Where media goes out; null for one of its own.</param>
    /// <param name="ciphers">Makes the ciphers of media keys; null for the platform's.</param>
    /// <param name="codecs">The codecs of sound beside L16; null for none.</param>
    public MeetingClient(
        string product, ReadOnlySpan<byte> ownKeyHash, IRandomSource random, IMeetingClientObserver observer, DatagramQueue? datagrams = null,
        IAeadFactory? ciphers = null, IAudioCodecs? codecs = null)
    {
        _codecs = codecs ?? NoAudioCodecs.Instance;
        _ciphers = ciphers ?? AesGcmFactory.Instance;
        _product = product;
        _ownKeyHash = ownKeyHash.ToArray();
        _random = random;
        _observer = observer;
        _backOff = new BackOff(random);
        _chat = new ClientChat(observer, Send);
        Datagrams = datagrams ?? new DatagramQueue(2 * Limits.MaxFrame, 4096);
    }

    // State, to be read on the driver's thread

    /// <summary>Where the client stands.</summary>
    public ClientPhase Phase { get; private set; }

    /// <summary>Why it is over.</summary>
    public ClientProblem? Problem { get; private set; }

    /// <summary>What was asked for.</summary>
    public JoinPlan Plan => _plan;

    /// <summary>The six digits of the identity check, once known.</summary>
    public string? Check { get; private set; }

    /// <summary>SHA-256 of the server's SPKI, once connected.</summary>
    public ReadOnlyMemory<byte> ServerKeyHash => _peer.PeerKeyHash;

    /// <summary>The meeting, once seated: code, title, start. Who is in it is in <see cref="Roster"/>.</summary>
    public MeetingState? Meeting { get; private set; }

    /// <summary>Who is in it.</summary>
    public ClientRoster Roster { get; } = new();

    /// <summary>One's own participant id.</summary>
    public string Me { get; private set; } = "";

    /// <summary>Whether one is host now.</summary>
    public bool IsHost => Me.Length > 0 && Roster.HostId == Me;

    /// <summary>Since when the present phase lasts.</summary>
    public Instant Since { get; private set; }

    /// <summary>What the transport measured; null without a seat.</summary>
    public PeerStats? Network => _media?.Peer.Stats;

    /// <summary>Bits per second that we would send if we were allowed to; null while that is not known.</summary>
    public long? WantedRate => _media?.Peer.WantedRate is > 0 and var wanted ? wanted : null;

    /// <summary>What became of the mixed audio; default without a seat.</summary>
    public JitterBufferStats? Playout => _media?.Audio.PlayoutStats;

    /// <summary>The delay of the mix in the agent's buffer; null while nobody is heard.</summary>
    public TimeSpan? PlayoutDelay => _media?.Audio.PlayoutDelay;

    /// <inheritdoc cref="MixClock.TryGetVideoPlayout"/>
    public bool TryGetVideoPlayout(Instant now, uint videoSsrc, RtpTimestamp videoTimestamp, out Instant playAt)
    {
        playAt = now;
        return _media is not null && _media.Audio.TryGetVideoPlayout(now, videoSsrc, videoTimestamp, out playAt);
    }

    /// <summary>How long the sound of whoever is heard loudest waited in the server before it was mixed; null while nobody is heard, or the server has not told.</summary>
    public TimeSpan? MixDelay(Instant now)
    {
        foreach (var speaker in Speakers(now))
        {
            foreach (var participant in Roster.Participants)
            {
                if (participant.AudioSsrc == speaker.AudioSsrc) return _media!.Audio.ServerDelay(now, participant.VideoSsrc);
            }
        }
        return null;
    }

    /// <summary>Whether the page has been too slow for what it is asked to encode.</summary>
    public bool IsEncoderOverloaded(Instant now) => _sender.IsEncoderOverloaded(now);

    /// <summary>Who is heard now.</summary>
    public ReadOnlySpan<SpeakerLevel> Speakers(Instant now) => _media is null ? [] : _media.Audio.Speakers(now);

    // Intents

    /// <summary>Begins.</summary>
    public void Begin(Instant now, JoinPlan plan)
    {
        _plan = plan;
        SetPhase(now, ClientPhase.Connecting);
        Connect(now);
    }

    /// <summary>Gives up joining or waiting, or leaves the meeting.</summary>
    public void Leave(Instant now)
    {
        switch (Phase)
        {
            case ClientPhase.Waiting:
                Send(new CancelRequest());
                Finish(now, EndReason.Cancelled);
                break;
            case ClientPhase.Seated or ClientPhase.Reconnecting:
                Send(new LeaveMeeting());
                Finish(now, EndReason.Left);
                break;
            case ClientPhase.Connecting:
                Finish(now, EndReason.Cancelled);
                break;
        }
    }

    /// <summary>Sends a verb (admit, deny, react, hand over …); the server decides. Lost silently while reconnecting. Chat lines go by <see cref="PostChat"/>.</summary>
    public void Send(ClientMessage message)
    {
        if (_isOpen) _actions.Enqueue(ChannelAction.SendJson(_channel, ControlProtocol.Write(message)));
    }

    /// <summary>
    /// Writes to everyone or to one person. What is written while the connection is lost is sent when it is back, once; the answer is
    /// <see cref="IMeetingClientObserver.OnChat"/> with the line or <see cref="IMeetingClientObserver.OnChatFailed"/>.
    /// </summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="id">The caller's own id for the line: 1 to <see cref="Limits.MaxChatLineId"/> characters. A repeated one is the same line.</param>
    /// <param name="text">At most <see cref="Limits.MaxChatText"/> characters.</param>
    /// <param name="to">Participant id of the one person who is to read it; null for everyone.</param>
    public void PostChat(Instant now, string id, string text, string? to = null)
    {
        var refusal = Phase is ClientPhase.Seated or ClientPhase.Reconnecting ? _chat.Post(now, new PostChat(id, text, to)) : RejectReason.NotNow;
        if (refusal is { } reason) _observer.OnChatFailed(now, id, reason);
    }

    /// <summary>Asks for the chat lines before one; told by <see cref="IMeetingClientObserver.OnChatHistory"/>. Ignored without a seat.</summary>
    /// <param name="before">The <see cref="ChatLine.Id"/>.</param>
    public void RequestOlderChat(long before) => _chat.RequestOlder(before);

    /// <summary>Says what microphone and camera do; remembered over reconnects.</summary>
    public void SetDevices(DeviceState microphone, DeviceState camera)
    {
        if (_microphone == microphone && _camera == camera) return;
        _microphone = microphone;
        _camera = camera;
        if (microphone != DeviceState.On) _media?.Audio.Stop();
        _sender.SetCamera(camera == DeviceState.On);
        if (_media is not null) _media.Video.IsMicrophoneOn = microphone == DeviceState.On;
        _media?.Video.Reconsider();
        if (Phase == ClientPhase.Seated) Send(new SetMedia(microphone, camera));
    }

    /// <summary>Says which video tracks to receive; remembered over reconnects.</summary>
    public void SetSubscription(IReadOnlyList<TrackWish> tracks)
    {
        _subscription = tracks;
        if (Phase == ClientPhase.Seated) Send(new Subscribe(tracks));
    }

    /// <summary>10 ms of the microphone: 480 samples, 48 kHz. Ignored while it is not on or there is no seat.</summary>
    public void SendAudio(Instant now, ReadOnlySpan<short> frame)
    {
        if (_microphone == DeviceState.On) _media?.Audio.Send(now, frame);
    }

    /// <summary>10 ms of the mix that were decoded for us (<see cref="IAudioCodecs.RemoteDecoder"/>).</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="sequence">As it was submitted.</param>
    /// <param name="timestamp">As it was submitted.</param>
    /// <param name="isTalkStart">As it was submitted.</param>
    /// <param name="frame480">480 samples, 48 kHz.</param>
    public void ReceiveDecoded(Instant now, SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<short> frame480) =>
        _media?.Audio.ReceiveDecoded(now, sequence, timestamp, isTalkStart, frame480);

    /// <summary>
    /// Says which video codecs the page has, and whether there is Opus now; remembered over reconnects. Before it: JPEG, both ways.
    /// </summary>
    /// <param name="encode">What it can send, best first: the first that everyone can show is used.</param>
    /// <param name="decode">What it can show.</param>
    public void SetCapabilities(IReadOnlyList<VideoCodec> encode, IReadOnlyList<VideoCodec> decode)
    {
        _capabilities = new SetCapabilities(encode, decode);
        if (Phase == ClientPhase.Seated) Send(_capabilities with { Audio = WantedAudio });
    }

    /// <summary>Says how much of the own camera to send, whatever the others want to see. Takes effect within <see cref="VideoSender.Interval"/>.</summary>
    public void SetReception(ReceptionMode reception)
    {
        _reception = reception;
        _sender.SetReception(reception);
        _media?.Video.Reconsider();
    }

    /// <summary>What the page measured of its encoder in the last second; too slow an encoder makes smaller pictures.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="captured">Pictures a second that the camera gave.</param>
    /// <param name="sent">Pictures a second that were encoded, of the largest encoding.</param>
    /// <param name="queue">Most pictures that waited for the encoder.</param>
    public void ReportEncoder(Instant now, double captured, double sent, int queue) => _sender.OnEncoderMeasured(now, captured, sent, queue);

    /// <summary>Which pictures of the own camera to make now.</summary>
    public VideoEncodingPlan Encodings => _sender.Plan;

    /// <summary>
    /// One encoded picture of the camera. Ignored while it is not on, there is no seat or nobody wants the encoding; left out when the network is behind.
    /// </summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="captured">When it was captured.</param>
    /// <param name="encoding"><see cref="VideoEncodingPlan.Large"/> or <see cref="VideoEncodingPlan.Small"/>.</param>
    /// <param name="codec">How it is encoded; what is no picture is ignored.</param>
    /// <param name="isKeyFrame">Whether it can be decoded alone.</param>
    /// <param name="isDiscardable">Whether no other picture depends on it.</param>
    /// <param name="temporalLayer">0, or the step of the frame rate that it belongs to; 0 to 15.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="picture">Its bytes.</param>
    /// <returns>Whether it is on its way.</returns>
    public bool SendPicture(
        Instant now, Instant captured, int encoding, PayloadType codec, bool isKeyFrame, bool isDiscardable, int temporalLayer, int width, int height,
        ReadOnlySpan<byte> picture) =>
        _camera == DeviceState.On && _media is not null && codec.TryGetVideoCodec(out var video) && _media.Video.Send(
            now, new OutgoingPicture(captured, encoding, video, isKeyFrame, isDiscardable, temporalLayer, width, height), picture);

    /// <summary>Asks whoever sends a video track for a key frame; at most every 200 ms for a track, what is more is left out.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="track">Its SSRC; one that nobody sends is ignored.</param>
    public void RequestKeyframe(Instant now, uint track) => _media?.Peer.RequestKeyframe(now, new Ssrc(track), Datagrams);

    // The driver's side

    /// <inheritdoc />
    public DatagramQueue Datagrams { get; }

    /// <inheritdoc />
    public Timeout NextTimeout
    {
        get
        {
            var next = Timeout.Min(new Timeout(_nextRetry, TimeoutReason.Retry), new Timeout(_nextPing, TimeoutReason.Silence));
            next = Timeout.Min(next, new Timeout(_connectBy, TimeoutReason.Handshake));
            return _media is null ? next : Timeout.Min(next, _media.NextTimeout);
        }
    }

    /// <inheritdoc />
    public bool PollChannelAction(out ChannelAction action) => _actions.TryDequeue(out action);

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram) => _media?.Receive(now, from, datagram);

    /// <inheritdoc />
    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
        if (channel != _channel || Phase is ClientPhase.Over or ClientPhase.Idle) return;
        _isOpen = true;
        _peer = peer;
        _controlHeard = now;
        _random.Fill(_nonce);
        var isResuming = Phase == ClientPhase.Reconnecting;
        Send(new Hello(
            ControlProtocol.Version, _product, Base64Url.EncodeToString(IdentityCheck.Commit(_nonce)),
            isResuming ? _resumeToken : null, isResuming ? _epoch : null));
    }

    /// <inheritdoc />
    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail)
    {
        if (channel != _channel || Phase is ClientPhase.Over or ClientPhase.Idle) return;
        _isOpen = false;
        if (reason == ChannelCloseReason.WrongKey) Finish(now, EndReason.KeyChanged, detail: detail);
        else if (Phase is ClientPhase.Seated or ClientPhase.Reconnecting) Reconnect(now);
        else Finish(now, reason == ChannelCloseReason.TooSlow ? EndReason.TooSlow : EndReason.Unreachable, detail: detail);
    }

    /// <inheritdoc />
    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
        if (channel != _channel || Phase is ClientPhase.Over or ClientPhase.Idle || kind != MessageKind.Json) return;
        _controlHeard = now;
        switch (ControlProtocol.TryParse(body, out ServerMessage? message))
        {
            case ParseOutcome.Message:
                Handle(now, message!);
                break;
            case ParseOutcome.Malformed:
                Finish(now, EndReason.ProtocolError);
                break;
        }
    }

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
        if (_nextRetry <= now)
        {
            _nextRetry = Instant.Never;
            if (now - _lostAt >= GiveUpAfter) Finish(now, EndReason.Unreachable);
            else Connect(now);
        }
        if (_connectBy <= now)
        {
            _connectBy = Instant.Never;
            Drop(now, "no answer");
        }
        if (_nextPing <= now) Ping(now);
        if (Phase == ClientPhase.Seated) _chat.HandleTimeout(now);
        _media?.HandleTimeout(now);
    }

    /// <inheritdoc />
    public void Flush(Instant now)
    {
        if (!_isDirty) return;
        _isDirty = false;
        _observer.OnStateChanged(now);
    }

    /// <inheritdoc />
    public void Dispose() => _media?.Dispose();

    // What the server says

    private void Handle(Instant now, ServerMessage message)
    {
        switch (message)
        {
            case Welcome welcome: OnWelcome(now, welcome); break;
            case Revealed revealed: OnRevealed(now, revealed); break;
            case Redirect redirect: OnRedirect(now, redirect); break;
            case Waiting:
                _connectBy = Instant.Never;
                SetPhase(now, ClientPhase.Waiting);
                break;
            case Joined joined: OnJoined(now, joined); break;
            case Refused refused: Finish(now, refused.Reason, refused.RetryAfterMs); break;
            case SeatEnded ended: Finish(now, ended.Reason); break;
            case ParticipantJoined joined: Put(joined.Participant); break;
            case ParticipantChanged changed: Put(changed.Participant); break;
            case ParticipantLeft left:
                if (Roster.Remove(left.Id) is { } gone) _media?.Video.RemoveTrack(gone.VideoSsrc);
                _isDirty = true;
                break;
            case HostChanged host:
                Roster.SetHost(host.Id);
                _isDirty = true;
                break;
            case JoinRequested request:
                Roster.PutRequest(request.Request);
                _isDirty = true;
                break;
            case JoinRequestEnded ended:
                Roster.RemoveRequest(ended.Id);
                _isDirty = true;
                break;
            case VideoDemand demand:
                _sender.OnDemand(demand);
                _media?.Video.Update(now);
                break;
            case AudioGranted granted: _media?.Audio.SetGranted(granted.Audio); break;
            case ChatLinePosted chat: _chat.OnLine(now, chat.Line); break;
            case ChatHistory history: _chat.OnHistory(now, history); break;
            case Reacted reacted: _observer.OnReaction(now, reacted.Id, reacted.Reaction); break;
            case Rejected rejected:
                if (!_chat.OnRejected(now, rejected)) _observer.OnRejected(now, rejected.Verb, rejected.Reason);
                break;
        }
    }

    private void OnWelcome(Instant now, Welcome welcome)
    {
        if (welcome.Version != ControlProtocol.Version)
        {
            Finish(now, EndReason.VersionMismatch);
            return;
        }
        if (!Base64Url.IsValid(welcome.Commitment))
        {
            Finish(now, EndReason.ProtocolError);
            return;
        }
        _serverCommitment = Base64Url.DecodeFromChars(welcome.Commitment);
        _epoch = welcome.Epoch;
        Send(new Reveal(Base64Url.EncodeToString(_nonce)));
    }

    private void OnRevealed(Instant now, Revealed revealed)
    {
        var nonce = Base64Url.IsValid(revealed.Nonce) ? Base64Url.DecodeFromChars(revealed.Nonce) : [];
        if (!IdentityCheck.Opens(_serverCommitment, nonce))
        {
            Finish(now, EndReason.ProtocolError, detail: "identity check");
            return;
        }
        Check = IdentityCheck.Digits(_peer.PeerKeyHash.Span, _ownKeyHash, nonce, _nonce);
        _nextPing = now + PingInterval;
        _isDirty = true;
        if (Phase == ClientPhase.Reconnecting) return;
        Send(_plan.Code is { } code ? new RequestJoin(code, _plan.Name, WantedAudio) : new CreateMeeting(_plan.Name, _plan.Title, WantedAudio));
    }

    private AudioProfile WantedAudio => _plan.Audio ?? (_codecs.HasOpus ? AudioProfile.Opus : AudioProfile.L16At48Khz);

    private void OnRedirect(Instant now, Redirect redirect)
    {
        if (++_redirects > MaxRedirects || !ParleyLink.TryParseHash(redirect.KeyHash, out var hash))
        {
            Finish(now, EndReason.ProtocolError, detail: "redirect");
            return;
        }
        CloseChannel();
        _plan = _plan with { Host = redirect.Host, Port = redirect.Port, ExpectedKeyHash = hash };
        Connect(now);
    }

    private void OnJoined(Instant now, Joined joined)
    {
        if (!ClientMedia.IsUsable(joined.Media))
        {
            Finish(now, EndReason.ProtocolError, detail: "media");
            return;
        }
        _connectBy = Instant.Never;
        _backOff.Reset();
        _resumeToken = joined.ResumeToken;
        Meeting = joined.Meeting;
        Me = joined.Me;
        Roster.Reset(joined.Meeting);
        _media?.Dispose();
        _sender = new VideoSender();
        _sender.SetReception(_reception);
        _sender.SetCamera(_camera == DeviceState.On);
        _media = new ClientMedia(now, joined.Media, _peer.Address, _random, Datagrams, _observer, _ciphers, _codecs, _sender);
        _media.Video.IsMicrophoneOn = _microphone == DeviceState.On;
        _media.Video.Reconsider();
        foreach (var participant in joined.Meeting.Participants) _media.Video.AddTrack(participant.VideoSsrc);
        SetPhase(now, ClientPhase.Seated);
        _nextPing = now + PingInterval;
        _observer.OnEncodingsChanged(now, _sender.Plan);
        Send(new SetMedia(_microphone, _camera));
        if (_capabilities is not null) Send(_capabilities with { Audio = WantedAudio });
        if (_subscription is not null) Send(new Subscribe(_subscription));
        _chat.OnSeated(now, Me);
    }

    private void Put(ParticipantState participant)
    {
        Roster.Put(participant);
        _media?.Video.AddTrack(participant.VideoSsrc);
        _isDirty = true;
    }

    // Connections

    private void Connect(Instant now)
    {
        _channel = new ChannelId(++_channelCounter);
        _isOpen = false;
        _connectBy = now + ConnectDeadline;
        // After the first connection the key is known: a reconnect goes to the same identity or nowhere.
        var expected = _peer.PeerKeyHash.Length > 0 && Phase == ClientPhase.Reconnecting ? _peer.PeerKeyHash : _plan.ExpectedKeyHash;
        _actions.Enqueue(ChannelAction.Connect(_channel, new ChannelTarget(_plan.Host, _plan.Port, expected)));
    }

    private void Reconnect(Instant now)
    {
        if (Phase == ClientPhase.Seated)
        {
            _lostAt = now;
            _chat.OnLost();
            SetPhase(now, ClientPhase.Reconnecting);
        }
        _connectBy = Instant.Never;
        _nextPing = Instant.Never;
        _nextRetry = now + _backOff.Next();
    }

    /// <summary>The connection gives no sign of life.</summary>
    private void Drop(Instant now, string detail)
    {
        CloseChannel();
        if (Phase is ClientPhase.Seated or ClientPhase.Reconnecting) Reconnect(now);
        else Finish(now, EndReason.Unreachable, detail: detail);
    }

    private void Ping(Instant now)
    {
        if (now - _controlHeard >= ControlSilence)
        {
            Drop(now, "silence");
            return;
        }
        _nextPing = now + PingInterval;
        Send(new ControlPing(now.Ticks));
    }

    private void CloseChannel()
    {
        _actions.Enqueue(ChannelAction.Close(_channel));
        _isOpen = false;
        _channel = new ChannelId(++_channelCounter);
    }

    private void Finish(Instant now, EndReason reason, int? retryAfterMs = null, string? detail = null)
    {
        Problem = new ClientProblem(reason, retryAfterMs, detail);
        CloseChannel();
        _nextRetry = Instant.Never;
        _nextPing = Instant.Never;
        _connectBy = Instant.Never;
        _media?.Dispose();
        _media = null;
        SetPhase(now, ClientPhase.Over);
    }

    private void SetPhase(Instant now, ClientPhase phase)
    {
        Phase = phase;
        Since = now;
        _isDirty = true;
    }
}
