using Microsoft.Extensions.Logging;
using Parley.Agent.Meetings;
using Parley.Agent.Statistics;
using Parley.Agent.Storage;
using Parley.Agent.Web;
using Parley.Conference.Client;
using Parley.Net;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent;

/// <summary>
/// The agent between page and meeting: it carries out what the page asks and tells it what is. All of it runs on one task that takes work from a
/// bounded queue; media does not pass through here.
/// </summary>
internal sealed class AgentCore : IMeetingSessionListener, IAsyncDisposable
{
    private static readonly TimeSpan LevelInterval = TimeSpan.FromMilliseconds(100);

    private readonly AgentOptions _options;
    private readonly AgentMemory _memory;
    private readonly Identity _identity;
    private readonly ILocalServer? _localServer;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly WorkQueue _work;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _quit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _clock;
    private readonly ChatLog _chat = new();
    private readonly MediaSettings _media;
    private readonly Voices _voices = new();
    private readonly MeetingStatistics _statistics = new();

    private volatile Page? _page;
    private volatile MeetingSession? _session;
    private ClientView? _view;
    private LocalServerAddress? _local;
    private bool _isFirstContact;
    private UiProblem? _lobbyProblem;
    private DeviceState _microphone = DeviceState.Off;
    private DeviceState _camera = DeviceState.Off;
    private long _revision;
    private int _hostsOthers;
    private int _ticks;
    private bool _levelsWereSent;
    private DateTimeOffset _lastUse = DateTimeOffset.UtcNow;

    public AgentCore(AgentOptions options, AgentMemory memory, Identity identity, ILocalServer? localServer, ILoggerFactory loggers)
    {
        _options = options;
        _memory = memory;
        _identity = identity;
        _localServer = localServer;
        _loggers = loggers;
        _log = loggers.CreateLogger("agent");
        _media = new MediaSettings(memory, options.Impairment);
        if (options.Name is { } name && PlainText.TryNormaliseName(name, out var clean)) memory.Name = clean;
        if (options.Codec is { } choice) memory.Preferences = memory.Preferences with { Codec = choice.Codec };
        _work = new WorkQueue(_log);
        _clock = Task.Run(TickAsync);
    }

    /// <summary>Ends when the person quits or nobody has used the agent for its idle life.</summary>
    public Task Quitting => _quit.Task;

    /// <summary>Other people in meetings served by this program, as counted within the last second.</summary>
    public int HostsOthers => Volatile.Read(ref _hostsOthers);

    /// <summary>The page in use.</summary>
    public Page? Page => _page;

    // From the web side, on any thread

    /// <summary>A page said hello: it takes over.</summary>
    public void Attach(Page page) => Post(() =>
    {
        if (_page is { } old && old != page)
        {
            if (old.TabId != page.TabId) old.Send(new TakenOver());
            old.Control.Close(Page.TakenOverCode);
            old.Audio?.Close(Page.TakenOverCode);
            old.VideoIn?.Close(Page.TakenOverCode);
            old.VideoOut?.Close(Page.TakenOverCode);
        }
        _page = page;
        page.Send(new AgentWelcome(UiProtocol.Version, _options.Product));
        SendSnapshot();
        page.Send(_chat.Whole);
        OnPageChanged();
    });

    /// <summary>A page's control socket is gone.</summary>
    public void Detach(Page page) => Post(() =>
    {
        if (_page != page) return;
        _page = null;
        OnPageChanged();
        // Without its page the agent has no eyes and ears; the others see that, and the seat stays.
        SetDevices(DeviceState.Off, DeviceState.Off);
    });

    /// <summary>A page asks for something.</summary>
    public void Handle(Page page, UiCommand command)
    {
        var isTaken = _work.Post(async () =>
        {
            if (_page == page) await HandleAsync(command);
        });
        // A person's words are not left out in silence.
        if (!isTaken && command is SendChat chat) page.Send(new ChatFailed(chat.Id, "queueFull"));
    }

    /// <summary>10 ms of the page's microphone, or of the mix, decoded.</summary>
    public void OnSound(Page page, in SoundFrame frame)
    {
        if (_page == page) _session?.TakeSound(frame);
    }

