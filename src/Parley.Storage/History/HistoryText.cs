using System.Globalization;
using System.Text;

namespace Parley.Storage.History;

/// <summary>History for a person to read, in that person's time zone.</summary>
/// <param name="zone">Times are shown in it.</param>
public sealed class HistoryText(TimeZoneInfo zone)
{
    /// <summary>A line for each meeting.</summary>
    public string List(IReadOnlyList<StoredMeeting> meetings)
    {
        var text = new StringBuilder();
        foreach (var m in meetings)
        {
            var title = m.Title.Length > 0 ? $"\"{m.Title}\"" : "without a title";
            text.AppendLine(
                $"{Day(MeetingExport.Time(m.StartedAt))} {Clock(MeetingExport.Time(m.StartedAt))}  {Code(m.Code)}  {title}, {Count(m.Participants, "person", "people")}, "
                + $"{Count(m.Lines, "line", "lines")} of chat, {State(m)}  {m.Id}");
        }
        return text.ToString().TrimEnd();
    }

    /// <summary>What happened and what was said, in the order of time.</summary>
    public string Show(MeetingExport m)
    {
        var names = m.Participants.ToDictionary(p => p.Id, p => p.Name, StringComparer.Ordinal);
        var text = new StringBuilder();
        text.AppendLine($"{(m.Title.Length > 0 ? m.Title : "Meeting")} ({Code(m.Code)}), {Day(m.StartedAt)}");
        text.AppendLine($"People: {string.Join(", ", m.Participants.Select(p => p.Host ? $"{p.Name} (host)" : p.Name))}");
        text.AppendLine(m.IncludesPrivate ? "With your own private messages." : "Public chat only.");
        text.AppendLine();
        var entries =
            m.Events.Select(e => (e.At, Order: 0L, Text: Sentence(e, names)))
            .Concat(m.Chat.Select(l => (l.At, Order: l.Number, Text: l.To is null ? $"{l.FromName}: {l.Text}" : $"{l.FromName} to {l.ToName}, privately: {l.Text}")))
            .Concat(m.Files.Select(f => (f.At, Order: 0L, Text: $"{f.FromName} shared {f.Name} ({f.Size} bytes{(f.To is null ? "" : $", for {f.ToName} only")})")));
        foreach (var (at, _, sentence) in entries.OrderBy(e => e.At).ThenBy(e => e.Order))
        {
            // The lines of a text stand below each other.
            text.AppendLine($"{Clock(at)}  {sentence.ReplaceLineEndings($"{Environment.NewLine}          ")}");
        }
        if (m.InterruptedAt is { } interrupted) text.AppendLine($"{Clock(interrupted)}  Nothing more is known: the server ended here.");
        return text.ToString().TrimEnd();
    }

    private static string Sentence(ExportedEvent e, Dictionary<string, string> names)
    {
        var who = e.Participant is { } id ? names.GetValueOrDefault(id, "Somebody") : "Somebody";
        return e.Kind switch
        {
            "created" => "The meeting began.",
            "ended" => e.Reason == "serverStopped" ? "The server was stopped." : "The meeting ended.",
            "joined" => $"{who} joined.",
            "left" => e.Reason == "removed" ? $"{who} was removed." : $"{who} left.",
            "away" => $"{who} lost the connection.",
            "returned" => $"{who} came back.",
            "becameHost" => $"{who} is the host now.",
            "banned" => $"{who} may not come back.",
            // A newer server has written more than we know.
            var other => $"{who}: {other}",
        };
    }

    private static string State(StoredMeeting m) =>
        m.EndedAt is { } ended ? $"took {Length(ended - m.StartedAt)}" : m.InterruptedAt is not null ? "was interrupted" : "is running";

    private static string Length(long milliseconds) => TimeSpan.FromMilliseconds(milliseconds) is { TotalMinutes: >= 1 } time
        ? Count((long)Math.Round(time.TotalMinutes), "minute", "minutes")
        : Count(milliseconds / 1000, "second", "seconds");

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    private static string Code(string code) => code.Length > 0 ? code : "------";

    private string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private string Clock(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
