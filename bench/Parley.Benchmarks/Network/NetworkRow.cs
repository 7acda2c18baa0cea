using System.Globalization;
using Parley.Conference.Bots;

namespace Parley.Benchmarks.Network;

/// <summary>One bad network and what a receiver got of one camera and one voice through it.</summary>
/// <param name="Name">Codec, way and network, as cells.</param>
/// <param name="Sent">Pictures that the publisher sent towards us.</param>
/// <param name="InTime">Share of them on the screen within 200 ms of capture.</param>
/// <param name="Fps">Pictures a second.</param>
/// <param name="Height">Rows of the last picture.</param>
/// <param name="LongestGapMs">The longest time from one picture to the next.</param>
/// <param name="LatencyMs">Capture to whole picture.</param>
/// <param name="Concealed">Share of the sound that was made up at the receiver.</param>
/// <param name="SilentMs">The longest time without anything to hear.</param>
internal sealed record NetworkRow(
    string Name, long Sent, double InTime, double Fps, int Height, double LongestGapMs, Percentiles? LatencyMs, double Concealed, double SilentMs)
{
    /// <summary>The columns' heads.</summary>
    public const string Head = """
        | codec | way | network | sent | in time | fps | rows | gap, ms | latency p50 / p99, ms | made up at the receiver | silent, ms |
        |---|---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>Reads a receiver's report.</summary>
    public static NetworkRow Of(string name, BotReport report)
    {
        var video = report.Participants.Select(p => p.Video).FirstOrDefault(v => v is not null);
        var heard = report.Audio.Frames * 10.0;
        return new NetworkRow(
            name, video?.Sent ?? 0, video is { Sent: > 0 } v ? 1 - ((double)v.FramesLost / v.Sent) : 0, video?.Fps ?? 0, video?.Height ?? 0,
            video?.LongestGapMs ?? 0, video?.LatencyMs, heard > 0 ? report.Audio.ConcealedMs / heard : 1, report.Audio.LongestGapMs);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Sent} | {100 * InTime:F1} % | {Fps:F1} | {Height} | {LongestGapMs:F0} | {LatencyMs?.P50:F0} / {LatencyMs?.P99:F0} | {100 * Concealed:F2} % | {SilentMs:F0} |");
}
