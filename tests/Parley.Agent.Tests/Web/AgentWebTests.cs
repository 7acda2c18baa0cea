using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Agent.Tests.Support;

namespace Parley.Agent.Tests.Web;

/// <summary>The agent's address over real HTTP and WebSockets: who gets in, and which page is the page.</summary>
public sealed class AgentWebTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _data = new();
    private AgentHost _agent = null!;
    private Uri _link = null!;

    public async Task InitializeAsync()
    {
        _agent = await AgentHost.StartAsync(
            new AgentOptions { DataDirectory = _data.Path, UiPort = 0, IdleLife = null }, localServer: null, NullLoggerFactory.Instance);
        _link = new Uri(_agent.CreateLaunchLink());
    }

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task LaunchToken_WorksOnce()
    {
        var secret = await TestPage.RedeemAsync(_link);
        Assert.Equal(43, secret!.Length);
        Assert.Null(await TestPage.RedeemAsync(_link));
        Assert.Null(await TestPage.RedeemAsync(new Uri(_agent.Address + "#launch=guess")));
        Assert.Equal(secret, await TestPage.RedeemAsync(new Uri(_agent.CreateLaunchLink())));
    }

    [Fact]
    public async Task EveryAnswer_KeepsOtherSitesOut()
    {
        foreach (var path in new[] { "/", "/nowhere", "/api/session", "/ws/control" })
        {
            using var answer = await SendAsync(HttpMethod.Get, path);
            Assert.Equal("same-origin", answer.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
            Assert.Equal("require-corp", answer.Headers.GetValues("Cross-Origin-Embedder-Policy").Single());
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.1.evil.example:{port}")]
    [InlineData("[::1]:{port}")]
    public async Task AnotherHost_IsForbidden(string host)
    {
        host = host.Replace("{port}", $"{_link.Port}", StringComparison.Ordinal);
        using var answer = await SendAsync(HttpMethod.Get, "/", host: host);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await RefusalAsync(await SecretAsync(), host: host));
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("https://127.0.0.1:{port}")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:{port}.evil.example")]
    [InlineData("null")]
    public async Task AnotherOrigin_IsForbiddenToAct(string origin)
    {
        origin = origin.Replace("{port}", $"{_link.Port}", StringComparison.Ordinal);
        using var post = await SendAsync(HttpMethod.Post, "/api/session", origin: origin);
        Assert.Equal(HttpStatusCode.Forbidden, post.StatusCode);
        using var get = await SendAsync(HttpMethod.Get, "/", origin: origin);
        Assert.Equal(HttpStatusCode.Forbidden, get.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await RefusalAsync(await SecretAsync(), origin: origin));
    }

    [Fact]
    public async Task PostWithoutAnOrigin_IsForbidden()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/session");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task WrongSecret_IsUnauthorized(string? secret)
    {
        if (secret is "") secret = (await SecretAsync())[..42];
        foreach (var path in new[] { "/ws/control", "/ws/audio", "/ws/video-out", "/ws/video-in" })
            Assert.Equal(HttpStatusCode.Unauthorized, await RefusalAsync(secret, path: path));
    }

    [Fact]
    public async Task SessionRequestsThatAreNone_AreUnauthorized()
    {
        var origin = $"http://127.0.0.1:{_link.Port}";
        foreach (var body in new[] { "", "null", "[]", "{}", """{"launch":7}""", new string('[', 1000), """{"launch":null}""" })
        {
            using var answer = await SendAsync(HttpMethod.Post, "/api/session", origin: origin, body: body);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        using var launch = await SendAsync(HttpMethod.Post, "/api/launch", origin: origin);
        Assert.Equal(HttpStatusCode.Unauthorized, launch.StatusCode);
    }

    [Fact]
    public async Task Page_IsWelcomedWithASnapshotAndTheChat()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        Assert.Equal(1, (await page.ReadAsync("agentWelcome")).GetProperty("version").GetInt32());
        Assert.Equal("lobby", (await page.SnapshotAsync(_ => true)).GetProperty("screen").GetString());
        Assert.True((await page.ReadAsync("chat")).GetProperty("isReset").GetBoolean());
        await page.SendAsync("""{"type":"ping","pageTime":12.5}""");
        var pong = await page.ReadAsync("pong");
        Assert.Equal(12.5, pong.GetProperty("pageTime").GetDouble());
    }

    [Fact]
    public async Task PageOfAnotherVersion_IsToldToReload()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync(), version: 2);
        Assert.Equal(4002, await TestPage.CloseCodeAsync(page.Control));
    }

    [Fact]
    public async Task NewerTab_TakesOver_AndAllFourSocketsOfTheOlderAreClosed()
    {
        var secret = await SecretAsync();
        using var old = await TestPage.OpenAsync(_link.Port, secret, "old");
        await old.ReadAsync("chat");
        var media = new List<ClientWebSocket>();
        foreach (var path in new[] { "/ws/audio", "/ws/video-out", "/ws/video-in" }) media.Add(await old.OpenSocketAsync(path));
        // The agent has taken a socket over when it reads what comes there; a ping behind it is answered later.
        await old.SendAsync("""{"type":"ping","pageTime":1}""");
        await old.ReadAsync("pong");
        using var newer = await TestPage.OpenAsync(_link.Port, secret, "newer");
        await newer.ReadAsync("agentWelcome");

        await old.ReadAsync("takenOver");
        Assert.Equal(4001, await TestPage.CloseCodeAsync(old.Control));
        foreach (var socket in media) Assert.Equal(4001, await TestPage.CloseCodeAsync(socket));

        // The older one's end does not disturb the newer.
        old.Dispose();
        await newer.SendAsync("""{"type":"setName","name":"Anna"}""");
        await newer.SnapshotAsync(s => s.GetProperty("name").GetString() == "Anna");
    }

    [Fact]
    public async Task NonsenseOnTheControlSocket_IsPassedOver()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        await page.ReadAsync("chat");
        foreach (var json in new[] { "nonsense", "[]", "{}", """{"type":"fromLater"}""", """{"type":"joinMeeting"}""", """{"type":"sendChat","text":null}""", new string('[', 5000) })
            await page.SendAsync(json);
        await page.SendAsync("""{"type":"setName","name":"Ben"}""");
        await page.SnapshotAsync(s => s.GetProperty("name").GetString() == "Ben");
    }

    [Fact]
    public async Task WhatThePersonWants_IsInTheSnapshot_AndRemembered()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        var before = await page.SnapshotAsync(_ => true);
        Assert.Equal("full", before.GetProperty("preferences").GetProperty("reception").GetString());
        Assert.Equal("", before.GetProperty("impairment").GetString());
        await page.SendAsync("""{"type":"setPreferences","preferences":{"codec":"vp9","reception":"saver"}}""");
        await page.SnapshotAsync(s => s.GetProperty("preferences").GetRawText() == """{"codec":"vp9","reception":"saver"}""");
        Assert.Contains("\"saver\"", File.ReadAllText(_data.File("agent.json")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task BadNetwork_IsShownAsItWasWritten_AndNonsenseIsRefused()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        await page.SendAsync("""{"type":"setImpairment","text":" loss=6%, delay=25ms "}""");
        await page.SnapshotAsync(s => s.GetProperty("impairment").GetString() == "loss=6%, delay=25ms");
        foreach (var nonsense in new[] { "loss=much", "rate=0", new string('x', 1000), "loss=5%,loss=5%" })
        {
            await page.SendAsync($$"""{"type":"setImpairment","text":"{{nonsense}}"}""");
            var refused = await page.ReadAsync("refused");
            Assert.Equal(("setImpairment", "badImpairment"), (refused.GetProperty("command").GetString(), refused.GetProperty("code").GetString()));
        }
        await page.SendAsync("""{"type":"setImpairment","text":""}""");
        await page.SnapshotAsync(s => s.GetProperty("impairment").GetString() == "");
    }

    [Fact]
    public async Task Statistics_BeginWithTheirHistory_AlsoWhenThereIsNone()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        await page.SendAsync("""{"type":"watchStats","isWatching":true}""");
        var stats = await page.ReadAsync("stats");
        Assert.True(stats.GetProperty("isReset").GetBoolean());
        Assert.Equal(0, stats.GetProperty("samples").GetArrayLength());
    }

    [Fact]
    public async Task MessageThatIsTooLong_EndsTheSocket()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        await page.ReadAsync("chat");
        await page.SendAsync(new string(' ', 65 * 1024));
        Assert.Equal((int)WebSocketCloseStatus.MessageTooBig, await TestPage.CloseCodeAsync(page.Control));
    }

    [Fact]
    public async Task NonsenseOnTheMediaSockets_IsPassedOver()
    {
        using var page = await TestPage.OpenAsync(_link.Port, await SecretAsync());
        await page.ReadAsync("chat");
        foreach (var path in new[] { "/ws/audio", "/ws/video-out", "/ws/video-in" })
        {
            var socket = await page.OpenSocketAsync(path);
            foreach (var length in new[] { 0, 1, 4, 15, 16, 17, 64, 976 })
                await socket.SendAsync(Enumerable.Repeat((byte)0xFF, length).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            Assert.Equal(WebSocketState.Open, socket.State);
        }
        await page.SendAsync("""{"type":"setName","name":"Ben"}""");
        await page.SnapshotAsync(s => s.GetProperty("name").GetString() == "Ben");
    }

    [Fact]
    public async Task SecondStart_FindsTheRunningAgent_AndGetsALinkThatWorks()
    {
        var link = await AgentHost.FindRunningAsync(_data.Path, new AgentInvitation("192.0.2.7:5000", "482913"));
        Assert.StartsWith(_agent.Address, link, StringComparison.Ordinal);
        Assert.EndsWith("&server=192.0.2.7%3A5000&code=482913", link, StringComparison.Ordinal);
        Assert.NotNull(await TestPage.RedeemAsync(new Uri(link!)));
        using var elsewhere = new TemporaryDirectory();
        Assert.Null(await AgentHost.FindRunningAsync(elsewhere.Path));
    }

    [Fact]
    public async Task FixedPortThatIsTaken_FailsWithASentence_AndAnotherGivesWay()
    {
        using var data = new TemporaryDirectory();
        var options = new AgentOptions { DataDirectory = data.Path, UiPort = _link.Port, UiPortIsFixed = true };
        var error = await Assert.ThrowsAsync<AgentException>(() => AgentHost.StartAsync(options, localServer: null, NullLoggerFactory.Instance));
        Assert.Contains($"Port {_link.Port} is in use", error.Message, StringComparison.Ordinal);

        await using var moved = await AgentHost.StartAsync(options with { UiPortIsFixed = false }, localServer: null, NullLoggerFactory.Instance);
        Assert.InRange(new Uri(moved.Address).Port, _link.Port + 1, _link.Port + 20);
    }

    private async Task<string> SecretAsync() => (await TestPage.RedeemAsync(new Uri(_agent.CreateLaunchLink())))!;

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? host = null, string? origin = null, string? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(new Uri(_agent.Address), path));
        if (host is not null) request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    private async Task<HttpStatusCode> RefusalAsync(string? secret, string path = "/ws/control", string? origin = null, string? host = null)
    {
        var (socket, status) = await TestPage.TryConnectAsync(_link.Port, path, secret, origin, host);
        Assert.Null(socket);
        return status;
    }
}
