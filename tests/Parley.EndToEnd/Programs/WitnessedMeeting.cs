using System.Diagnostics;
using Parley.Conference.Bots;

namespace Parley.EndToEnd.Programs;

/// <summary>
/// Bots in a meeting while something bad happens to their server, or to somebody beside them. From the moment they all know each other until the
/// end each must have seen every picture of the others and heard their tones as loud as ever, and the server must be alive, without an error, and not grown.
/// </summary>
internal sealed class WitnessedMeeting : IAsyncDisposable
{
    /// <summary>Who is there, and the tones that they say.</summary>
    public static readonly (string Name, double Hz)[] People = [("Anna", 443), ("Ben", 997), ("Carla", 1571)];

    private const int Fps = 15;
    private const double TestToneDb = -24;
    private const double MaxGrowth = 64 * 1024 * 1024;

    private readonly RunningServer _server;
    private readonly List<BotInProcess> _bots = [];
    private readonly List<BotReport> _before = [];
    private readonly Stopwatch _lasted = new();
    private double _memoryBefore;

    private WitnessedMeeting(RunningServer server) => _server = server;

    /// <summary>To join it; everyone is let in.</summary>
    public string Code { get; private set; } = "";

    /// <summary>Brings them together.</summary>
    /// <param name="server">The server that something will happen to.</param>
    /// <param name="count">How many of <see cref="People"/>.</param>
    /// <param name="chatInterval">How often each says something; zero for never.</param>
    public static async Task<WitnessedMeeting> StartAsync(RunningServer server, int count = 2, TimeSpan chatInterval = default)
    {
        var meeting = new WitnessedMeeting(server);
        foreach (var (name, hz) in People[..count])
        {
            var plan = BotInProcess.Plan(server, meeting.Code.Length == 0 ? null : meeting.Code, name, hz, [.. People.Select(p => p.Hz)]);
            meeting._bots.Add(new BotInProcess(plan with { Chat = chatInterval > TimeSpan.Zero ? name : null, ChatInterval = chatInterval }));
            meeting.Code = await meeting._bots[^1].CodeAsync();
        }
        // What runs for the first time is slow; what counts begins after it.
        foreach (var bot in meeting._bots)
        {
            await Deadline.UntilAsync(
                async () => (await bot.ReportAsync()).Participants.Count(p => p.Video?.Frames > Fps) == count - 1, "everyone sees everyone");
            meeting._before.Add(await bot.ReportAsync());
        }
        meeting._memoryBefore = await server.MetricAsync("parley_process_resident_bytes");
        meeting._lasted.Start();
        return meeting;
    }

    /// <summary>Lets it go on for a moment and looks at everything.</summary>
    /// <returns>What each saw and heard.</returns>
    public async Task<List<BotReport>> ExpectUndisturbedAsync()
    {
        // What was broken would show in the next pictures and sounds.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var seconds = _lasted.Elapsed.TotalSeconds;
        var after = new List<BotReport>();
        foreach (var bot in _bots) after.Add(await bot.ReportAsync());
        for (var i = 0; i < _bots.Count; i++)
        {
            foreach (var (name, hz) in People[.._bots.Count])
            {
                if (hz == People[i].Hz) Assert.True(ToneDb(after[i], hz) < -60, $"{name} hears the own tone at {ToneDb(after[i], hz)} dB");
                else Expect(_before[i], after[i], name, hz, seconds);
            }
        }
        Assert.Equal("ok\n", await _server.HealthAsync());
        Assert.Equal(0, await _server.MetricAsync("parley_endpoint_errors_total"));
        var growth = await _server.MetricAsync("parley_process_resident_bytes") - _memoryBefore;
        Assert.True(growth < MaxGrowth, $"the server grew by {growth / 1024 / 1024:F1} MiB");
        return after;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bot in _bots) await bot.DisposeAsync();
    }

    /// <summary>Between two reports no picture of somebody is missing or late, there are as many as there should be, and their tone is right.</summary>
    public static void Expect(BotReport before, BotReport after, string name, double hz, double seconds)
    {
        Assert.True(after.Joined);
        Assert.Null(after.Reason);
        Assert.Empty(after.Errors);
        var (then, now) = (VideoOf(before, name), VideoOf(after, name));
        Assert.True(now.FramesLost == then.FramesLost, $"of {name}'s pictures {now.FramesLost - then.FramesLost} were lost or late in {seconds:F1} s: {now}");
        Assert.True(now.Frames - then.Frames >= 0.9 * Fps * seconds, $"of {name} only {now.Frames - then.Frames} pictures in {seconds:F1} s: {now}");
        Assert.InRange(ToneDb(after, hz), TestToneDb - 3, TestToneDb + 3);
    }

    private static BotVideo VideoOf(BotReport report, string name) => report.Participants.Single(p => p.Name == name).Video!;

    private static double ToneDb(BotReport report, double hz) => report.Audio.Tones.Single(t => t.Hz == hz).Db ?? -200;
}
