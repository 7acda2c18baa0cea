using System.Diagnostics;
using System.Globalization;
using System.Net;
using Parley.Net;

namespace Parley.Benchmarks.Bars;

/// <summary>The shipped server in a process of its own, mixing for two hundred real clients whose media is encrypted.</summary>
internal static class ServerBars
{
    private const int Participants = 200;
    private const int Talkers = 10;
    private static readonly TimeSpan JoinPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    /// <summary>Measures with few talking and with all.</summary>
    public static async Task<List<BarRow>> RunAsync()
    {
        using var server = await MeasuredProcess.StartOwnAsync("server");
        using var identity = Identity.Create();
        using var crowd = new Crowd(Participants, server.Port);
        await using var loop = new ShardLoop(new ShardLoopOptions { Name = "crowd", UdpAddress = IPAddress.Loopback, Identity = identity }, crowd);
        loop.Start();
        var started = Stopwatch.GetTimestamp();
        while (await AskAsync(loop, () => crowd.Seated) < Participants)
        {
            if (crowd.Trouble is not null || loop.Stats.EndpointErrors > 0 || Stopwatch.GetElapsedTime(started) > JoinPatience)
                throw new InvalidOperationException($"Only {await AskAsync(loop, () => crowd.Seated)} of {Participants} have joined: {crowd.Trouble}.");
            await Task.Delay(100);
        }
        var rows = new List<BarRow>();
        var collections = 0;
        var allocated = 0L;
        foreach (var (talkers, bar) in new[] { (Talkers, 14.0), (Participants, 20.0) })
        {
            await AskAsync(loop, () => crowd.Talking = talkers);
            await Task.Delay(WarmUp);
            var memory = await server.AskAsync("collect");
            var (frames, concealed) = await AskAsync(loop, () => (crowd.SoundFrames, crowd.Concealed));
            var before = server.ProcessorTime();
            var began = Stopwatch.GetTimestamp();
            await Task.Delay(Measured);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var share = (server.ProcessorTime() - before) / seconds / 1e7;
            var (framesAfter, concealedAfter) = await AskAsync(loop, () => (crowd.SoundFrames, crowd.Concealed));
            var memoryAfter = await server.AskAsync();
            collections += memoryAfter.Collections - memory.Collections;
            allocated += memoryAfter.Allocated - memory.Allocated;
            rows.Add(new BarRow(
                $"server mixing {Participants} participants, L16 48 kHz, encrypted, {talkers} talk: share of a core in %", share, bar, "0.0",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{seconds:0} s; {(framesAfter - frames) / seconds / Participants:0.0} frames a second heard by each, {concealedAfter - concealed} of {framesAfter - frames} concealed")));
        }
        rows.Add(new BarRow(
            "server, gen-0 collections in twice 30 s of that media", collections, 0, "0",
            string.Create(CultureInfo.InvariantCulture, $"{allocated / 1024} KiB allocated, by pings and answers of {Participants} control connections")));
        return rows;
    }

    private static async Task<T> AskAsync<T>(ShardLoop loop, Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(_ => answer.SetResult(question()));
        return await answer.Task;
    }
}
