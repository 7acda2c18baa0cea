using System.Globalization;

namespace Parley.App.Load;

/// <summary>What a server has used, read from its <c>/metrics</c>.</summary>
/// <param name="At">When it was read.</param>
/// <param name="CpuMilliseconds">CPU time of the process.</param>
/// <param name="ResidentBytes">Memory of the process.</param>
internal readonly record struct ServerUse(DateTimeOffset At, double CpuMilliseconds, double ResidentBytes);

/// <summary>Reads the metrics of a server; gives nothing when it has no admin address or does not answer.</summary>
internal sealed class ServerMeter(Uri? admin) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Reads once.</summary>
    public async Task<ServerUse?> ReadAsync()
    {
        if (admin is null) return null;
        try
        {
            var text = await _http.GetStringAsync(new Uri(admin, "/metrics"));
            return new ServerUse(DateTimeOffset.UtcNow, Find(text, "parley_process_cpu_milliseconds_total"), Find(text, "parley_process_resident_bytes"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static double Find(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(name + " ", StringComparison.Ordinal) && double.TryParse(line.AsSpan(name.Length), CultureInfo.InvariantCulture, out var value))
                return value;
        }
        return double.NaN;
    }
}
