using System.Text.Json;
using Parley.Agent.Tests.Support;
using Parley.EndToEnd.Programs;

namespace Parley.EndToEnd;

/// <summary>What the screen says about the network is what the network is: an impairment set in the page is read back from the statistics.</summary>
public sealed class NetworkAsShown
{
    [Fact]
    public async Task LossAndDelay_AreShownWithinOnePointAndTenMilliseconds()
    {
        await using var meeting = await WatchedMeeting.StartAsync();
        var before = await meeting.SamplesAsync(3);
        Assert.All(before, s => Assert.InRange(s.LossUp + s.LossDown, 0, 0.005));

        await meeting.ImpairAsync("loss=6%,delay=25ms,seed=7");
        // Loss is told over five seconds: the first samples still hold what was before, and of the others every fifth speaks of packets of its own.
        // Twenty seconds hold enough of them for chance to stay within a third of a point.
        await meeting.SamplesAsync(5);
        var after = await meeting.SamplesAsync(16);
        var apart = after.Where((_, i) => i % 5 == 0).ToList();
        Expect(apart.Average(s => s.LossUp), 0.05, 0.07, "loss up", after);
        Expect(apart.Average(s => s.LossDown), 0.05, 0.07, "loss down", after);
        Expect(Median(after, s => s.RttMs) - Median(before, s => s.RttMs), 40, 60, "round trip added", after);
        var quality = meeting.Quality;
        Assert.Equal(("fair", "loss"), (quality.GetProperty("level").GetString(), quality.GetProperty("cause").GetString()));
        Expect(quality.GetProperty("value").GetDouble(), 0.04, 0.08, "loss in words", after);

        await meeting.ImpairAsync("");
        // A round trip is measured once a second or two, by a report that answers one of ours.
        await meeting.SamplesAsync(4);
        var healed = await meeting.SamplesAsync(1);
        Expect(healed[0].RttMs - Median(before, s => s.RttMs), -10, 10, "round trip added afterwards", healed);
    }

    [Fact]
    public async Task Rate_IsShownWithinTenPercent()
    {
        // What adapts leaves a link half empty for a while, and that is what is shown then. Sound without Opus fills this one whatever happens.
        await using var meeting = await WatchedMeeting.StartAsync(RunningServer.StartWithoutOpusAsync());
        var before = await meeting.SamplesAsync(3);
        Assert.InRange(before.Max(s => s.BitrateDown), 1_500_000, 100_000_000);

        await meeting.ImpairAsync("rate=250kbit,direction=down");
        // The second in which it begins is of both.
        await meeting.SamplesAsync(2);
        var after = await meeting.SamplesAsync(6);
        Assert.All(after, s => Expect(s.BitrateDown, 225_000, 275_000, "bits per second down", after));
        Assert.NotEqual("good", meeting.Quality.GetProperty("level").GetString());
    }

    private static double Median(IReadOnlyList<WatchedMeeting.Sample> samples, Func<WatchedMeeting.Sample, double> value) =>
        samples.Select(value).Order().ElementAt(samples.Count / 2);

    private static void Expect(double value, double least, double most, string what, IReadOnlyList<WatchedMeeting.Sample> samples) =>
        Assert.True(value >= least && value <= most, $"{what}: {value}, not from {least} to {most}\n{string.Join('\n', samples)}");

    /// <summary>Two bots, and an agent whose page has its devices on and watches the statistics.</summary>
    private sealed class WatchedMeeting : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _programs = [];
        private TestPage _page = null!;

        internal sealed record Sample(double RttMs, double LossUp, double LossDown, double BitrateDown);

        /// <summary>The judgement that came with the last sample.</summary>
        public JsonElement Quality { get; private set; }

        public static async Task<WatchedMeeting> StartAsync(Task<RunningServer>? starting = null)
        {
            var meeting = new WatchedMeeting();
            var server = meeting.Own(await (starting ?? RunningServer.StartAsync()));
            var bots = meeting.Own(RunningBot.Start(server, 120, "--create", "--approve-all", "--count", "2", "--name", "Bot", "--audio", "tone:443"));
            var agent = meeting.Own(await RunningAgent.StartAsync());
            meeting._page = await TestPage.OpenAsync(agent.Port, await agent.SecretAsync());
            await meeting._page.SendAsync(
                $$"""{"type":"joinMeeting","name":"Anna","server":"{{server.Address}}","code":"{{await bots.CodeAsync()}}"}""");
            await meeting._page.SnapshotAsync(
                s => s.GetProperty("screen").GetString() == "meeting" && s.GetProperty("participants").GetArrayLength() == 3);
            meeting.Own(await PageDevices.StartAsync(meeting._page));
            await meeting._page.SendAsync("""{"type":"watchStats","isWatching":true}""");
            // The first seconds, in which everything runs for the first time, are no measure of anything but loss.
            Assert.All(await meeting.SamplesAsync(5), s => Expect(s.LossUp + s.LossDown, 0, 0.005, "loss in the first seconds", [s]));
            return meeting;
        }

        public Task ImpairAsync(string text) => _page.SendAsync($$"""{"type":"setImpairment","text":"{{text}}"}""");

        /// <summary>The next samples in which everything is measured.</summary>
        public async Task<IReadOnlyList<Sample>> SamplesAsync(int count)
        {
            var samples = new List<Sample>();
            while (samples.Count < count)
            {
                Quality = (await _page.ReadAsync("network")).GetProperty("quality");
                var stats = await _page.ReadAsync("stats", e => !e.GetProperty("isReset").GetBoolean());
                var sample = stats.GetProperty("samples")[0];
                if (sample.GetProperty("lossUp").ValueKind == JsonValueKind.Null) continue;
                samples.Add(new Sample(Of("rttMs"), Of("lossUp"), Of("lossDown"), Of("bitrateDown")));

                double Of(string name) => sample.GetProperty(name).GetDouble();
            }
            return samples;
        }

        public async ValueTask DisposeAsync()
        {
            for (var i = _programs.Count - 1; i >= 0; i--) await _programs[i].DisposeAsync();
            _page.Dispose();
        }

        private T Own<T>(T program)
            where T : IAsyncDisposable
        {
            _programs.Add(program);
            return program;
        }
    }
}
