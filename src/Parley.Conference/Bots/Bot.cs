using System.Globalization;
using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Conference.Bots;

/// <summary>
/// A participant without a page: the real client with a synthetic camera and microphone, and a report of what it saw and heard. Pure, so that the
/// same bot runs on real sockets and in the simulator.
/// </summary>
public sealed class Bot : IEndpoint, IMeetingClientObserver, IDisposable
{
    private const string ChatTimeMark = " @";

    /// <summary>Samples above this are something to hear; below it is the end of a fade.</summary>
    private const int Audible = 100;

    // A stalled thread makes up for this much of missed sound; a real microphone's driver would have dropped the rest.
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    private readonly BotPlan _plan;
    private readonly string _product;
    private readonly byte[] _keyHash;
    private readonly IRandomSource _random;
    private readonly IAeadFactory? _ciphers;
    private readonly IAudioCodecs? _codecs;
    private readonly Action<string>? _onMeeting;
    private readonly BotCamera _camera;
    private readonly BotMicrophone _microphone;
    private readonly ToneDetector _tones;
    private readonly ClickDetector? _clicks;
    private readonly Dictionary<string, BotParticipant> _participants = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, BotPictures> _pictures = [];
    private readonly Dictionary<uint, string> _owners = [];
    private readonly List<BotChat> _chat = [];
    private readonly List<double> _chatMs = [];
    private readonly List<double> _roundTrips = [];
    private readonly List<string> _errors = [];

    private MeetingClient _client;
    private Instant _beganAt;
    private Instant _joinedAt = Instant.Never;
    private Instant _firstFrameAt = Instant.Never;
    private Instant _firstSoundAt = Instant.Never;
    private Instant _nextFrame = Instant.Never;
    private Instant _nextSecond = Instant.Never;
    private Instant _nextChat = Instant.Never;
    private Instant _retryAt = Instant.Never;
    private JitterBufferStats _playout;
    private JitterBufferStats _playoutBefore;
    private long _audioFrames;
    private string? _lineIds;
    private long _linesSaid;
    private long _newestLine;
    private Instant _lastAudible = Instant.Never;
    private TimeSpan _longestSilence;
    private string? _code;
    private List<TrackWish> _subscription = [];

    /// <summary>Makes a bot that has not begun.</summary>
    /// <param name="plan">What it does.</param>
    /// <param name="camera">Its camera, made from the same plan; making one takes a while.</param>
    /// <param name="product">Name and version.</param>
    /// <param name="keyHash">SHA-256 of its own SPKI.</param>
    /// <param name="random">The driver's randomness.</param>
    /// <param name="onMeeting">Told the code once, when seated; on the driver's thread.</param>
    /// <param name="ciphers">Makes the ciphers of media keys; null for the platform's.</param>
    /// <param name="codecs">The codecs of sound beside L16; null for none.</param>
    public Bot(
        BotPlan plan, BotCamera camera, string product, ReadOnlySpan<byte> keyHash, IRandomSource random, Action<string>? onMeeting = null,
        IAeadFactory? ciphers = null, IAudioCodecs? codecs = null)
    {
        _ciphers = ciphers;
        _codecs = codecs;
        _plan = plan;
        _product = product;
        _keyHash = keyHash.ToArray();
        _random = random;
        _onMeeting = onMeeting;
        _camera = camera;
        _microphone = new BotMicrophone(plan);
        _tones = new ToneDetector([.. plan.ListenFor]);
        _clicks = plan.Audio == BotAudioKind.None || plan.Audio == BotAudioKind.Click ? new ClickDetector() : null;
        _client = NewClient();
    }

    /// <summary>The client inside, to be read on the driver's thread.</summary>
    public MeetingClient Client => _client;

    /// <summary>Whether it is over and will not try again.</summary>
    public bool IsOver => _client.Phase == ClientPhase.Over && _retryAt == Instant.Never;

    /// <summary>Begins.</summary>
    public void Begin(Instant now)
    {
        _beganAt = now;
        Begin(now, _client);
    }

    /// <summary>Leaves.</summary>
    public void Leave(Instant now)
    {
        _retryAt = Instant.Never;
        RememberPlayout();
        _client.Leave(now);
    }

    /// <summary>Begins to measure pictures and sound anew: what came before is not in the report.</summary>
    public void Measure()
    {
        RememberPlayout();
        _playoutBefore = _playout;
        _pictures.Clear();
        _audioFrames = 0;
        _lastAudible = Instant.Never;
        _longestSilence = TimeSpan.Zero;
    }

