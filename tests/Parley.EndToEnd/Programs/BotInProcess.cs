using System.Net;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Net;

namespace Parley.EndToEnd.Programs;

/// <summary>A bot on real sockets in this process, where its report can be read at any time and its datagrams can be watched.</summary>
internal sealed class BotInProcess : IAsyncDisposable
{
    private readonly Identity _identity = Identity.Create();
    private readonly Bot _bot;
    private readonly ShardLoop _loop;

    public BotInProcess(BotPlan plan, IDatagramFilter? filter = null)
    {
        _bot = new Bot(plan, new BotCamera(plan), "Parley test", _identity.KeyHash, SystemRandom.Shared);
        _loop = new ShardLoop(new ShardLoopOptions { UdpAddress = IPAddress.Loopback, Identity = _identity, Filter = filter }, _bot);
        _loop.Start();
        _loop.Post(_bot.Begin);
    }

    /// <summary>Shows a test card, says a tone, and listens for some; makes a meeting when there is no code.</summary>
    public static BotPlan Plan(RunningServer server, string? code, string name, double hz, params double[] listenFor) => new()
    {
        Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, name, code),
        ApproveAll = code is null,
        Video = BotVideoKind.TestCard,
        Audio = BotAudioKind.Tone,
        ToneHz = hz,
        ListenFor = listenFor,
    };

    /// <summary>What it saw and heard until now.</summary>
    public async Task<BotReport> ReportAsync()
    {
        var answer = new TaskCompletionSource<BotReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_loop.Post(_ => answer.SetResult(_bot.ToReport())));
        return await answer.Task.Within();
    }

    /// <summary>The meeting's code, once it is in it.</summary>
    public async Task<string> CodeAsync()
    {
        await Deadline.UntilAsync(async () => (await ReportAsync()).Joined, "the bot is in the meeting");
        return (await ReportAsync()).Meeting!;
    }

    public async ValueTask DisposeAsync()
    {
        _loop.Post(_bot.Leave);
        await _loop.StopAsync(TimeSpan.FromSeconds(1));
        await _loop.DisposeAsync();
        _bot.Dispose();
        _identity.Dispose();
    }
}
