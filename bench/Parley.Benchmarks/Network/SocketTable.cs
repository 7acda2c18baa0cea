using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.EndToEnd.Programs;
using Parley.Net;
using Parley.Protocol.Control;
using Parley.Transport.Impairment;

namespace Parley.Benchmarks.Network;

/// <summary>What gets through bad networks, with real sockets: a server, a publisher and a receiver, one of them behind an impaired network.</summary>
internal static class SocketTable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(12);

    private static readonly string[] Networks =
    [
        "loss=0%", "loss=1%", "loss=2%", "loss=5%", "loss=10%", "loss=20%", "loss=5%,burst=5", "jitter=30ms", "reorder=2%", "rate=300kbit", "rate=600kbit",
        "rate=1500kbit",
    ];

    /// <summary>Measures every row in both directions, prints the table and writes it down.</summary>
    /// <param name="path">The results page.</param>
    /// <param name="cameras">What to send: testcard, or a model of a codec.</param>
    public static async Task<int> RunAsync(string path, IReadOnlyList<string> cameras)
    {
        var text = new StringBuilder();
        text.AppendLine("# Bad networks, with real sockets").AppendLine();
        text.AppendLine($"`./dev bench sockets` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores,");
        text.AppendLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, loopback. One server process; a publisher with a camera and a tone, and a receiver.");
        text.AppendLine($"Every network has 20 ms of delay in its direction (so a round trip of 20 ms) and a queue of 100 ms; {Time.TotalSeconds} s each.").AppendLine();
        text.AppendLine(NetworkRow.Head);
        foreach (var camera in cameras)
        {
            foreach (var direction in new[] { "down", "up" })
            {
                foreach (var network in Networks)
                {
                    var row = await MeasureAsync(camera, $"{network},delay=20ms,queue=100ms,direction={direction}");
                    Console.WriteLine(row);
                    text.AppendLine(row.ToString());
                }
            }
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text.ToString());
        return 0;
    }

    private static async Task<NetworkRow> MeasureAsync(string camera, string network)
    {
        if (!ImpairmentOptions.TryParse(network, out var impairment, out var error)) throw new InvalidOperationException($"{network}: {error}");
        var isUp = network.EndsWith("up", StringComparison.Ordinal);
        await using var server = await RunningServer.StartAsync("--log-level", "warning");
        var host = new BotPlan
        {
            Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, "Publisher", null, Audio: AudioProfile.Opus),
            Audio = BotAudioKind.Tone,
            ToneHz = 443,
            Video = BotVideoKind.TestCard,
            ApproveAll = true,
        };
        var code = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var publisher = RunningBotLoop.Start(host, isUp ? impairment : null, code.SetResult);
        var guest = new BotPlan
        {
            Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, "Receiver", await code.Task.WaitAsync(TimeSpan.FromSeconds(10)), Audio: AudioProfile.Opus),
        };
        await using var receiver = RunningBotLoop.Start(guest, isUp ? null : impairment, null);
        await Task.Delay(Settle + Time);
        return NetworkRow.Of(camera, network, await receiver.AskAsync(b => b.ToReport()));
    }
}

/// <summary>A bot in this process, on real sockets.</summary>
internal sealed class RunningBotLoop : IAsyncDisposable
{
    private readonly Identity _identity;
    private readonly Bot _bot;
    private readonly ShardLoop _loop;

    private RunningBotLoop(Identity identity, Bot bot, ShardLoop loop)
    {
        _identity = identity;
        _bot = bot;
        _loop = loop;
    }

    /// <summary>Starts it behind a network of its own.</summary>
    public static RunningBotLoop Start(BotPlan plan, ImpairmentOptions? network, Action<string>? onMeeting)
    {
        var identity = Identity.Create();
        var bot = new Bot(plan, new BotCamera(plan), "bench", identity.KeyHash, SystemRandom.Shared, onMeeting, AeadCiphers.Choose());
        var filter = network is null ? null : new ImpairmentFilter(network);
        var loop = new ShardLoop(new ShardLoopOptions { UdpAddress = IPAddress.Loopback, Identity = identity, Filter = filter }, bot);
        loop.Start();
        loop.Post(bot.Begin);
        return new RunningBotLoop(identity, bot, loop);
    }

    /// <summary>Asks on the driver's thread.</summary>
    public Task<T> AskAsync<T>(Func<Bot, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(_ => answer.SetResult(question(_bot)));
        return answer.Task;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _loop.Post(_bot.Leave);
        await _loop.StopAsync(TimeSpan.FromSeconds(1));
        await _loop.DisposeAsync();
        _bot.Dispose();
        _identity.Dispose();
    }
}
