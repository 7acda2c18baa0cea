using Microsoft.Data.Sqlite;

namespace Parley.Storage.Sqlite;

/// <summary>The questions that history is asked, on a connection of the caller's.</summary>
internal static class SqliteHistoryReader
{
    private const string MeetingColumns =
        """
        SELECT id, code, title, started_at, ended_at, end_reason, interrupted_at,
               (SELECT COUNT(*) FROM participants p WHERE p.meeting_id = m.id),
               (SELECT COUNT(*) FROM chat_lines c WHERE c.meeting_id = m.id AND c.to_id IS NULL)
        FROM meetings m
        """;

    /// <summary>Whose something is: everyone's, or a private thing to or from a seat that belongs to the key. An empty key belongs to nobody.</summary>
    private const string MayRead =
        """
        (x.to_id IS NULL OR length($key) > 0 AND EXISTS (
           SELECT 1 FROM participants p WHERE p.meeting_id = x.meeting_id AND p.key_hash = $key AND p.id IN (x.from_id, x.to_id)))
        """;

    public static List<StoredMeeting> ListMeetings(SqliteConnection connection, int limit) =>
        connection.Rows($"{MeetingColumns} ORDER BY started_at DESC, id DESC LIMIT $limit", ReadMeeting, ("$limit", limit));

    public static StoredMeeting? FindMeeting(SqliteConnection connection, string codeOrId)
    {
        var found = connection.Rows(
            $"{MeetingColumns} WHERE id = $name OR (code = $name AND code <> '') ORDER BY started_at DESC, id DESC LIMIT 1", ReadMeeting, ("$name", codeOrId));
        return found.Count > 0 ? found[0] : null;
    }

    public static List<StoredParticipant> ReadParticipants(SqliteConnection connection, string meetingId) => connection.Rows(
        "SELECT id, name, key_hash, is_host, joined_at, left_at, left_reason FROM participants WHERE meeting_id = $id ORDER BY joined_at, id",
        r => new StoredParticipant(r.GetString(0), r.GetString(1), r.Bytes(2), r.GetBoolean(3), r.GetInt64(4), r.NumberOrNull(5), r.TextOrNull(6)),
        ("$id", meetingId));

    public static List<StoredEvent> ReadEvents(SqliteConnection connection, string meetingId) => connection.Rows(
        "SELECT number, at, kind, participant_id, reason FROM events WHERE meeting_id = $id ORDER BY number",
        r => new StoredEvent(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.TextOrNull(3), r.TextOrNull(4)),
        ("$id", meetingId));

    public static List<StoredChatLine> ReadChat(SqliteConnection connection, string meetingId, byte[] ownKeyHash) => connection.Rows(
        $"""
        SELECT number, at, from_id, from_name, to_id, to_name, client_id, text FROM chat_lines x
        WHERE meeting_id = $id AND {MayRead} ORDER BY number
        """,
        r => new StoredChatLine(
            r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), r.TextOrNull(5), r.TextOrNull(6), r.GetString(7)),
        ("$id", meetingId), ("$key", ownKeyHash));

    public static List<StoredFile> ReadFiles(SqliteConnection connection, string meetingId, byte[] ownKeyHash) => connection.Rows(
        $"""
        SELECT id, at, from_id, from_name, to_id, to_name, name, size, sha256, state FROM files x
        WHERE meeting_id = $id AND {MayRead} ORDER BY at, id
        """,
        r => new StoredFile(
            r.GetString(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.TextOrNull(4), r.TextOrNull(5), r.GetString(6), r.GetInt64(7), r.Bytes(8),
            r.GetString(9)),
        ("$id", meetingId), ("$key", ownKeyHash));

    public static List<StoredFilePart> ReadFileParts(SqliteConnection connection, string fileId) => connection.Rows(
        "SELECT number, length, sha256 FROM file_parts WHERE file_id = $id ORDER BY number",
        r => new StoredFilePart(r.GetInt32(0), r.GetInt32(1), r.Bytes(2)), ("$id", fileId));

    public static List<StoredBan> ReadBans(SqliteConnection connection, string meetingId) => connection.Rows(
        "SELECT key_hash, name, at FROM bans WHERE meeting_id = $id ORDER BY at, name",
        r => new StoredBan(r.Bytes(0), r.GetString(1), r.GetInt64(2)), ("$id", meetingId));

    public static HashSet<string> ReadFileIds(SqliteConnection connection) =>
        [.. connection.Rows("SELECT id FROM files", r => r.GetString(0))];

    private static StoredMeeting ReadMeeting(SqliteDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.NumberOrNull(4), r.TextOrNull(5), r.NumberOrNull(6), r.GetInt64(7), r.GetInt64(8));
}
