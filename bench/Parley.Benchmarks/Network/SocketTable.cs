using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Codecs;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.EndToEnd.Programs;
using Parley.Media.Audio;
using Parley.Net;
using Parley.Scenarios.Networks;
using Parley.Transport.Impairment;

namespace Parley.Benchmarks.Network;

/// <summary>
/// What gets through bad networks, with real sockets: a server process, a publisher and a receiver, one of them behind an impaired network. The steady
/// networks of <see cref="NetworkTable"/>; for each, both codecs and both ways at once, each with a server of its own.
/// </summary>
internal static class SocketTable
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(12);

    /// <summary>Measures every row, prints the table and writes it down.</summary>
    /// <param name="path">The results page.</param>
    public static async Task<int> RunAsync(string path)
    {
        IAudioCodecs codecs = LibOpus.TryLoad(out var opus) ? opus : NoAudioCodecs.Instance;
        var cases = NetworkTable.Cases.Where(c => c.Then is null).ToList();
        var rows = new string[cases.Count];
        foreach (var alike in cases.Select((network, i) => (network, i)).GroupBy(c => c.network.Network))
        {
            await Task.WhenAll(alike.Select(async c =>
            {
                rows[c.i] = (await MeasureAsync(c.network, codecs)).ToString();
                Console.WriteLine(rows[c.i]);
            }));
        }
        var text = new StringBuilder();
        text.AppendLine("# Bad networks, with real sockets").AppendLine();
        text.AppendLine($"`./dev bench sockets` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores,");
        text.AppendLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, loopback, sound by {(opus is null ? "L16" : "Opus")}. A server process; a publisher with a camera and a tone, and a receiver, one of them with `--impair`.");
        text.AppendLine($"The steady networks of [network.md](network.md), where the columns are explained; {Time.TotalSeconds} s each after {Settle.TotalSeconds} s, four meetings at a time.").AppendLine();
        text.AppendLine(NetworkRow.Head);
        foreach (var row in rows) text.AppendLine(row);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text.ToString());
        return 0;
    }

    private static async Task<NetworkRow> MeasureAsync(NetworkCase network, IAudioCodecs codecs)
    {
        if (!ImpairmentOptions.TryParse(network.First, out var impairment, out var error)) throw new InvalidOperationException($"{network.First}: {error}");
        await using var server = await RunningServer.StartAsync("--log-level", "warning");
        var host = new BotPlan
        {
            Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, "Publisher", null),
            Audio = BotAudioKind.Tone,
            ToneHz = 443,
            Video = BotVideoKind.Model,
            ModelCodec = network.Codec,
            FramesPerSecond = 30,
            ApproveAll = true,
        };
        var code = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var publisher = RunningBotLoop.Start(host, network.IsUp ? impairment : null, code.SetResult, codecs);
        var guest = new BotPlan
        {
            Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, "Receiver", await code.Task.WaitAsync(TimeSpan.FromSeconds(10))),
            TileHeight = network.TileHeight,
        };
        await using var receiver = RunningBotLoop.Start(guest, network.IsUp ? null : impairment, null, codecs);
        await Task.Delay(Settle);
        await receiver.AskAsync(b =>
        {
            b.Measure();
            return true;
        });
        await Task.Delay(Time);
        return NetworkRow.Of(NetworkTable.NameOf(network), await receiver.AskAsync(b => b.ToReport()));
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
    public static RunningBotLoop Start(BotPlan plan, ImpairmentOptions? network, Action<string>? onMeeting, IAudioCodecs codecs)
    {
        var identity = Identity.Create();
        var bot = new Bot(plan, new BotCamera(plan), "bench", identity.KeyHash, SystemRandom.Shared, onMeeting, AeadCiphers.Choose(), codecs);
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
