using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.EndToEnd.Programs;
using Parley.Net;

namespace Parley.Benchmarks.Meetings;

/// <summary>What is promised of a meeting in milliseconds, measured with the real program on loopback.</summary>
internal static class MeetingBenchmark
{
    private const int Probes = 8;
    private const int Joins = 25;
    private const double Long = 600;
    private static readonly TimeSpan SayEvery = TimeSpan.FromMilliseconds(110);
    private static readonly TimeSpan ChatTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);

    private sealed record Row(string What, double Promise, double Share, List<Measurement> Runs)
    {
        public double Value => Measurement.At([.. Runs.Select(r => Share < 0.9 ? r.P50 : r.P99)], 0.5);
    }

    /// <summary>Measures everything, prints it and writes it down.</summary>
    public static async Task<int> RunAsync(string path)
    {
        var rows = new List<Row>();
        await using (var server = await RunningServer.StartAsync("--log-level", "warning"))
        {
            await ChatAsync(server, rows);
            await JoinsAsync(server, rows);
        }
        var text = Write(rows);
        Console.WriteLine(text);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
        return 0;
    }

    private static async Task ChatAsync(RunningServer server, List<Row> rows)
    {
        var probes = new List<ChatProbe>();
        try
        {
            var code = "";
            for (var i = 0; i < Probes; i++)
            {
                probes.Add(new ChatProbe(server.Tcp.Port, i == 0 ? null : code, $"Probe {i + 1}"));
                code = await probes[i].CodeAsync();
            }
            await ChatAsync(probes, TimeSpan.FromSeconds(2)); // compiled before it is measured
            rows.Add(new Row("chat one way, idle", 5, 0.99, await Measurement.RepeatAsync("chat idle", () => ChatAsync(probes, ChatTime))));

            await using var red = Speaker(server, code, "Red", 443);
            await using var blue = Speaker(server, code, "Blue", 997);
            await PresentAsync(server, Probes + 2);
            rows.Add(new Row(
                "chat one way, during video of two", 5, 0.99, await Measurement.RepeatAsync("chat during video", () => ChatAsync(probes, ChatTime))));

            await using var stopped = Speaker(server, code, "Stopped", 1571);
            await PresentAsync(server, Probes + 3);
            rows.Add(new Row("chat one way, during video, a participant stopped 10 s", 20, 0.99, await Measurement.RepeatAsync("chat beside a stopped one", async () =>
            {
                stopped.Process.Signal("STOP");
                var samples = await ChatAsync(probes, StopTime);
                stopped.Process.Signal("CONT");
                await PresentAsync(server, Probes + 3);
                return samples;
            })));
        }
        finally
        {
            foreach (var probe in probes) await probe.DisposeAsync();
        }
    }

    private static async Task<List<double>> ChatAsync(List<ChatProbe> probes, TimeSpan time)
    {
        foreach (var probe in probes) await probe.TakeSamplesAsync();
        using var timer = new PeriodicTimer(SayEvery / probes.Count);
        var count = (int)(time / SayEvery) * probes.Count;
        // One after the other, so that lines do not meet.
        for (var i = 0; i < count; i++)
        {
            await timer.WaitForNextTickAsync();
            probes[i % probes.Count].Say();
        }
        await Task.Delay(200);
        var samples = new List<double>();
        foreach (var probe in probes) samples.AddRange(await probe.TakeSamplesAsync());
        return samples;
    }

    private static async Task JoinsAsync(RunningServer server, List<Row> rows)
    {
        await using var host = RunningBot.Start(server, Long, "--create", "--approve-all", "--name", "Host", "--audio", "tone:443");
        var code = await host.CodeAsync();
        await JoinAsync(server, code, 0); // compiled before it is measured
        var frames = new List<double>();
        var sounds = new List<double>();
        using var witness = new StallWitness();
        for (var i = 0; i < Joins; i++)
        {
            var report = await JoinAsync(server, code, i + 1);
            frames.Add(report.FirstFrameMs!.Value);
            sounds.Add(report.FirstSoundMs!.Value);
        }
        rows.Add(ToRow("join to the first remote picture, median", frames));
        rows.Add(ToRow("join to the first remote sound, median", sounds));

        Row ToRow(string what, List<double> values) =>
            new(what, 500, 0.5, [new Measurement(Measurement.At(values, 0.5), Measurement.At(values, 0.99), values.Count, witness.Worst.TotalMilliseconds, 0)]);
    }

    /// <summary>From "connect" to picture and sound, with a new identity, in this process.</summary>
    private static async Task<BotReport> JoinAsync(RunningServer server, string code, int number)
    {
        var plan = new BotPlan { Join = new JoinPlan("127.0.0.1", server.Tcp.Port, default, $"Joiner {number}", code) };
        using var identity = Identity.Create();
        using var bot = new Bot(plan, new BotCamera(plan), "bench", identity.KeyHash, SystemRandom.Shared);
        await using var loop = new ShardLoop(new ShardLoopOptions { UdpAddress = IPAddress.Loopback, Identity = identity }, bot);
        loop.Start();
        loop.Post(bot.Begin);
        for (var i = 0; ; i++)
        {
            await Task.Delay(50);
            var answer = new TaskCompletionSource<BotReport>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.Post(_ => answer.SetResult(bot.ToReport()));
            var report = await answer.Task;
            if (report is not { FirstFrameMs: not null, FirstSoundMs: not null })
            {
                if (i == 200) throw new TimeoutException($"After 10 s there is no picture or no sound: {BotReport.ToJson([report])}");
                continue;
            }
            loop.Post(bot.Leave);
            await loop.StopAsync(TimeSpan.FromSeconds(1));
            return report;
        }
    }

    private static RunningBot Speaker(RunningServer server, string code, string name, int hz) =>
        RunningBot.Start(server, Long, "--code", code, "--name", name, "--audio", $"tone:{hz}");

    private static async Task PresentAsync(RunningServer server, int count)
    {
        for (var i = 0; await server.MetricAsync("parley_participants_present") < count; i++)
        {
            if (i == 200) throw new TimeoutException($"There are not {count} participants.");
            await Task.Delay(100);
        }
    }

    private static string Write(List<Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("# Meetings, measured").AppendLine();
        text.AppendLine($"`./dev bench meetings` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores,");
        text.AppendLine($"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}, loopback.");
        text.AppendLine("Server, speakers and the stopped participant are processes of their own; a join is counted from \"connect\", with a new identity.");
        text.AppendLine("A run in which a thread that sleeps 1 ms overslept 10 ms was repeated, at most three times; milliseconds in all columns.").AppendLine();
        text.AppendLine("| what | promised | measured | kept | every run: p50 / p99 (samples; witness overslept; repeats) |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (var row in rows)
        {
            var runs = string.Join("; ", row.Runs.Select(r => $"{Ms(r.P50)} / {Ms(r.P99)} ({r.Samples}; {Ms(r.Overslept)}; {r.Repeats})"));
            var which = row.Share < 0.9 ? "p50" : "p99, median of runs";
            text.AppendLine($"| {row.What} | below {row.Promise} | {Ms(row.Value)} ({which}) | {(row.Value < row.Promise ? "yes" : "no")} | {runs} |");
        }
        return text.ToString();
    }

    private static string Ms(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
