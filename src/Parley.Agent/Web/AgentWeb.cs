using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Agent.Storage;
using Parley.Protocol.Ui;

namespace Parley.Agent.Web;

/// <summary>The agent's side of docs/protocol/ui.md: serves the page, trades launch tokens, and speaks on its sockets.</summary>
internal sealed class AgentWeb : IAsyncDisposable
{
    private const string SubProtocol = "parley.v1";
    private const string SecretPrefix = "secret.";
    private const int MaxControlMessage = 64 * 1024;
    private const int AcknowledgementMessage = 4;
    private const int KeyframeRequestMessage = 8;
    private static readonly UiAssets Assets = UiAssets.Load();

    private readonly AgentCore _core;
    private readonly AgentSecret _secret;
    private readonly ILogger _log;
    private readonly WebApplication _app;
    private readonly OriginGuard _guard;
    private readonly CancellationTokenSource _stop = new();

    private AgentWeb(AgentCore core, AgentSecret secret, ILoggerFactory loggers, int port)
    {
        _core = core;
        _secret = secret;
        _log = loggers.CreateLogger("page");
        _guard = new OriginGuard(port);
        Port = port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = 64 * 1024;
            k.Listen(IPAddress.Loopback, port);
        });
        _app = builder.Build();
        _app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20) });
        _app.Run(HandleAsync);
    }

    /// <summary>The port of the page.</summary>
    public int Port { get; }

    /// <summary>Starts on the wished port, or, unless it is fixed, on the next free one.</summary>
    public static async Task<AgentWeb> StartAsync(AgentOptions options, AgentCore core, AgentSecret secret, ILoggerFactory loggers)
    {
        const int Attempts = 20;
        for (var i = 0; ; i++)
        {
            var port = options.UiPort == 0 ? FreePort() : options.UiPort + i;
            var web = new AgentWeb(core, secret, loggers, port);
            try
            {
                await web._app.StartAsync();
                return web;
            }
            catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                await web.DisposeAsync();
                if (options.UiPortIsFixed || i == Attempts)
                    throw new AgentException($"Port {port} is in use by another program. Choose another one with --ui-port, or stop that program.");
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Sockets that do not close in a second are cut by the disposal.
        }
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        _guard.SetHeaders(context.Response);
        if (!_guard.Allows(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith("/ws/", StringComparison.Ordinal)) await HandleSocketAsync(context, path);
        else if (HttpMethods.IsPost(context.Request.Method)) await HandlePostAsync(context, path);
        else if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) await HandleAssetAsync(context, path);
        else context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
    }

    private static async Task HandleAssetAsync(HttpContext context, string path)
    {
        var response = context.Response;
        if (Assets.Find(path) is not { } asset)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            if (path is "/" && !Assets.IsPresent)
                await response.WriteAsync("This build of Parley has no page in it. Run ./parley once: it builds the page and then the program.");
            return;
        }
        response.ContentType = asset.ContentType;
        response.ContentLength = asset.Content.Length;
        response.Headers.CacheControl = asset.IsImmutable ? "public, max-age=31536000, immutable" : "no-cache";
        if (HttpMethods.IsGet(context.Request.Method)) await response.Body.WriteAsync(asset.Content, context.RequestAborted);
    }

    private async Task HandlePostAsync(HttpContext context, string path)
    {
        switch (path)
        {
            case "/api/session":
                var request = await ReadJsonAsync(context);
                if (request?.Launch is { } token && _secret.Redeem(token) is { } secret)
                    await context.Response.WriteAsJsonAsync(new SessionAnswer(secret), AgentWebJson.Default.SessionAnswer);
                else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                break;
            case "/api/launch":
                // A second start of the program on the same data directory asks the running one for a link.
                if (BearerOf(context.Request) is { } bearer && _secret.Matches(bearer))
                    await context.Response.WriteAsJsonAsync(new LaunchAnswer(_secret.CreateLaunchToken()), AgentWebJson.Default.LaunchAnswer);
                else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task<SessionRequest?> ReadJsonAsync(HttpContext context)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, AgentWebJson.Default.SessionRequest, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? BearerOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string? value = request.Headers.Authorization;
        return value?.StartsWith(Scheme, StringComparison.Ordinal) == true ? value[Scheme.Length..] : null;
    }

    private async Task HandleSocketAsync(HttpContext context, string path)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        var secret = offered.FirstOrDefault(p => p.StartsWith(SecretPrefix, StringComparison.Ordinal))?[SecretPrefix.Length..];
        if (!offered.Contains(SubProtocol) || !_secret.Matches(secret))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        var tab = context.Request.Query["tab"].ToString();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        try
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stop.Token);
            await (path switch
            {
                "/ws/control" => RunControlAsync(socket, tab, cancellation.Token),
                "/ws/audio" => RunAudioAsync(socket, tab, cancellation.Token),
                "/ws/video-out" => RunVideoOutAsync(socket, tab, cancellation.Token),
                "/ws/video-in" => RunVideoInAsync(socket, tab, cancellation.Token),
                _ => socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "no such socket", cancellation.Token),
            });
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            _log.LogDebug(e, "A socket of the page ended");
        }
    }

    private async Task RunControlAsync(WebSocket socket, string tab, CancellationToken cancellation)
    {
        var writer = new SocketWriter(socket, WebSocketMessageType.Text, maxQueuedBytes: 4 * 1024 * 1024);
        var page = new Page(tab, writer);
        var sending = writer.RunAsync(cancellation);
        var buffer = new byte[MaxControlMessage];
        var isAttached = false;
        try
        {
            while (await ReceiveAsync(socket, buffer, cancellation) is { } length)
            {
                if (!UiProtocol.TryParse(buffer.AsSpan(0, length), out var command)) continue;
                switch (command)
                {
                    case Ping ping:
                        var now = Net.MonotonicClock.Shared.Now.Milliseconds;
                        page.OnPing(ping.PageTime, now);
                        page.Send(new Pong(ping.PageTime, now));
                        break;
                    case PageHello hello when hello.Version != UiProtocol.Version:
                        await socket.CloseAsync((WebSocketCloseStatus)Page.WrongVersionCode, "reload", cancellation);
                        return;
                    case PageHello when !isAttached:
                        isAttached = true;
                        _core.Attach(page);
                        break;
                    case { } other when isAttached:
                        _core.Handle(page, other);
                        break;
                }
            }
        }
        finally
        {
            if (isAttached) _core.Detach(page);
            writer.Close();
            await sending;
        }
    }

    private async Task RunAudioAsync(WebSocket socket, string tab, CancellationToken cancellation)
    {
        if (await PageOfAsync(tab, cancellation) is not { } page) return;
        // A quarter of a second: older sound is not worth sending.
        var writer = new SocketWriter(socket, WebSocketMessageType.Binary, maxQueuedBytes: 25 * (SoundFrame.HeaderLength + SoundFrame.SamplesLength));
        var sending = writer.RunAsync(cancellation);
        page.Audio = writer;
        var buffer = new byte[4096];
        try
        {
            while (await ReceiveAsync(socket, buffer, cancellation) is { } length)
            {
                if (SoundFrame.TryParse(buffer.AsSpan(0, length), out var frame)) _core.OnSound(page, frame);
            }
        }
        finally
        {
            if (page.Audio == writer) page.Audio = null;
            writer.Close();
            await sending;
        }
    }

    private async Task RunVideoOutAsync(WebSocket socket, string tab, CancellationToken cancellation)
    {
        if (await PageOfAsync(tab, cancellation) is not { } page) return;
        var writer = new SocketWriter(socket, WebSocketMessageType.Binary, maxQueuedBytes: 0);
        var sending = writer.RunAsync(cancellation);
        page.VideoOut = writer;
        var buffer = new byte[VideoOutFrame.MaxLength];
        try
        {
            while (await ReceiveAsync(socket, buffer, cancellation) is { } length)
            {
                if (VideoOutFrame.TryParse(buffer.AsSpan(0, length), out var frame, out var picture)) _core.OnPicture(page, frame, picture);
            }
        }
        finally
        {
            if (page.VideoOut == writer) page.VideoOut = null;
            writer.Close();
            await sending;
        }
    }

    private async Task RunVideoInAsync(WebSocket socket, string tab, CancellationToken cancellation)
    {
        if (await PageOfAsync(tab, cancellation) is not { } page) return;
        var writer = new SocketWriter(socket, WebSocketMessageType.Binary, maxQueuedBytes: 4 * 1024 * 1024);
        var sending = writer.RunAsync(cancellation);
        page.AttachVideoIn(writer);
        var buffer = new byte[64];
        try
        {
            while (await ReceiveAsync(socket, buffer, cancellation) is { } length)
            {
                if (length is not (AcknowledgementMessage or KeyframeRequestMessage)) continue;
                page.Acknowledge(BinaryPrimitives.ReadUInt32LittleEndian(buffer));
                if (length == KeyframeRequestMessage) _core.RequestKeyframe(page, BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(4)));
            }
        }
        finally
        {
            writer.Close();
            await sending;
        }
    }

    /// <summary>The page whose control socket has the same tab id; media sockets may come a moment before it is attached.</summary>
    private async Task<Page?> PageOfAsync(string tab, CancellationToken cancellation)
    {
        for (var i = 0; i < 50; i++)
        {
            if (_core.Page is { } page && page.TabId == tab) return page;
            await Task.Delay(20, cancellation);
        }
        return null;
    }

    /// <summary>One whole message, its length; null when the socket closes or a message is larger than the buffer.</summary>
    private static async Task<int?> ReceiveAsync(WebSocket socket, byte[] buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return length;
            if (length < buffer.Length) continue;
            await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, "too big", cancellation);
            return null;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

internal sealed record SessionRequest(string? Launch);

internal sealed record SessionAnswer(string Secret);

internal sealed record LaunchAnswer(string Launch);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 4)]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(LaunchAnswer))]
internal sealed partial class AgentWebJson : JsonSerializerContext;