    /// <summary>What it saw and heard.</summary>
    public BotReport ToReport()
    {
        RememberPlayout();
        var participants = _participants.Values.Where(p => p.Id != _client.Me).Select(p => p with { Video = VideoOf(p.Id) }).ToList();
        var tones = _plan.ListenFor.Select((hz, i) => new BotTone(hz, Finite(_tones.DbFs(i)))).ToList();
        var reason = _client.Problem is { Reason: not (EndReason.Left or EndReason.None) } problem
            ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(problem.Reason.ToString())
            : null;
        return new BotReport(
            _code, _joinedAt != Instant.Never, reason, Since(_joinedAt), Since(_firstFrameAt), Since(_firstSoundAt), Percentiles.Of(_roundTrips),
            participants,
            new BotAudio(
                _audioFrames, _audioFrames > 0 ? Finite(_tones.LevelDb) : null,
                (_playout.ConcealedDuration - _playoutBefore.ConcealedDuration).TotalMilliseconds, Math.Round(_longestSilence.TotalMilliseconds, 1), tones,
                _clicks is null ? null : Percentiles.Of(_clicks.LatenciesMs)),
            _chat, Percentiles.Of(_chatMs), [], _errors);
    }

    /// <summary>Every delay it measured, for sums over many bots.</summary>
    public BotSamples ToSamples() => new([.. _pictures.Values.SelectMany(p => p.LatenciesMs)], [.. _clicks?.LatenciesMs ?? []]);

    // The driver's side: the client's, plus the bot's own clockwork.

    /// <inheritdoc />
    public DatagramQueue Datagrams { get; } = new(4 * Limits.MaxFrame, 8192);

