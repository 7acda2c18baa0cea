using System.Text.Json;
using Parley.EndToEnd.Programs;

namespace Parley.EndToEnd;

/// <summary>Whole programs on loopback: a server and bots as processes of their own.</summary>
public sealed class MeetingsOfBots
{
    private const int Fps = 15;
    private const double TestToneDb = -24;

    [Fact]
    public async Task ThreeBots_SeeAndHearTheOtherTwo_AndNeverThemselves()
    {
        double[] tones = [443, 997, 1571];
        await MeetAsync(tones, seconds: 10);
    }

    [Fact]
    public async Task EightBots_SeeAndHearTheOtherSeven_AndNeverThemselves()
    {
        double[] tones = [331, 443, 587, 761, 997, 1259, 1571, 1997];
        var all = string.Join(',', tones);
        await using var server = await RunningServer.StartAsync();
        // One process: eight that start at once on a small machine would not be in the meeting together.
        await using var bots = RunningBot.Start(
            server, 14, "--create", "--approve-all", "--count", "8", "--name", "Bot", "--audio", "tone:" + all, "--listen-for", all);
        var reports = (await bots.ReportAsync()).EnumerateArray().ToList();
        Assert.Equal(tones.Length, reports.Count);
        for (var i = 0; i < reports.Count; i++) ExpectMeeting(reports[i], tones, own: i, seconds: 10);
    }

    [Fact]
    public async Task NarrowAudio_IsHeardByWideAndTheOtherWayRound()
    {
        await using var server = await RunningServer.StartAsync();
        await using var wide = RunningBot.Start(server, 8, "--create", "--approve-all", "--name", "Wide", "--audio", "tone:443", "--listen-for", "443,997", "--video", "none");
        var code = await wide.CodeAsync();
        await using var narrow = RunningBot.Start(
            server, 6, "--code", code, "--name", "Narrow", "--audio", "tone:997", "--listen-for", "443,997", "--audio-profile", "16", "--video", "none");
        ExpectTones(await narrow.ReportAsync(), heard: [443], own: 997);
        ExpectTones(await wide.ReportAsync(), heard: [997], own: 443);
    }

    [Fact]
    public async Task TwoMeetingsAtOnce_KnowNothingOfEachOther()
    {
        await using var server = await RunningServer.StartAsync();
        await using var red = RunningBot.Start(
            server, 8, "--create", "--approve-all", "--name", "Red", "--audio", "tone:443", "--listen-for", "443,587,997,1571", "--chat", "red word");
        await using var blue = RunningBot.Start(
            server, 8, "--create", "--approve-all", "--name", "Blue", "--audio", "tone:997", "--listen-for", "443,587,997,1571", "--chat", "blue word");
        await using var redGuest = RunningBot.Start(
            server, 6, "--code", await red.CodeAsync(), "--name", "RedGuest", "--audio", "tone:587", "--listen-for", "443,587,997,1571", "--chat", "red answer");
        await using var blueGuest = RunningBot.Start(
            server, 6, "--code", await blue.CodeAsync(), "--name", "BlueGuest", "--audio", "tone:1571", "--listen-for", "443,587,997,1571", "--chat", "blue answer");

        foreach (var report in new[] { await redGuest.ReportAsync(), await red.ReportAsync() }) ExpectOnly(report, "red", "Red");
        foreach (var report in new[] { await blueGuest.ReportAsync(), await blue.ReportAsync() }) ExpectOnly(report, "blue", "Blue");
        ExpectTones(await redGuest.ReportAsync(), heard: [443], own: 587, unheard: [997, 1571]);
        ExpectTones(await blueGuest.ReportAsync(), heard: [997], own: 1571, unheard: [443, 587]);
    }

