using System.Reflection;

namespace Parley.Agent.Web;

/// <summary>The built page, carried inside the assembly so that the program is one thing to copy.</summary>
internal sealed class UiAssets
{
    private const string Prefix = "ui/";
    private readonly Dictionary<string, Asset> _assets = new(StringComparer.Ordinal);

    private UiAssets()
    {
    }

    internal sealed record Asset(byte[] Content, string ContentType, bool IsImmutable);

    /// <summary>Reads every asset out of the assembly once.</summary>
    public static UiAssets Load()
    {
        var assets = new UiAssets();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var path = "/" + name[Prefix.Length..].Replace('\\', '/');
            // Names under assets/ carry a hash of their content.
            assets._assets[path] = new Asset(content.ToArray(), ContentTypeOf(path), path.StartsWith("/assets/", StringComparison.Ordinal));
        }
        return assets;
    }

    /// <summary>Whether the page was built into this program.</summary>
    public bool IsPresent => _assets.ContainsKey("/index.html");

    /// <summary>Finds an asset by its exact path.</summary>
    public Asset? Find(string path) => _assets.GetValueOrDefault(path is "/" or "" ? "/index.html" : path);

    private static string ContentTypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" or ".mjs" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".ico" => "image/x-icon",
        ".json" or ".webmanifest" => "application/json",
        ".wasm" => "application/wasm",
        ".woff2" => "font/woff2",
        ".wav" => "audio/wav",
        _ => "application/octet-stream",
    };
}
