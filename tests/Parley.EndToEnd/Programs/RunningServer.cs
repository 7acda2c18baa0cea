using System.Net;
using Parley.Codecs;
using Parley.Protocol;

namespace Parley.EndToEnd.Programs;

/// <summary><c>parley serve</c> on free loopback ports with a data directory of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly bool _keepsData;

    private RunningServer(ParleyProcess process, string data, bool keepsData, string ready)
    {
        Process = process;
        Data = data;
        _keepsData = keepsData;
        var parts = ready.Split(' ').Skip(1).Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
        Tcp = IPEndPoint.Parse(parts["tcp"]);
        Udp = IPEndPoint.Parse(parts["udp"]);
        Admin = IPEndPoint.Parse(parts["admin"]);
        KeyHash = parts["key"];
    }

    public ParleyProcess Process { get; }

    /// <summary>Its data directory, gone after it unless it was given.</summary>
    public string Data { get; }

    public IPEndPoint Tcp { get; }

    public IPEndPoint Udp { get; }

    public IPEndPoint Admin { get; }

    public string KeyHash { get; }

    /// <summary>host:port for clients.</summary>
    public string Address => $"127.0.0.1:{Tcp.Port}";

    public static Task<RunningServer> StartAsync(params string[] more) => StartAsync([], more);

    /// <summary>One that grants no Opus: sound takes 290 kbit/s at least, and nothing makes it less.</summary>
    public static Task<RunningServer> StartWithoutOpusAsync() => StartAsync([(AudioCodecs.OpusVariable, "0")], []);

    /// <summary>One on a data directory of the caller's, which stays.</summary>
    public static Task<RunningServer> StartInAsync(string data, params string[] more) => StartAsync([], more, data);

    /// <summary>One whose files may be limited while it runs.</summary>
    public static async Task<RunningServer> StartWithLimitableFilesAsync()
    {
        var data = Directory.CreateTempSubdirectory("parley-e2e-").FullName;
        var process = ParleyProcess.StartIgnoringFileLimit(Arguments(data));
        return new RunningServer(process, data, keepsData: false, await process.OutputAsync("ready "));
    }

    private static IEnumerable<string> Arguments(string data) =>
        ["serve", "--host", "127.0.0.1", "--tcp-port", "0", "--udp-port", "0", "--admin", "127.0.0.1:0", "--data", data];

    private static async Task<RunningServer> StartAsync(IEnumerable<(string Name, string Value)> environment, IEnumerable<string> more, string? kept = null)
    {
        var data = kept ?? Directory.CreateTempSubdirectory("parley-e2e-").FullName;
        var process = ParleyProcess.Start(environment, [.. Arguments(data), .. more]);
        return new RunningServer(process, data, kept is not null, await process.OutputAsync("ready "));
    }

    /// <summary>A value of /metrics, summed over its labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{Admin}/metrics"));
        return text.Split('\n').Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is ' ' or '{')
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>How many packets and messages were dropped for this reason, since the start.</summary>
    public Task<double> DropsAsync(DropReason reason) => MetricAsync($"parley_drops_total{{reason=\"{reason}\"}}");

    /// <summary>What /healthz says.</summary>
    public async Task<string> HealthAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{Admin}/healthz"));
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (!_keepsData) Directory.Delete(Data, recursive: true);
    }
}
