using System.Globalization;
using Parley.Conference.Bots;

namespace Parley.Benchmarks.Network;

/// <summary>One bad network and what a receiver got of one camera and one voice through it.</summary>
/// <param name="Codec">What the camera sent.</param>
/// <param name="Impairment">As after <c>--impair</c>.</param>
/// <param name="Sent">Pictures that the publisher sent towards us.</param>
/// <param name="InTime">Share of them on the screen within 200 ms of capture.</param>
/// <param name="Fps">Pictures a second.</param>
/// <param name="Height">Rows of the last picture.</param>
/// <param name="FreezeMs">All freezes.</param>
/// <param name="LatencyMs">Capture to whole picture.</param>
/// <param name="Concealed">Share of the sound that was made up.</param>
internal sealed record NetworkRow(
    string Codec, string Impairment, long Sent, double InTime, double Fps, int Height, double FreezeMs, Percentiles? LatencyMs, double Concealed)
{
    /// <summary>The columns' heads.</summary>
    public const string Head = """
        | codec | network | pictures sent | shown in time | fps | rows | frozen, ms | latency p50 / p99, ms | sound made up |
        |---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>Reads a receiver's report.</summary>
    public static NetworkRow Of(string codec, string impairment, BotReport report)
    {
        var video = report.Participants.Select(p => p.Video).FirstOrDefault(v => v is not null);
        var heard = report.Audio.Frames * 10.0;
        return new NetworkRow(
            codec, impairment, video?.Sent ?? 0, video is { Sent: > 0 } v ? 1 - ((double)v.FramesLost / v.Sent) : 0, video?.Fps ?? 0, video?.Height ?? 0,
            video?.FreezeMs ?? 0, video?.LatencyMs, heard > 0 ? report.Audio.ConcealedMs / heard : 1);
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Codec} | {Impairment} | {Sent} | {InTime:P1} | {Fps:F1} | {Height} | {FreezeMs:F0} | {LatencyMs?.P50:F0} / {LatencyMs?.P99:F0} | {Concealed:P2} |");
}
