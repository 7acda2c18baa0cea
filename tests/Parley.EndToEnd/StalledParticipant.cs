using System.Globalization;
using System.Text.Json;
using Parley.Agent.Tests.Support;
using Parley.Conference.Bots;
using Parley.EndToEnd.Programs;
using Parley.Net;

namespace Parley.EndToEnd;

/// <summary>Someone in the meeting stops reading for ten seconds; the others must not notice.</summary>
public sealed class StalledParticipant
{
    private const double Long = 120;
    private const long MaxGrowth = 64 * 1024 * 1024;
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChatEvery = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task StoppedProcess_IsAwayAndComesBack_AndTheOthersLoseNothing()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server, count: 3, ChatEvery);
        await using var stalled = RunningBot.Start(server, Long, "--code", meeting.Code, "--name", "Dora", "--audio", "tone:1997", "--listen-for", "443");
        await Deadline.UntilAsync(async () => await PresentAsync(server) == 4, "four are there");

        var began = MonotonicClock.Shared.Now.Ticks;
        stalled.Process.Signal("STOP");
        await Task.Delay(StallTime);
        await Deadline.UntilAsync(async () => await PresentAsync(server) == 3, "the silent one is away");
        stalled.Process.Signal("CONT");
        var ended = MonotonicClock.Shared.Now.Ticks;
        await Deadline.UntilAsync(async () => await PresentAsync(server) == 4, "the silent one is back");

        ExpectChat(await meeting.ExpectUndisturbedAsync(), began, ended);
        stalled.Process.Signal("TERM");
        var report = await stalled.ReportAsync();
        Assert.True(report.GetProperty("joined").GetBoolean());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("reason").ValueKind);
    }

    [Fact]
    public async Task PageThatStopsReading_CostsItsAgentNoMemory_AndTheOthersNothing()
    {
        await using var server = await RunningServer.StartAsync();
        await using var meeting = await WitnessedMeeting.StartAsync(server, count: 3, ChatEvery);
        await using var agent = await RunningAgent.StartAsync();
        using var page = await TestPage.OpenAsync(agent.Port, await agent.SecretAsync());
        await page.SendAsync($$"""{"type":"joinMeeting","name":"Dora","server":"{{server.Address}}","code":"{{meeting.Code}}"}""");
        await page.SnapshotAsync(s => s.GetProperty("screen").GetString() == "meeting" && s.GetProperty("participants").GetArrayLength() == 4);
        var pictures = await page.OpenSocketAsync("/ws/video-in");
        var sound = await page.OpenSocketAsync("/ws/audio");
        // Both carry something before nobody reads them any more.
        await pictures.ReceiveAsync(new byte[1024 * 1024], CancellationToken.None).Within();
        await sound.ReceiveAsync(new byte[4096], CancellationToken.None).Within();

        var memoryBefore = agent.ResidentBytes;
        var began = MonotonicClock.Shared.Now.Ticks;
        await Task.Delay(StallTime);
        var ended = MonotonicClock.Shared.Now.Ticks;
        var growth = agent.ResidentBytes - memoryBefore;
        Assert.True(growth < MaxGrowth, $"the agent grew by {growth / 1024 / 1024} MiB");
        Assert.Equal(4, await PresentAsync(server));

        // The page reads again: everything it missed is there, and it is still the page.
        await page.SendAsync("""{"type":"setName","name":"Dorothea"}""");
        await page.SnapshotAsync(s => s.GetProperty("name").GetString() == "Dorothea");
        ExpectChat(await meeting.ExpectUndisturbedAsync(), began, ended);
    }

    private static Task<double> PresentAsync(RunningServer server) => server.MetricAsync("parley_participants_present");

    /// <summary>Everyone has every line that anyone said between two instants.</summary>
    private static void ExpectChat(List<BotReport> reports, long began, long ended)
    {
        foreach (var (name, _) in WitnessedMeeting.People)
        {
            var said = LinesOf(reports[0], name, began, ended);
            Assert.True(said.Count >= 0.8 * (ended - began) / ChatEvery.Ticks, $"{name} said only {said.Count} lines");
            Assert.All(reports, r => Assert.Equal(said, LinesOf(r, name, began, ended)));
        }
    }

    /// <summary>What somebody said between two instants: each line ends with the time it was said.</summary>
    private static List<string> LinesOf(BotReport report, string name, long began, long ended) =>
    [
        .. report.Chat.Where(c => c.From == name).Select(c => c.Text)
            .Where(t => long.Parse(t.AsSpan(t.LastIndexOf('@') + 1), CultureInfo.InvariantCulture) is var at && at >= began && at <= ended),
    ];
}
