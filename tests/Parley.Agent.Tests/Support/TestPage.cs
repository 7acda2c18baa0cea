using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Parley.Agent.Tests.Support;

/// <summary>A page without a browser: it speaks docs/protocol/ui.md by hand, and reads only when it is told to.</summary>
internal sealed class TestPage : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly int _port;
    private readonly string _secret;
    private readonly string _tab;
    private readonly List<ClientWebSocket> _others = [];

    private TestPage(int port, string secret, string tab, ClientWebSocket control)
    {
        _port = port;
        _secret = secret;
        _tab = tab;
        Control = control;
    }

    public ClientWebSocket Control { get; }

    /// <summary>Trades the token of a launch link for the secret; null when it is refused.</summary>
    public static async Task<string?> RedeemAsync(Uri launchLink)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(launchLink, "/api/session"));
        request.Headers.Add("Origin", $"http://127.0.0.1:{launchLink.Port}");
        var token = launchLink.Fragment["#launch=".Length..].Split('&')[0];
        request.Content = JsonContent.Create(new { launch = token });
        using var response = await http.SendAsync(request);
        if (response.StatusCode == HttpStatusCode.Unauthorized) return null;
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("secret").GetString();
    }

    /// <summary>Opens the control socket and says hello.</summary>
    public static async Task<TestPage> OpenAsync(int port, string secret, string tab = "tab-1", int version = 1)
    {
        var control = await ConnectAsync(port, $"/ws/control?tab={tab}", secret);
        var page = new TestPage(port, secret, tab, control);
        await page.SendAsync($$"""{"type":"pageHello","version":{{version}},"tabId":"{{tab}}"}""");
        return page;
    }

    /// <summary>Opens another of the page's sockets.</summary>
    public async Task<ClientWebSocket> OpenSocketAsync(string path)
    {
        var socket = await ConnectAsync(_port, $"{path}?tab={_tab}", _secret);
        _others.Add(socket);
        return socket;
    }

    /// <summary>Tries any WebSocket; the origin is the page's own unless another is given. Without a socket the status says why.</summary>
    public static async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> TryConnectAsync(
        int port, string path, string? secret, string? origin = null, string? host = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol("parley.v1");
        if (secret is not null) socket.Options.AddSubProtocol("secret." + secret);
        socket.Options.SetRequestHeader("Origin", origin ?? $"http://127.0.0.1:{port}");
        if (host is not null) socket.Options.SetRequestHeader("Host", host);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{path}"), CancellationToken.None).WaitAsync(Limit);
            return (socket, socket.HttpStatusCode);
        }
        catch (WebSocketException)
        {
            using (socket) return (null, socket.HttpStatusCode);
        }
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port, string path, string secret)
    {
        var (socket, status) = await TryConnectAsync(port, path, secret);
        return socket ?? throw new InvalidOperationException($"The agent answered {(int)status} to {path}.");
    }

    public Task SendAsync(string json) =>
        Control.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(Limit);

    /// <summary>The next event of this type; others before it are passed over.</summary>
    public async Task<JsonElement> ReadAsync(string type, Func<JsonElement, bool>? isWanted = null)
    {
        while (true)
        {
            var (text, _) = await ReceiveAsync(Control);
            var element = JsonDocument.Parse(text ?? throw new InvalidOperationException($"The socket was closed before '{type}' came.")).RootElement;
            if (element.GetProperty("type").GetString() == type && isWanted?.Invoke(element) != false) return element;
        }
    }

    /// <summary>A snapshot that shows what is expected.</summary>
    public async Task<JsonElement> SnapshotAsync(Func<JsonElement, bool> isWanted) =>
        (await ReadAsync("snapshot", e => isWanted(e.GetProperty("snapshot")))).GetProperty("snapshot");

    /// <summary>The close code, after everything that came before it.</summary>
    public static async Task<int> CloseCodeAsync(ClientWebSocket socket)
    {
        while (true)
        {
            if (await ReceiveAsync(socket) is (null, var code)) return code;
        }
    }

    /// <summary>One message, or null and the close code.</summary>
    public static async Task<(string? Text, int CloseCode)> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Limit);
            if (part.MessageType == WebSocketMessageType.Close) return (null, (int)socket.CloseStatus!.Value);
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return (Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length), 0);
        }
    }

    public void Dispose()
    {
        foreach (var socket in _others) socket.Dispose();
        Control.Dispose();
    }
}
