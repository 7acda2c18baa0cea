using Microsoft.AspNetCore.Http;

namespace Parley.Agent.Web;

/// <summary>
/// Keeps other sites away from the agent: any page in the browser can reach 127.0.0.1, so the Host must be ours (against DNS rebinding) and the
/// Origin of everything that acts must be ours (against cross-site WebSockets).
/// </summary>
internal sealed class OriginGuard(int port)
{
    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];

    /// <summary>What every response says.</summary>
    public void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["X-Content-Type-Options"] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(self), microphone=(self), display-capture=(self), geolocation=()";
        headers.ContentSecurityPolicy =
            "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; img-src 'self' blob: data:; " +
            $"media-src 'self' blob:; connect-src 'self' ws://{_hosts[0]} ws://{_hosts[1]}; object-src 'none'; base-uri 'none'; form-action 'none'; " +
            "frame-ancestors 'none'";
    }

    /// <summary>Whether a request may be answered at all.</summary>
    public bool Allows(HttpRequest request)
    {
        if (!_hosts.Contains(request.Host.Value, StringComparer.OrdinalIgnoreCase)) return false;
        string? origin = request.Headers.Origin;
        var acts = HttpMethods.IsPost(request.Method) || request.HttpContext.WebSockets.IsWebSocketRequest;
        if (origin is null) return !acts;
        return _hosts.Any(h => string.Equals(origin, "http://" + h, StringComparison.OrdinalIgnoreCase));
    }
}
