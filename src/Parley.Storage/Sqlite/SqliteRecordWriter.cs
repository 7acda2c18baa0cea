using Microsoft.Data.Sqlite;
using Parley.Conference.Memory;

namespace Parley.Storage.Sqlite;

/// <summary>
/// Turns records into rows, on one connection of its own. What is there already stays as it is, and a meeting whose beginning was lost (its disk
/// was full) is begun by its next record, so that no record depends on another.
/// </summary>
/// <remarks>After an exception it is of no use any more.</remarks>
internal sealed class SqliteRecordWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly SqliteStatement _meeting;
    private readonly SqliteStatement _meetingEnd;
    private readonly SqliteStatement _everyoneLeft;
    private readonly SqliteStatement _participant;
    private readonly SqliteStatement _participantLeft;
    private readonly SqliteStatement _host;
    private readonly SqliteStatement _event;
    private readonly SqliteStatement _chatLine;
    private readonly SqliteStatement _file;
    private readonly SqliteStatement _filePart;
    private readonly SqliteStatement _fileState;
    private readonly SqliteStatement _ban;

    public SqliteRecordWriter(SqliteConnection connection)
    {
        _connection = connection;
        _meeting = new(connection, "INSERT INTO meetings (id, code, title, started_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", 4);
        _meetingEnd = new(connection, "UPDATE meetings SET ended_at = $2, end_reason = $3, interrupted_at = NULL WHERE id = $1", 3);
        _everyoneLeft = new(connection, "UPDATE participants SET left_at = $2, left_reason = $3 WHERE meeting_id = $1 AND left_at IS NULL", 3);
        // Whoever left and comes back is the same participant, and present.
        _participant = new(
            connection,
            """
            INSERT INTO participants (id, meeting_id, name, key_hash, is_host, joined_at) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (id) DO UPDATE SET left_at = NULL, left_reason = NULL, is_host = excluded.is_host
            """, 6);
        _participantLeft = new(connection, "UPDATE participants SET left_at = $2, left_reason = $3 WHERE id = $1", 3);
        _host = new(connection, "UPDATE participants SET is_host = (id = $2) WHERE meeting_id = $1", 2);
        _event = new(
            connection,
            """
            INSERT INTO events (meeting_id, number, at, kind, participant_id, reason)
            VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM events WHERE meeting_id = $1), $2, $3, $4, $5)
            """, 5);
        _chatLine = new(
            connection,
            """
            INSERT INTO chat_lines (meeting_id, number, at, from_id, from_name, to_id, to_name, client_id, text)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
            """, 9);
        _file = new(
            connection,
            """
            INSERT INTO files (id, meeting_id, at, from_id, from_name, to_id, to_name, name, size, sha256, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """, 11);
        // A part of a file that was erased meanwhile is a part of nothing.
        _filePart = new(
            connection,
            "INSERT INTO file_parts (file_id, number, length, sha256) SELECT id, $2, $3, $4 FROM files WHERE id = $1 ON CONFLICT DO NOTHING", 4);
        _fileState = new(connection, "UPDATE files SET state = $2, sha256 = CASE WHEN length($3) > 0 THEN $3 ELSE sha256 END WHERE id = $1", 3);
        _ban = new(
            connection,
            "INSERT INTO bans (meeting_id, key_hash, participant_id, name, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING", 5);
    }

    /// <summary>Writes all or none.</summary>
    /// <exception cref="SqliteException">None.</exception>
    public void Write(IReadOnlyList<MeetingRecord> records)
    {
        _connection.InTransaction(() =>
        {
            foreach (var record in records) Write(record);
        });
    }

    /// <summary>Lets the database grow to so many pages and no further.</summary>
    public void LimitPages(int pages) => _connection.Execute($"PRAGMA max_page_count = {pages}");

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var statement in new[]
        {
            _meeting, _meetingEnd, _everyoneLeft, _participant, _participantLeft, _host, _event, _chatLine, _file, _filePart, _fileState, _ban,
        })
        {
            statement.Dispose();
        }
        _connection.Dispose();
    }

    private void Write(MeetingRecord record)
    {
        var (meeting, at) = (record.MeetingId, record.At);
        var isNew = _known.Add(meeting);
        if (record is MeetingCreatedRecord created)
        {
            _meeting.Run(meeting, created.Code, created.Title, at);
            WriteEvent("created");
            return;
        }
        if (isNew) _meeting.Run(meeting, "", "", at);
        switch (record)
        {
            case MeetingEndedRecord r:
                _meetingEnd.Run(meeting, at, r.Reason);
                _everyoneLeft.Run(meeting, at, r.Reason);
                WriteEvent("ended", reason: r.Reason);
                _known.Remove(meeting);
                break;
            case ParticipantJoinedRecord r:
                _participant.Run(r.ParticipantId, meeting, r.Name, r.KeyHash, r.IsHost, at);
                WriteEvent("joined", r.ParticipantId);
                break;
            case ParticipantLeftRecord r:
                _participantLeft.Run(r.ParticipantId, at, r.Reason);
                WriteEvent("left", r.ParticipantId, r.Reason);
                break;
            case ParticipantChangedRecord r:
                if (r.Kind == ParticipantChange.BecameHost) _host.Run(meeting, r.ParticipantId);
                WriteEvent(r.Kind, r.ParticipantId);
                break;
            case ChatRecord r:
                _chatLine.Run(meeting, r.Number, at, r.FromId, r.FromName, r.ToId, r.ToName, r.ClientId, r.Text);
                break;
            case FileAnnouncedRecord r:
                _file.Run(
                    r.FileId, meeting, at, r.FromId, r.FromName, r.ToId, r.ToName, r.Name, r.Size, r.Sha256, FileState.Receiving);
                break;
            case FilePartRecord r:
                _filePart.Run(r.FileId, r.Number, r.Length, r.Sha256);
                break;
            case FileStateRecord r:
                _fileState.Run(r.FileId, r.State, r.Sha256);
                break;
            case BanRecord r:
                _ban.Run(meeting, r.KeyHash, r.ParticipantId, r.Name, at);
                WriteEvent("banned", r.ParticipantId);
                break;
            default:
                throw new InvalidOperationException($"Nobody has said how {record.GetType().Name} is kept.");
        }

        void WriteEvent(object kind, string? participant = null, object? reason = null) =>
            _event.Run(meeting, at, kind, participant, reason);
    }
}