    /// <inheritdoc />
    public Timeout NextTimeout
    {
        get
        {
            var own = Instant.Min(Instant.Min(_camera.NextPicture, _nextFrame), Instant.Min(Instant.Min(_nextSecond, _nextChat), _retryAt));
            return Timeout.Min(_client.NextTimeout, new Timeout(own, TimeoutReason.AudioTick));
        }
    }

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram) => _client.HandleDatagram(now, from, datagram);

    /// <inheritdoc />
    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer) => _client.HandleChannelOpened(now, channel, peer);

    /// <inheritdoc />
    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body) =>
        _client.HandleMessage(now, channel, kind, body);

    /// <inheritdoc />
    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail) =>
        _client.HandleChannelClosed(now, channel, reason, detail);

    /// <inheritdoc />
    public bool PollChannelAction(out ChannelAction action) => _client.PollChannelAction(out action);

    /// <inheritdoc />
    public void Flush(Instant now) => _client.Flush(now);

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
        if (_retryAt <= now)
        {
            _retryAt = Instant.Never;
            _client.Dispose();
            _client = NewClient();
            Begin(now, _client);
        }
        _client.HandleTimeout(now);
        if (now - _nextFrame > MaxCatchUp) _nextFrame = now;
        while (_nextFrame <= now)
        {
            _client.SendAudio(now, _microphone.Next(_nextFrame - AudioFormat.FrameDuration));
            _nextFrame += AudioFormat.FrameDuration;
        }
        if (_camera.NextPicture <= now) _camera.HandleTimeout(now, _client);
        if (_nextChat <= now) SayChat(now);
        if (_nextSecond <= now)
        {
            _nextSecond += TimeSpan.FromSeconds(1);
            if (_client.Network is { LastRoundTrip: { } roundTrip }) _roundTrips.Add(roundTrip.TotalMilliseconds);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    // The observer's side

    void IMeetingClientObserver.OnStateChanged(Instant now)
    {
        foreach (var participant in _client.Roster.Participants)
        {
            _owners[participant.VideoSsrc] = participant.Id;
            _participants[participant.Id] = new BotParticipant(
                participant.Id, participant.Name, participant.Id == _client.Roster.HostId, Word(participant.Microphone), Word(participant.Camera), null);
        }
        if (_client.Phase == ClientPhase.Seated && _joinedAt == Instant.Never) OnSeated(now);
        if (_client.Phase == ClientPhase.Seated && _plan.TileHeight is { } height) Subscribe(height);
        if (_client.Phase == ClientPhase.Seated && _plan.ApproveAll && _client.Roster.Requests.Count > 0) _client.Send(new AdmitAllRequests());
        if (_client.Phase != ClientPhase.Over || _joinedAt != Instant.Never) return;
        var isBusy = _client.Problem!.Reason is EndReason.DoorBusy;
        if (isBusy && now - _beganAt < _plan.DoorPatience) _retryAt = now + (RetryInterval * (0.5 + _random.NextDouble()));
    }

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line)
    {
        Remember(line);
        // Both bots read the same monotonic clock, so the time in the text measures the way through the server.
        var mark = line.Text.LastIndexOf(ChatTimeMark, StringComparison.Ordinal);
        if (mark >= 0 && line.From != _client.Me && long.TryParse(line.Text.AsSpan(mark + ChatTimeMark.Length), out var ticks))
            _chatMs.Add((now - new Instant(ticks)).TotalMilliseconds);
    }

    void IMeetingClientObserver.OnChatHistory(Instant now, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset)
    {
        // After a long outage the history begins with lines that were seen before it.
        foreach (var line in lines)
        {
            if (line.Id > _newestLine) Remember(line);
        }
    }

    void IMeetingClientObserver.OnChatFailed(Instant now, string id, RejectReason reason) => _errors.Add($"chat: {reason}");

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason)
    {
        // The door may have emptied between our reading and our verb; that is no error.
        if (verb == "admitAll" && reason is RejectReason.NotHost or RejectReason.NotNow) return;
        _errors.Add($"{verb}: {reason}");
    }

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart)
    {
        if (_firstSoundAt == Instant.Never) _firstSoundAt = now;
        _audioFrames++;
        if (frame.ContainsAnyExceptInRange((short)-Audible, (short)Audible))
        {
            var gap = now - AudioFormat.FrameDuration - _lastAudible;
            if (_lastAudible != Instant.Never && gap > _longestSilence) _longestSilence = gap;
            _lastAudible = now;
        }
        _tones.Add(frame);
        _clicks?.Add(now, frame);
    }

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture)
    {
        if (_firstFrameAt == Instant.Never) _firstFrameAt = now;
        if (!_pictures.TryGetValue(picture.Track, out var pictures)) _pictures[picture.Track] = pictures = new BotPictures();
        pictures.OnPicture(now, picture);
    }

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan) => _camera.OnEncodingsChanged(now, plan);

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding) => _camera.OnKeyframeWanted(encoding);

    void IMeetingClientObserver.OnQualityChanged(Instant now, UiQualityChange change)
    {
        // Nobody looks at a bot's messages; the report tells what was heard.
    }

    private void Begin(Instant now, MeetingClient client)
    {
        client.SetDevices(
            _plan.Audio == BotAudioKind.None ? DeviceState.Missing : DeviceState.On, _plan.Video == BotVideoKind.None ? DeviceState.Missing : DeviceState.On);
        client.SetCapabilities(_camera.Codecs, Enum.GetValues<VideoCodec>());
        client.Begin(now, _plan.Join);
    }

    private void Subscribe(int height)
    {
        var others = _client.Roster.Participants.Where(p => p.Id != _client.Me).Select(p => new TrackWish(p.VideoSsrc, height)).ToList();
        if (_subscription.SequenceEqual(others)) return;
        _subscription = others;
        _client.SetSubscription(others);
    }

    private void OnSeated(Instant now)
    {
        _joinedAt = now;
        _nextSecond = now + TimeSpan.FromSeconds(1);
        if (_plan.Audio != BotAudioKind.None) _nextFrame = now;
        if (_plan.Chat is not null) _nextChat = now;
        _code = _client.Meeting!.Code;
        _onMeeting?.Invoke(_code);
    }

    private void SayChat(Instant now)
    {
        var isRepeating = _plan.ChatInterval > TimeSpan.Zero;
        _lineIds ??= _random.NextToken(6);
        var id = string.Create(CultureInfo.InvariantCulture, $"{_lineIds} {++_linesSaid}");
        _client.PostChat(now, id, isRepeating ? _plan.Chat + ChatTimeMark + now.Ticks.ToString(CultureInfo.InvariantCulture) : _plan.Chat!);
        _nextChat = isRepeating ? now + _plan.ChatInterval : Instant.Never;
    }

    private void Remember(ChatLine line)
    {
        _newestLine = Math.Max(_newestLine, line.Id);
        if (line.Kind == ChatLineKind.Text) _chat.Add(new BotChat(line.Name, line.Text, line.To is not null));
    }

    private void RememberPlayout()
    {
        if (_client.Playout is { } stats) _playout = stats;
    }

    private BotVideo? VideoOf(string participantId)
    {
        foreach (var (track, pictures) in _pictures)
        {
            if (_owners.GetValueOrDefault(track) == participantId) return pictures.ToReport();
        }
        return null;
    }

    private double? Since(Instant at) => at == Instant.Never ? null : Math.Round((at - _beganAt).TotalMilliseconds, 2);

    private static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 2) : null;

    private static string Word(DeviceState state) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private MeetingClient NewClient() => new(_product, _keyHash, _random, this, Datagrams, _ciphers, _codecs);
}
