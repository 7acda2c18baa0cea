using System.Text;
using Parley.Conference.Bots;

namespace Parley.App;

/// <summary>A bot's report for a person.</summary>
internal static class BotText
{
    /// <summary>A few lines a bot.</summary>
    public static string Write(IReadOnlyList<BotReport> reports)
    {
        var text = new StringBuilder();
        foreach (var report in reports)
        {
            text.AppendLine(report.Joined ? $"meeting {report.Meeting}, joined in {report.JoinMs} ms" : $"not joined: {report.Reason ?? "no answer"}");
            foreach (var p in report.Participants)
            {
                text.Append($"  {p.Name}{(p.Host ? " (host)" : "")}: microphone {p.Mic}, camera {p.Camera}");
                if (p.Video is { } v) text.Append($", {v.Frames} pictures, {v.FramesLost} lost, {v.Fps} fps, {v.Width}x{v.Height}, latency {v.LatencyMs?.P50} ms");
                text.AppendLine();
            }
            text.AppendLine($"  heard {report.Audio.Frames * 10} ms at {report.Audio.LevelDb} dB, {report.Audio.ConcealedMs} ms concealed");
            foreach (var tone in report.Audio.Tones) text.AppendLine($"  tone {tone.Hz} Hz: {tone.Db} dB");
            foreach (var line in report.Chat) text.AppendLine($"  {line.From}: {line.Text}");
            foreach (var error in report.Errors) text.AppendLine($"  error: {error}");
        }
        return text.ToString().TrimEnd();
    }
}
