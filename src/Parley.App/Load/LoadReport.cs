using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Conference.Bots;

namespace Parley.App.Load;

/// <summary>Median, 95th and 99th percentile, and how many values there were.</summary>
internal sealed record LoadPercentiles(double P50, double P95, double P99, int Count)
{
    /// <summary>Of a list; null when it is empty.</summary>
    public static LoadPercentiles? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? null : new LoadPercentiles(At(0.5), At(0.95), At(0.99), sorted.Length);
        double At(double p) => Math.Round(sorted[Math.Min(sorted.Length - 1, (int)(p * sorted.Length))], 2);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {P50}, p95 {P95}, p99 {P99} ({Count} values)");
}

/// <summary>What the server used while everybody was there.</summary>
/// <param name="Cores">CPU time over wall time.</param>
/// <param name="CorePerParticipant">The same for each participant that joined.</param>
/// <param name="ResidentBytes">Memory at the end.</param>
/// <param name="BytesPerParticipant">What it grew since before the first join, for each participant.</param>
internal sealed record LoadServer(double Cores, double CorePerParticipant, double ResidentBytes, double BytesPerParticipant);

/// <summary>What <c>parley load</c> found: the document of <c>--json</c> (docs/protocol/load-report.md).</summary>
internal sealed record LoadReport(
    int Meetings, int Participants, int Joined, IReadOnlyDictionary<string, int> NotJoined, LoadPercentiles? JoinMs, LoadPercentiles? VideoMs, long FramesSent,
    long FramesLost, double FreezeMs, LoadPercentiles? AudioMs, long AudioFrames, double ConcealedMs, LoadServer? Server, IReadOnlyList<string> Errors)
{
    /// <summary>Whether everybody joined and nothing was refused.</summary>
    public bool IsClean => Joined == Participants && Errors.Count == 0;

    /// <summary>Sums the bots up.</summary>
    public static LoadReport Of(LoadPlan plan, IReadOnlyList<(BotReport Report, BotSamples Samples)> bots, ServerUse? before, ServerUse? full, ServerUse? end)
    {
        var reports = bots.Select(b => b.Report).ToList();
        var joined = reports.Count(r => r.Joined);
        var videos = reports.SelectMany(r => r.Participants).Select(p => p.Video).OfType<BotVideo>().ToList();
        LoadServer? server = null;
        if (before is { } empty && full is { } first && end is { } last && last.At > first.At)
        {
            var cores = (last.CpuMilliseconds - first.CpuMilliseconds) / (last.At - first.At).TotalMilliseconds;
            var each = Math.Max(1, joined);
            server = new LoadServer(
                Math.Round(cores, 4), Math.Round(cores / each, 5), last.ResidentBytes, Math.Round((last.ResidentBytes - empty.ResidentBytes) / each));
        }
        return new LoadReport(
            plan.Meetings, plan.Participants, joined,
            reports.Where(r => !r.Joined).GroupBy(r => r.Reason ?? "noAnswer").ToDictionary(g => g.Key, g => g.Count()),
            LoadPercentiles.Of(reports.Select(r => r.JoinMs).OfType<double>()), LoadPercentiles.Of(bots.SelectMany(b => b.Samples.VideoMs)),
            videos.Sum(v => v.Sent), videos.Sum(v => v.FramesLost), Math.Round(videos.Sum(v => v.FreezeMs), 1),
            LoadPercentiles.Of(bots.SelectMany(b => b.Samples.AudioMs)), reports.Sum(r => r.Audio.Frames), reports.Sum(r => r.Audio.ConcealedMs), server,
            [.. reports.SelectMany(r => r.Errors).Distinct()]);
    }

    /// <summary>One JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LoadReportJson.Default.LoadReport);

    /// <summary>The same for a person.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Joined} of {Participants} joined {Meetings} meetings");
        foreach (var (reason, count) in NotJoined) text.AppendLine(CultureInfo.InvariantCulture, $"  {count} not: {reason}");
        text.AppendLine(CultureInfo.InvariantCulture, $"join, ms       {JoinMs}");
        text.AppendLine(CultureInfo.InvariantCulture, $"pictures, ms   {VideoMs?.ToString() ?? "none"}; {FramesLost} of {FramesSent} lost, frozen {FreezeMs} ms");
        text.AppendLine(CultureInfo.InvariantCulture, $"sound, ms      {AudioMs?.ToString() ?? "none"}; {ConcealedMs} of {AudioFrames * 10} ms made up");
        if (Server is { } s)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"server         {s.Cores:P1} of a core, {s.CorePerParticipant:P2} a participant");
            text.AppendLine(CultureInfo.InvariantCulture, $"               {s.ResidentBytes / 1e6:F0} MB, {s.BytesPerParticipant / 1e3:F0} kB a participant");
        }
        foreach (var error in Errors) text.AppendLine($"error          {error}");
        return text.ToString().TrimEnd();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext;
