using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Conference.Bots;

/// <summary>What a bot saw and heard: the document of <c>parley bot --json</c> (docs/protocol/bot-report.md).</summary>
public sealed record BotReport(
    string? Meeting, bool Joined, string? Reason, double? JoinMs, double? FirstFrameMs, double? FirstSoundMs, Percentiles? RttMs,
    IReadOnlyList<BotParticipant> Participants, BotAudio Audio, IReadOnlyList<BotChat> Chat, Percentiles? ChatMs, IReadOnlyList<object> Files,
    IReadOnlyList<string> Errors)
{
    /// <summary>One bot as an object, several as an array.</summary>
    public static string ToJson(IReadOnlyList<BotReport> reports) => reports.Count == 1
        ? JsonSerializer.Serialize(reports[0], BotReportJson.Default.BotReport)
        : JsonSerializer.Serialize(reports, BotReportJson.Default.IReadOnlyListBotReport);
}

/// <summary>Median and 99th percentile, in the unit that the member's name says.</summary>
public sealed record Percentiles(double P50, double P99)
{
    /// <summary>Of a list; null when it is empty.</summary>
    public static Percentiles? Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0) return null;
        var sorted = values.Order().ToArray();
        return new Percentiles(At(0.5), At(0.99));
        double At(double p) => Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(p * sorted.Length) - 1 + (p * sorted.Length < 1 ? 1 : 0))], 3);
    }
}

/// <summary>Delays that a bot measured, in milliseconds, each one.</summary>
/// <param name="VideoMs">From capture to whole picture.</param>
/// <param name="AudioMs">From chirp to chirp heard.</param>
public sealed record BotSamples(IReadOnlyList<double> VideoMs, IReadOnlyList<double> AudioMs);

/// <summary>Another participant as the bot saw them.</summary>
public sealed record BotParticipant(string Id, string Name, bool Host, string Mic, string Camera, BotVideo? Video);

/// <summary>Their pictures. <paramref name="FramesLost"/>: sent and not shown within 200 ms of capture.</summary>
public sealed record BotVideo(
    string Codec, long Sent, long Frames, long FramesLost, double Fps, int Width, int Height, long Bytes, double FreezeMs, double LongestGapMs,
    Percentiles? LatencyMs);

/// <summary>What was heard. <paramref name="LevelDb"/> and tones in dBFS; <paramref name="LongestGapMs"/> is between two frames that could be heard.</summary>
public sealed record BotAudio(
    long Frames, double? LevelDb, double ConcealedMs, double LongestGapMs, IReadOnlyList<BotTone> Tones, Percentiles? LatencyMs);

/// <summary>How loud a tone was.</summary>
public sealed record BotTone(double Hz, double? Db);

/// <summary>A chat line.</summary>
public sealed record BotChat(string From, string Text, bool Private);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BotReport))]
[JsonSerializable(typeof(IReadOnlyList<BotReport>))]
internal sealed partial class BotReportJson : JsonSerializerContext;
