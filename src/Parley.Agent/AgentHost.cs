using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Parley.Agent.Storage;
using Parley.Agent.Web;
using Parley.Net;

namespace Parley.Agent;

/// <summary>One agent: its memory, its identity, its page's address. Several may live in one process.</summary>
public sealed class AgentHost : IAsyncDisposable
{
    private readonly AgentCore _core;
    private readonly AgentWeb _web;
    private readonly AgentSecret _secret;
    private readonly Identity _identity;
    private readonly string _runFile;

    private AgentHost(AgentCore core, AgentWeb web, AgentSecret secret, Identity identity, string runFile)
    {
        _core = core;
        _web = web;
        _secret = secret;
        _identity = identity;
        _runFile = runFile;
    }

    /// <summary>Starts an agent; fails with an <see cref="AgentException"/> whose message is for the person.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="localServer">The server inside the app, or null when this agent only joins.</param>
    /// <param name="loggers">Where logs go.</param>
    public static async Task<AgentHost> StartAsync(AgentOptions options, ILocalServer? localServer, ILoggerFactory loggers)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var identity = Identity.LoadOrCreate(options.DataDirectory);
        var secret = AgentSecret.LoadOrCreate(options.DataDirectory, TimeProvider.System);
        var core = new AgentCore(options, AgentMemory.Load(options.DataDirectory), identity, localServer, loggers);
        try
        {
            var web = await AgentWeb.StartAsync(options, core, secret, loggers);
            var runFile = RunFile(options.DataDirectory);
            PrivateFile.Write(runFile, JsonSerializer.SerializeToUtf8Bytes(web.Port));
            return new AgentHost(core, web, secret, identity, runFile);
        }
        catch
        {
            await core.DisposeAsync();
            identity.Dispose();
            throw;
        }
    }

    /// <summary>A link that opens the page once: it carries a token that works one time. With an invitation the lobby is filled in.</summary>
    public string CreateLaunchLink(AgentInvitation? invitation = null) => LaunchLink(_web.Port, _secret.CreateLaunchToken(), invitation);

    /// <summary>The page's address without a token; for a browser that has been here before.</summary>
    public string Address => $"http://127.0.0.1:{_web.Port}/";

    /// <summary>How many other people are in meetings served by this program: stopping it would end them.</summary>
    public int HostsOthers => _core.HostsOthers;

    /// <summary>Ends when the person quits, or when nobody has used the agent for its idle life.</summary>
    public Task Quitting => _core.Quitting;

    /// <summary>Asks an agent that already runs on a data directory for a launch link; null when none runs.</summary>
    public static async Task<string?> FindRunningAsync(string dataDirectory, AgentInvitation? invitation = null)
    {
        if (PrivateFile.TryRead(RunFile(dataDirectory)) is not { } bytes || !int.TryParse(bytes, out var port)) return null;
        if (PrivateFile.TryRead(Path.Combine(dataDirectory, "page-secret")) is not { } secret) return null;
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2), BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/launch");
            request.Headers.Add("Origin", $"http://127.0.0.1:{port}");
            request.Headers.Authorization = new("Bearer", System.Text.Encoding.ASCII.GetString(secret).Trim());
            using var response = await http.SendAsync(request);
            if (!response.IsSuccessStatusCode) return null;
            var answer = await response.Content.ReadFromJsonAsync(AgentWebJson.Default.LaunchAnswer);
            return answer is null ? null : LaunchLink(port, answer.Launch, invitation);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _core.DisposeAsync();
        await _web.DisposeAsync();
        _identity.Dispose();
        File.Delete(_runFile);
    }

    private static string RunFile(string dataDirectory) => Path.Combine(dataDirectory, "page-port");

    private static string LaunchLink(int port, string token, AgentInvitation? invitation)
    {
        var link = $"http://127.0.0.1:{port}/#launch={token}";
        if (invitation is null) return link;
        link += $"&server={Uri.EscapeDataString(invitation.Server)}";
        return invitation.Code.Length > 0 ? $"{link}&code={invitation.Code}" : link;
    }
}