    [Fact]
    public async Task WaitingBot_LearnsNothingOfTheMeeting()
    {
        await using var server = await RunningServer.StartAsync();
        await using var host = RunningBot.Start(server, 6, "--create", "--name", "Hidden Host", "--audio", "tone:443", "--chat", "a secret");
        await using var waiting = RunningBot.Start(
            server, 4, "--code", await host.CodeAsync(), "--name", "Waiting", "--audio", "tone:997", "--chat", "let me speak", "--listen-for", "443");
        var report = await waiting.ReportAsync();

        Assert.False(report.GetProperty("joined").GetBoolean());
        Assert.Empty(report.GetProperty("participants").EnumerateArray());
        Assert.Empty(report.GetProperty("chat").EnumerateArray());
        Assert.Equal(0, report.GetProperty("audio").GetProperty("frames").GetInt64());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("meeting").ValueKind);
        Assert.DoesNotContain("Hidden Host", report.GetRawText(), StringComparison.Ordinal);
        var hosts = await host.ReportAsync();
        Assert.DoesNotContain("let me speak", hosts.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, hosts.GetProperty("audio").GetProperty("frames").GetInt64());
    }

    [Fact]
    public async Task WrongCode_IsSaidAtOnceAndDistinctly()
    {
        await using var server = await RunningServer.StartAsync();
        await using var host = RunningBot.Start(server, 6, "--create", "--name", "Host", "--video", "none");
        var code = await host.CodeAsync();
        var wrong = code == "000000" ? "000001" : "000000";
        await using var lost = RunningBot.Start(server, 30, "--code", wrong, "--name", "Lost");
        // A bot that is refused ends by itself; the thirty seconds are never waited for.
        var report = await lost.ReportAsync();
        Assert.Equal("wrongCode", report.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task ServerThatIsTerminated_TellsEveryoneAndEndsWithinTwoSeconds()
    {
        await using var server = await RunningServer.StartAsync();
        await using var bot = RunningBot.Start(server, 30, "--create", "--name", "Host", "--audio", "tone:443");
        await bot.CodeAsync();
        server.Process.Signal("TERM");
        var (exitCode, _) = await server.Process.WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, exitCode);
        Assert.Equal("serverStopped", (await bot.ReportAsync()).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task PortableSockets_CarryAMeetingAsWell()
    {
        Environment.SetEnvironmentVariable("PARLEY_PORTABLE_SOCKETS", "1");
        try
        {
            await MeetAsync([443, 997, 1571], seconds: 6);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PARLEY_PORTABLE_SOCKETS", null);
        }
    }

    private static async Task MeetAsync(double[] tones, double seconds)
    {
        var all = string.Join(',', tones);
        await using var server = await RunningServer.StartAsync();
        // The host stays until the others have gone, so that nobody's last second is without somebody.
        await using var host = RunningBot.Start(
            server, seconds + 4, "--create", "--approve-all", "--name", "Bot 1", "--audio", $"tone:{tones[0]}", "--listen-for", all);
        var code = await host.CodeAsync();
        var guests = new List<RunningBot>();
        for (var i = 1; i < tones.Length; i++)
            guests.Add(RunningBot.Start(server, seconds + 2, "--code", code, "--name", $"Bot {i + 1}", "--audio", $"tone:{tones[i]}", "--listen-for", all));
        try
        {
            for (var i = 1; i < tones.Length; i++)
                ExpectMeeting(await guests[i - 1].ReportAsync(), tones, own: i, seconds);
            ExpectMeeting(await host.ReportAsync(), tones, own: 0, seconds);
        }
        finally
        {
            foreach (var guest in guests) await guest.DisposeAsync();
        }
    }

    private static void ExpectMeeting(JsonElement report, double[] tones, int own, double seconds)
    {
        Assert.True(report.GetProperty("joined").GetBoolean(), report.GetRawText());
        Assert.Empty(report.GetProperty("errors").EnumerateArray());
        var participants = report.GetProperty("participants").EnumerateArray().ToList();
        Assert.Equal(tones.Length - 1, participants.Count);
        foreach (var participant in participants)
        {
            var video = participant.GetProperty("video");
            Assert.True(video.ValueKind == JsonValueKind.Object, report.GetRawText());
            Assert.Equal(0, video.GetProperty("framesLost").GetInt64());
            Assert.True(video.GetProperty("frames").GetInt64() >= 0.9 * Fps * (seconds - 2), video.GetRawText());
        }
        ExpectTones(report, [.. tones.Where((_, i) => i != own)], tones[own]);
    }

    private static void ExpectTones(JsonElement report, double[] heard, double own, double[]? unheard = null)
    {
        var levels = report.GetProperty("audio").GetProperty("tones").EnumerateArray()
            .ToDictionary(t => t.GetProperty("hz").GetDouble(), t => t.GetProperty("db").ValueKind == JsonValueKind.Null ? -200 : t.GetProperty("db").GetDouble());
        foreach (var hz in heard) Assert.InRange(levels[hz], TestToneDb - 3, TestToneDb + 3);
        Assert.True(levels[own] < -60, $"own tone of {own} Hz at {levels[own]} dB");
        foreach (var hz in unheard ?? []) Assert.True(levels[hz] < -60, $"foreign tone of {hz} Hz at {levels[hz]} dB");
    }

    private static void ExpectOnly(JsonElement report, string word, string name)
    {
        Assert.Equal(1, report.GetProperty("participants").GetArrayLength());
        Assert.StartsWith(name, report.GetProperty("participants")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        foreach (var line in report.GetProperty("chat").EnumerateArray()) Assert.StartsWith(word, line.GetProperty("text").GetString(), StringComparison.Ordinal);
    }
}
