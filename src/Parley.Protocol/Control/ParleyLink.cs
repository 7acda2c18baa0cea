using System.Buffers.Text;
using System.Globalization;

namespace Parley.Protocol.Control;

/// <summary>A <c>parley://host:port/482913#hash</c> link: where the meeting is, which one, and whose key to expect.</summary>
/// <param name="Host">Name or address; IPv6 without brackets.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Code">Six digits, or empty when the link names only a server.</param>
/// <param name="KeyHash">32 bytes, or empty.</param>
public sealed record ParleyLink(string Host, int Port, string Code, ReadOnlyMemory<byte> KeyHash)
{
    /// <summary>The server's usual TCP port.</summary>
    public const int DefaultPort = 5000;

    /// <summary>Reads a link, or a bare <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>.</summary>
    public static bool TryParse(string text, out ParleyLink? link)
    {
        link = null;
        const string Scheme = "parley://";
        text = text.Trim();
        if (text.Length is 0 or > 512) return false;
        if (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) text = text[Scheme.Length..];
        else if (text.Contains("://", StringComparison.Ordinal)) return false;

        var hash = ReadOnlyMemory<byte>.Empty;
        var mark = text.IndexOf('#', StringComparison.Ordinal);
        if (mark >= 0)
        {
            if (!TryParseHash(text[(mark + 1)..], out hash)) return false;
            text = text[..mark];
        }
        var code = "";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            var path = text[(slash + 1)..].Trim('/');
            if (path.Length > 0 && !MeetingCode.TryNormalise(path, out code)) return false;
            text = text[..slash];
        }
        if (!TryParseHostPort(text, out var host, out var port)) return false;
        link = new ParleyLink(host, port, code, hash);
        return true;
    }

    /// <summary>Reads a key hash in base64url.</summary>
    public static bool TryParseHash(string text, out ReadOnlyMemory<byte> hash)
    {
        hash = default;
        if (!Base64Url.IsValid(text)) return false;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length != 32) return false;
        hash = bytes;
        return true;
    }

    /// <summary>host:port as shown and typed.</summary>
    public string HostAndPort => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <inheritdoc />
    public override string ToString() =>
        $"parley://{HostAndPort}{(Code.Length > 0 ? "/" + Code : "")}{(KeyHash.Length > 0 ? "#" + Base64Url.EncodeToString(KeyHash.Span) : "")}";

    private static bool TryParseHostPort(string text, out string host, out int port)
    {
        host = text;
        port = DefaultPort;
        string portText;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0) return false;
            host = text[1..end];
            if (!host.Contains(':', StringComparison.Ordinal)) return false;
            portText = text[(end + 1)..];
            if (portText.Length > 0 && portText[0] != ':') return false;
            portText = portText.Length > 0 ? portText[1..] : "";
        }
        else if (text.Count(c => c == ':') == 1)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            host = text[..colon];
            portText = text[(colon + 1)..];
        }
        else
        {
            portText = "";
        }
        if (portText.Length > 0 && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) return false;
        return host.Length is > 0 and <= 253 && Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }
}
