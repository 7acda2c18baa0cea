using System.Diagnostics;
using Parley.EndToEnd.Programs;
using Parley.Storage.Sqlite;
using Xunit.Abstractions;

namespace Parley.EndToEnd;

/// <summary>A server that is killed without a word while people chat: what they were shown is in its history, and the history is whole.</summary>
public sealed class KilledServer(ITestOutputHelper output)
{
    private const int Writers = 6;
    private const string FilesDirectory = "files";

    [Fact]
    public Task WhatWasShown_IsRemembered_AfterFiveKills() => KillAsync(5);

    [Fact]
    [Trait("Category", "Soak")]
    public Task WhatWasShown_IsRemembered_AfterFiftyKills() => KillAsync(50);

    private async Task KillAsync(int rounds)
    {
        var data = Directory.CreateTempSubdirectory("parley-e2e-killed-").FullName;
        var random = new Random(rounds);
        var shown = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var delays = new List<double>();
        var began = Stopwatch.StartNew();
        long found = 0;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await using (var server = await RunningServer.StartInAsync(data, "--log-level", "warning"))
                    await ChatAndKillAsync(server, $"round {round}", TimeSpan.FromMilliseconds(random.Next(20, 900)), shown, delays);
                found = Check(data, shown, round);
            }
            var total = shown.Values.Sum(l => l.Count);
            delays.Sort();
            output.WriteLine(
                $"{rounds} kills in {began.Elapsed.TotalSeconds:F0} s: {shown.Count} meetings, {total} lines shown, {found} remembered, none lost; "
                + $"from sending to showing p50 {At(0.5):F1} ms, p99 {At(0.99):F1} ms, most {delays[^1]:F1} ms");
            Assert.True(total > rounds * Writers, $"only {total} lines in {rounds} rounds");
            // The last to be cut off are known as interrupted once a server has started again.
            await using var last = await RunningServer.StartInAsync(data);
            using var store = SqliteMeetingStore.OpenExisting(Path.Combine(data, SqliteMeetingStore.FileName));
            Assert.All(store.ListMeetings(10_000), m => Assert.NotNull(m.InterruptedAt));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        double At(double part) => delays[(int)(part * (delays.Count - 1))];
    }

    private static async Task ChatAndKillAsync(
        RunningServer server, string name, TimeSpan after, Dictionary<string, List<string>> shown, List<double> delays)
    {
        var writers = new List<ChattingClient>();
        for (var i = 0; i < Writers; i++) writers.Add(await ChattingClient.StartAsync(server, $"{name}, {i}"));
        var work = writers.SelectMany(w => new[] { w.ChatAsync(), w.ListenAsync() }).ToList();
        await Task.Delay(after);
        server.Process.Signal("KILL");
        await Task.WhenAll(work).Within();
        foreach (var writer in writers)
        {
            shown[writer.Meeting] = [.. writer.Shown];
            delays.AddRange(writer.Delays);
            writer.Dispose();
        }
    }

    /// <summary>All that was ever shown is there, in its order; nothing is damaged, and no file's bytes lie about that nobody knows.</summary>
    private static long Check(string data, Dictionary<string, List<string>> shown, int round)
    {
        using var store = SqliteMeetingStore.OpenExisting(Path.Combine(data, SqliteMeetingStore.FileName));
        Assert.True(store.Check() is [], $"round {round}: {string.Join("; ", store.Check())}");
        long found = 0;
        foreach (var (meeting, lines) in shown)
        {
            var remembered = store.ReadChat(meeting, []).Select(l => l.Text).ToList();
            found += remembered.Count;
            // More may be remembered than was shown: the kill came between the two.
            var kept = remembered.Where(lines.ToHashSet(StringComparer.Ordinal).Contains).ToList();
            Assert.True(lines.SequenceEqual(kept), $"round {round}, meeting {meeting}: {lines.Count} shown, {kept.Count} of them remembered in their order");
        }
        var files = new DirectoryInfo(Path.Combine(data, FilesDirectory));
        var known = store.ReadFileIds();
        if (files.Exists) Assert.All(files.GetFiles("*", SearchOption.AllDirectories), f => Assert.Contains(Path.GetFileNameWithoutExtension(f.Name), known));
        return found;
    }
}
