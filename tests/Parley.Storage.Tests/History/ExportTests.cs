using System.Text.Json;
using Parley.Conference.Memory;
using Parley.Protocol;
using Parley.Storage.History;
using Parley.Storage.Sqlite;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests.History;

public sealed class ExportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteMeetingStore _store;

    public ExportTests()
    {
        _store = SqliteMeetingStore.Open(_directory.File(SqliteMeetingStore.FileName));
        _store.Append(
        [
            .. Facts.Conversation(), Facts.Announced("f1"), Facts.Announced("f2", to: Facts.Carl),
            new ParticipantLeftRecord(Facts.Meeting, 61_000, Facts.Carl, EndReason.Removed), Facts.Line(5, "two\nlines"), Facts.Ended(at: 62_000),
        ]);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_public_export_holds_no_private_word_in_either_form()
    {
        var export = Read(default);
        foreach (var text in new[] { export.ToJson(), Text(export) })
        {
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain("f2", text, StringComparison.Ordinal);
            Assert.Contains("good morning", text, StringComparison.Ordinal);
        }
        Assert.Equal((false, 3, 1), (export.IncludesPrivate, export.Chat.Count, export.Files.Count));
    }

    [Fact]
    public void A_person_gets_the_own_private_lines_and_files_and_nobody_elses()
    {
        Assert.Equal(5, Read(Facts.KeyOf("Ben")).Chat.Count);
        var carls = Read(Facts.KeyOf("Carl"));
        Assert.Equal((true, 3, 2), (carls.IncludesPrivate, carls.Chat.Count, carls.Files.Count));
        Assert.Contains("Anna to Ben, privately: a secret for Ben", Text(Read(Facts.KeyOf("Anna"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobodys_key_is_in_an_export()
    {
        var json = Read(Facts.KeyOf("Anna")).ToJson();
        Assert.DoesNotContain("key", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToHexStringLower(Facts.KeyOf("Anna").Span), json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(Facts.KeyOf("Anna").Span), json, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_says_everything_with_times_that_machines_read()
    {
        using var document = JsonDocument.Parse(Read(default).ToJson());
        var meeting = document.RootElement;
        Assert.Equal(("482913", "Monday", "ended"), (Word("code"), Word("title"), Word("endReason")));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(62_000), meeting.GetProperty("endedAt").GetDateTimeOffset());
        var line = meeting.GetProperty("chat")[2];
        Assert.Equal((5, "Anna", "two\nlines"), (line.GetProperty("number").GetInt32(), line.GetProperty("fromName").GetString(), line.GetProperty("text").GetString()));
        Assert.Equal("removed", meeting.GetProperty("participants")[2].GetProperty("leftReason").GetString());
        Assert.Equal(6, meeting.GetProperty("events").GetArrayLength());

        string? Word(string name) => meeting.GetProperty(name).GetString();
    }

    [Fact]
    public void The_text_tells_the_meeting_in_the_order_of_time()
    {
        const string Expected =
            """
            Monday (482913), 1970-01-01
            People: Anna (host), Ben, Carl
            Public chat only.

            00:00:01  The meeting began.
            00:00:01  Anna joined.
            00:00:01  Ben joined.
            00:00:01  Carl joined.
            00:00:02  Anna: good morning
            00:00:02  Anna: shall we
            00:00:02  Anna: two
                      lines
            00:00:03  Ben shared ..\CON .txt (2000000 bytes)
            00:01:01  Carl was removed.
            00:01:02  The meeting ended.
            """;
        Assert.Equal(Expected.ReplaceLineEndings(), Text(Read(default)));
    }

    [Fact]
    public void The_list_says_what_can_be_shown()
    {
        _store.Append([Facts.Created("019a9f3c-0000-7000-8000-000000000002", at: 90_000) with { Title = "" }]);
        Assert.Equal(
            $"""
            1970-01-01 00:01:30  482913  without a title, 0 people, 0 lines of chat, is running  019a9f3c-0000-7000-8000-000000000002
            1970-01-01 00:00:01  482913  "Monday", 3 people, 3 lines of chat, took 1 minute  {Facts.Meeting}
            """.ReplaceLineEndings(),
            new HistoryText(TimeZoneInfo.Utc).List(_store.ListMeetings(10)));
    }

    private static string Text(MeetingExport export) => new HistoryText(TimeZoneInfo.Utc).Show(export);

    private MeetingExport Read(ReadOnlyMemory<byte> key) => MeetingExport.Read(_store, _store.FindMeeting(Facts.Meeting)!, key.Span);
}