    /// <summary>A picture of the page's camera.</summary>
    public void OnPicture(Page page, in VideoOutFrame frame, ReadOnlySpan<byte> picture)
    {
        if (_page != page || _session is not { } session) return;
        if (!session.SendPicture(frame, picture, page.ToAgentTime(frame.PageTime))) page.Send(new KeyFrameWanted(frame.Encoding));
    }

    /// <summary>The page cannot go on with a track until a key frame comes.</summary>
    public void RequestKeyframe(Page page, uint track)
    {
        if (_page == page) _session?.Post((now, client) => client.RequestKeyframe(now, track));
    }

    // From the session, on its driver's thread

    void IMeetingSessionListener.OnView(MeetingSession session, ClientView view) => Post(() => OnViewAsync(session, view));

    void IMeetingSessionListener.OnChat(MeetingSession session, ChatLine line) => Post(() =>
    {
        if (_session != session) return;
        var posted = _chat.Add(line);
        _page?.Send(posted);
    });

    void IMeetingSessionListener.OnChatHistory(MeetingSession session, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset) => Post(() =>
    {
        if (_session != session) return;
        var posted = _chat.Add(lines, hasOlder, isReset);
        _page?.Send(posted);
    });

    void IMeetingSessionListener.OnEncodings(MeetingSession session, VideoEncodingPlan plan) => Post(() =>
    {
        if (_session == session) _statistics.OnEncodings(plan.Encodings, _page);
    });

    void IMeetingSessionListener.OnSecond(MeetingSession session, MeetingSecond second) => Post(() =>
    {
        if (_session == session && _view is { } view && _statistics.OnSecond(second, view, _page)) SendSnapshot();
    });

    void IMeetingSessionListener.OnRejected(MeetingSession session, string verb, RejectReason reason) => Post(() =>
        _page?.Send(new CommandRefused(verb, reason switch
        {
            RejectReason.NotHost => "notHost",
            RejectReason.Gone => "gone",
            RejectReason.TooLong => "tooLong",
            RejectReason.TooFast => "tooFast",
            RejectReason.NotRecorded => "notRecorded",
            _ => "notNow",
        })));

