using System.Globalization;
using System.Net;
using Parley.Conference.Client;
using Parley.Net;
using Parley.Protocol.Control;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.Meetings;

/// <summary>A participant who only writes, and notes how long the others' lines were on their way.</summary>
internal sealed class ChatProbe : IMeetingClientObserver, IAsyncDisposable
{
    private readonly Identity _identity = Identity.Create();
    private readonly MeetingClient _client;
    private readonly ShardLoop _loop;
    private readonly TaskCompletionSource<string> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<double> _samples = [];

    public ChatProbe(int port, string? code, string name)
    {
        _client = new MeetingClient("bench", _identity.KeyHash, SystemRandom.Shared, this);
        _loop = new ShardLoop(new ShardLoopOptions { Name = name, UdpAddress = IPAddress.Loopback, Identity = _identity }, _client);
        _loop.Start();
        _loop.Post(now => _client.Begin(now, new JoinPlan("127.0.0.1", port, default, name, code)));
    }

    /// <summary>The meeting's code, once seated.</summary>
    public Task<string> CodeAsync() => _code.Task.WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>Writes a line that carries the time of writing.</summary>
    public void Say() => _loop.Post(now =>
    {
        var time = MonotonicClock.Shared.Now.Ticks.ToString(CultureInfo.InvariantCulture);
        _client.PostChat(now, time, time);
    });

    /// <summary>The ways' durations in milliseconds since the last call.</summary>
    public async Task<List<double>> TakeSamplesAsync()
    {
        var answer = new TaskCompletionSource<List<double>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(_ =>
        {
            answer.SetResult(_samples);
            _samples = new List<double>(4096);
        });
        return await answer.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Post(_client.Leave);
        await _loop.StopAsync(TimeSpan.FromSeconds(1));
        await _loop.DisposeAsync();
        _client.Dispose();
        _identity.Dispose();
    }

    void IMeetingClientObserver.OnStateChanged(Instant now)
    {
        if (_client.Phase == ClientPhase.Seated) _code.TrySetResult(_client.Meeting!.Code);
        if (_client.IsHost && _client.Roster.Requests.Count > 0) _client.Send(new AdmitAllRequests());
    }

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line)
    {
        // All programs of one machine read the same monotonic clock.
        if (line.From != _client.Me && long.TryParse(line.Text, CultureInfo.InvariantCulture, out var ticks))
            _samples.Add((MonotonicClock.Shared.Now - new Instant(ticks)).TotalMilliseconds);
    }

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason)
    {
        // The door may have emptied between our reading and our verb.
    }

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart)
    {
    }

    void IMeetingClientObserver.OnQualityChanged(Instant now, Protocol.Ui.UiQualityChange change)
    {
        // Nobody is to be told.
    }

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture)
    {
    }

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan)
    {
    }

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding)
    {
    }
}
