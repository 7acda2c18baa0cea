using System.Text.Json;
using Parley.Agent.Tests.Support;
using Parley.EndToEnd.Programs;

namespace Parley.EndToEnd;

/// <summary>A page is told which pictures of its camera to make: by what others can show, and by what its person wants.</summary>
public sealed class CameraAsWanted
{
    [Fact]
    public async Task CodecAndEncodings_FollowTheMeetingAndThePerson_AndANewPageIsToldAtOnce()
    {
        await using var server = await RunningServer.StartAsync();
        await using var bot = RunningBot.Start(server, 120, "--create", "--approve-all", "--name", "Bot", "--audio", "none");
        await using var agent = await RunningAgent.StartAsync();
        var secret = await agent.SecretAsync();
        using var page = await TestPage.OpenAsync(agent.Port, secret);
        await page.SendAsync($$"""{"type":"joinMeeting","name":"Anna","server":"{{server.Address}}","code":"{{await bot.CodeAsync()}}"}""");
        await page.SnapshotAsync(s => s.GetProperty("screen").GetString() == "meeting");
        await page.SendAsync("""{"type":"setDevices","microphone":"off","camera":"on"}""");
        Assert.Equal("jpeg", await FirstCodecAsync(page));

        // Bots show everything: the page's first codec is used, then the one that its person prefers.
        await page.SendAsync("""{"type":"setCodecs","encode":["vp9","h264","jpeg"],"decode":["vp9","h264","jpeg"],"opus":false}""");
        await page.ReadAsync("encodings", e => CodecOf(e) == "vp9").Within();
        await page.SendAsync("""{"type":"setPreferences","preferences":{"codec":"h264","reception":"full"}}""");
        await page.ReadAsync("encodings", e => CodecOf(e) == "h264").Within();

        await page.SendAsync("""{"type":"setPreferences","preferences":{"codec":"h264","reception":"saver"}}""");
        await page.ReadAsync("encodings", e => e.GetProperty("encodings").EnumerateArray().All(x => x.GetProperty("height").GetInt32() <= 144) && CodecOf(e) is not null).Within();
        await page.SendAsync("""{"type":"setPreferences","preferences":{"codec":"h264","reception":"audioOnly"}}""");
        await page.ReadAsync("encodings", e => CodecOf(e) is null).Within();
        await page.SendAsync("""{"type":"setPreferences","preferences":{"codec":null,"reception":"full"}}""");
        await page.ReadAsync("encodings", e => CodecOf(e) == "vp9").Within();

        // Another tab has not said what it can: JPEG, and at once.
        using var newer = await TestPage.OpenAsync(agent.Port, secret, "newer");
        await newer.ReadAsync("encodings").Within();
        await newer.SendAsync("""{"type":"setDevices","microphone":"off","camera":"on"}""");
        await newer.ReadAsync("encodings", e => CodecOf(e) == "jpeg").Within();
    }

    private static async Task<string?> FirstCodecAsync(TestPage page) =>
        CodecOf(await page.ReadAsync("encodings", e => CodecOf(e) is not null).Within());

    /// <summary>How the large encoding, or the only one, is made; null when none is.</summary>
    private static string? CodecOf(JsonElement encodings) =>
        encodings.GetProperty("encodings").EnumerateArray().Select(e => e.GetProperty("codec").GetString()).FirstOrDefault();
}