    /// <summary>Leaves and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _clock;
        await _work.DisposeAsync();
        if (_session is { } session) await session.DisposeAsync();
        _stop.Dispose();
    }

    // Commands

    private async Task HandleAsync(UiCommand command)
    {
        switch (command)
        {
            case SetName set:
                if (PlainText.TryNormaliseName(set.Name, out var name)) _memory.Name = name;
                SendSnapshot();
                break;
            case SetDevices devices: SetDevices(devices.Microphone, devices.Camera); break;
            case StartMeeting start: await StartAsync(start); break;
            case JoinMeeting join: await JoinAsync(join); break;
            case CancelJoin or Leave: _session?.Post((now, client) => client.Leave(now)); break;
            case Admit admit:
                Remember(admit.Id);
                Verb(new AdmitRequest(admit.Id));
                break;
            case AdmitAll:
                foreach (var request in _view?.Requests ?? []) Remember(request.Id);
                Verb(new AdmitAllRequests());
                break;
            case Deny deny: Verb(new DenyRequest(deny.Id)); break;
            case RemoveParticipant remove: Verb(new RemoveSeat(remove.Id)); break;
            case HandOverHost handOver: Verb(new HandOver(handOver.Id)); break;
            case SendChat chat: SendChatLine(chat); break;
            case LoadOlderChat older: _session?.Post((_, client) => client.RequestOlderChat(older.Before)); break;
            case SendReaction react: Verb(new React(react.Reaction)); break;
            case RaiseHand hand: Verb(new SetHand(hand.IsRaised)); break;
            case LowerHandOf lower: Verb(new LowerHand(lower.Id)); break;
            case SetVisible visible: _media.SetVisible(visible.Tiles, _view, _session); break;
            case SetPreferences set:
                _media.SetPreferences(set.Preferences, _view, _session);
                SendSnapshot();
                break;
            case SetCodecs codecs: _media.SetCodecs(codecs, _session); break;
            case SetImpairment set:
                if (_media.TrySetImpairment(set.Text, _session)) SendSnapshot();
                else _page?.Send(new CommandRefused("setImpairment", "badImpairment"));
                break;
            case WatchStats watch: _statistics.OnWatch(watch.IsWatching, _page); break;
            case PageMeasured measured:
                _statistics.OnPageMeasured(MonotonicClock.Shared.Now, measured.Stats);
                _session?.ReportEncoder(measured.Stats);
                break;
            case EndMeeting: Verb(new EndForAll()); break;
            case Dismiss: await DismissAsync(); break;
            case TrustNewKey: await TrustNewKeyAsync(); break;
            case Quit quit:
                if (_hostsOthers > 0 && !quit.EndForOthers) _page?.Send(new CommandRefused("quit", "othersPresent"));
                else _quit.TrySetResult();
                break;
        }
    }

    private async Task StartAsync(StartMeeting start)
    {
        if (_session is not null && _view?.Phase != ClientPhase.Over) return;
        if (_localServer is null || !PlainText.TryNormaliseName(start.Name, out var name))
        {
            _page?.Send(new CommandRefused("startMeeting", "notNow"));
            return;
        }
        _memory.Name = name;
        try
        {
            _local = await _localServer.StartAsync();
        }
        catch (Exception e)
        {
            _log.LogError(e, "The server inside the app did not start");
            await FailAsync(new UiProblem(EndReason.Unreachable, null, null, null, e.Message));
            return;
        }
        await BeginAsync(new JoinPlan("127.0.0.1", _local.TcpPort, _local.KeyHash, name, Code: null, start.Title), isFirstContact: false);
    }

    private async Task JoinAsync(JoinMeeting join)
    {
        if (_session is not null && _view?.Phase != ClientPhase.Over) return;
        if (!PlainText.TryNormaliseName(join.Name, out var name) || !ParleyLink.TryParse(join.Server, out var link) || link is null)
        {
            _page?.Send(new CommandRefused("joinMeeting", "notNow"));
            return;
        }
        var code = link.Code;
        if (join.Code.Trim().Length > 0 && !MeetingCode.TryNormalise(join.Code, out code))
        {
            await FailAsync(new UiProblem(EndReason.WrongCode, link.HostAndPort, join.Code, null, null));
            return;
        }
        if (code.Length == 0)
        {
            await FailAsync(new UiProblem(EndReason.WrongCode, link.HostAndPort, "", null, null));
            return;
        }
        _memory.Name = name;
        var expected = link.KeyHash.Length > 0 ? link.KeyHash : _memory.ServerKey(link.HostAndPort);
        _local = null;
        await BeginAsync(new JoinPlan(link.Host, link.Port, expected, name, code), isFirstContact: expected.Length == 0);
    }

    private async Task BeginAsync(JoinPlan plan, bool isFirstContact)
    {
        await EndSessionAsync();
        _chat.Begin();
        _page?.Send(_chat.Whole);
        _lobbyProblem = null;
        _isFirstContact = isFirstContact;
        _voices.Begin();
        _statistics.Begin(_page);
        var session = new MeetingSession(plan, _options.Product, _identity, _loggers, _media.Impairment, () => _page, this);
        _session = session;
        session.Post((_, client) => client.SetDevices(_microphone, _camera));
        _media.Begin(session);
    }

    private async Task FailAsync(UiProblem problem)
    {
        await EndSessionAsync();
        _lobbyProblem = problem;
        SendSnapshot();
    }

    private async Task DismissAsync()
    {
        if (_view is { Phase: not ClientPhase.Over }) return;
        await EndSessionAsync();
        _lobbyProblem = null;
        SendSnapshot();
    }

    private async Task TrustNewKeyAsync()
    {
        if (_view is not { Phase: ClientPhase.Over, Problem.Reason: EndReason.KeyChanged } view) return;
        _memory.ForgetServer(new ParleyLink(view.Plan.Host, view.Plan.Port, "", default).HostAndPort);
        await BeginAsync(view.Plan with { ExpectedKeyHash = default }, isFirstContact: true);
    }

    private async Task EndSessionAsync()
    {
        var session = _session;
        _session = null;
        _view = null;
        if (session is not null) await session.DisposeAsync();
    }

    private void SendChatLine(SendChat chat)
    {
        // While the connection is lost the client keeps the line and sends it when it is back.
        if (chat.Text.Length > Limits.MaxChatText) _page?.Send(new ChatFailed(chat.Id, "tooLong"));
        else if (_session?.Post((now, client) => client.PostChat(now, chat.Id, chat.Text, chat.To)) != true) _page?.Send(new ChatFailed(chat.Id, "notNow"));
    }

    private void Verb(ClientMessage message)
    {
        if (_view?.Phase != ClientPhase.Seated || _session?.Post((_, client) => client.Send(message)) != true)
            _page?.Send(new CommandRefused(ControlProtocol.TypeOf(message), "notNow"));
    }

    private void Remember(string requestId)
    {
        foreach (var request in _view?.Requests ?? [])
        {
            if (request.Id == requestId) _memory.RememberGuest(request.KeyHash);
        }
    }

    private void SetDevices(DeviceState microphone, DeviceState camera)
    {
        if (_microphone == microphone && _camera == camera) return;
        _microphone = microphone;
        _camera = camera;
        _session?.Post((_, client) => client.SetDevices(microphone, camera));
        SendSnapshot();
    }

    /// <summary>What another page said of itself holds no longer.</summary>
    private void OnPageChanged()
    {
        _statistics.OnPageChanged(_page);
        _media.SetCodecs(null, _session);
    }

    // State

    private async Task OnViewAsync(MeetingSession session, ClientView view)
    {
        if (_session != session) return;
        var before = _view?.Phase;
        _view = view;
        _voices.OnParticipants(view.Participants);
        _media.OnView(view, session);
        if (view.Phase == ClientPhase.Seated && before != ClientPhase.Seated && _local is null)
            _memory.RememberServer(new ParleyLink(view.Plan.Host, view.Plan.Port, "", default).HostAndPort, view.ServerKeyHash.Span);
        if (view.Phase == ClientPhase.Over && SnapshotBuilder.StaysInLobby(view.Problem!.Reason))
        {
            var problem = SnapshotBuilder.ProblemOf(view, new ParleyLink(view.Plan.Host, view.Plan.Port, "", default).HostAndPort);
            await EndSessionAsync();
            _lobbyProblem = problem;
        }
        SendSnapshot();
    }

    private void SendSnapshot()
    {
        if (_page is not { } page) return;
        _revision++;
        var person = new PersonState(_memory.Name, _microphone, _camera, _media.Preferences, _media.ImpairmentText, _session is null ? null : _statistics.SentCodec);
        var snapshot = _view is { } view && _session is not null
            ? SnapshotBuilder.Meeting(_revision, person, view, _memory, _isFirstContact, _local, _voices, _hostsOthers)
            : SnapshotBuilder.Lobby(_revision, person, _lobbyProblem, _hostsOthers);
        page.Send(new SnapshotChanged(snapshot));
    }

    // Time

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(LevelInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) Post(OnTickAsync);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task OnTickAsync()
    {
        if (_view?.Phase == ClientPhase.Seated && _page is not null)
        {
            _session?.Post((now, client) =>
            {
                var speakers = client.Speakers(now).ToArray();
                Post(() => OnSpeakers(speakers));
            });
        }
        if (++_ticks % 10 != 0) return;

        if (_view?.Phase is ClientPhase.Seated or ClientPhase.Reconnecting) _session?.MeasureSecond();
        if (_localServer is not null && _local is not null)
        {
            var isMineLocal = _view?.Phase == ClientPhase.Seated ? 1 : 0;
            var others = Math.Max(0, await _localServer.CountPresentAsync() - isMineLocal);
            if (others != _hostsOthers)
            {
                _hostsOthers = others;
                SendSnapshot();
            }
        }
        EndWhenUnused();
    }

    private void OnSpeakers(SpeakerLevel[] speakers)
    {
        if (_view is not { } view) return;
        var (levels, hasChanged) = _voices.Update(MonotonicClock.Shared.Now, speakers, view.Participants);
        if (levels.Count > 0 || _levelsWereSent) _page?.Send(new LevelsChanged(levels));
        _levelsWereSent = levels.Count > 0;
        if (hasChanged) SendSnapshot();
    }

    private void EndWhenUnused()
    {
        if (_options.IdleLife is not { } life) return;
        var now = DateTimeOffset.UtcNow;
        if (_page is not null || _hostsOthers > 0 || _view?.Phase is ClientPhase.Seated or ClientPhase.Reconnecting or ClientPhase.Waiting) _lastUse = now;
        else if (now - _lastUse >= life) _quit.TrySetResult();
    }

    private void Post(Func<Task> work) => _work.Post(work);

    private void Post(Action work) => _work.Post(work);
}
