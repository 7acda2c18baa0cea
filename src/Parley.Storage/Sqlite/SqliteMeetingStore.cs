using Microsoft.Data.Sqlite;
using Parley.Conference.Memory;

namespace Parley.Storage.Sqlite;

/// <summary>
/// History in one SQLite file with a log written ahead (WAL): a commit survives the end of the process at once, and a power cut once
/// <see cref="Flush"/> has been called, or at once when the store is durable.
/// </summary>
/// <remarks>Each thread's work has a connection of its own: the writer keeps one, every other call opens and closes one.</remarks>
public sealed class SqliteMeetingStore : IMeetingStore
{
    /// <summary>Name of the database in a server's data directory.</summary>
    public const string FileName = "history.db";

    private readonly SqliteConnections _connections;
    private readonly SqliteLog _log;
    private SqliteRecordWriter? _writer;

    private SqliteMeetingStore(SqliteConnections connections)
    {
        _connections = connections;
        _log = new SqliteLog(connections.Path, Environment.TickCount64);
    }

    /// <inheritdoc />
    public string Engine => SqliteEngine.Name;

    /// <summary>Opens a store, makes it when there is none, and brings an older one up to date.</summary>
    /// <param name="path">The database file; its directory exists.</param>
    /// <param name="isDurable">Whether each commit waits for the disk itself, so that a power cut takes nothing either.</param>
    /// <exception cref="StoreException">It is damaged, newer, or out of reach.</exception>
    public static SqliteMeetingStore Open(string path, bool isDurable = false) => Open(path, isDurable, SqliteMigration.All);

    internal static SqliteMeetingStore Open(string path, bool isDurable, IReadOnlyList<SqliteMigration> migrations)
    {
        _ = SqliteEngine.Name;
        CreatePrivate(path);
        var connections = new SqliteConnections(path, isDurable);
        connections.Try(() =>
        {
            using var connection = connections.Open();
            SqliteSchema.Migrate(connection, migrations);
            return 0;
        });
        return new SqliteMeetingStore(connections);
    }

    /// <summary>Opens a store that exists, as it is: for a program that looks in while a server, perhaps of another version, may be writing.</summary>
    /// <param name="path">The database file.</param>
    /// <exception cref="StoreException">There is none, or it is not of this program's version.</exception>
    public static SqliteMeetingStore OpenExisting(string path)
    {
        _ = SqliteEngine.Name;
        if (!File.Exists(path)) throw new StoreException(StoreFailure.Missing, $"Nothing is remembered here: there is no {path}.");
        var connections = new SqliteConnections(path, isDurable: false);
        connections.Try(() =>
        {
            using var connection = connections.Open();
            SqliteSchema.RefuseNewer(connection, SqliteMigration.All);
            if (SqliteSchema.VersionOf(connection) < SqliteMigration.All[^1].Version)
                throw new StoreException(StoreFailure.TooOld, $"The history {path} was made by an older Parley. Start the server once to bring it up to date.");
            return 0;
        });
        return new SqliteMeetingStore(connections);
    }

    /// <inheritdoc />
    public void Append(IReadOnlyList<MeetingRecord> records) => _connections.Try(() =>
    {
        Write(writer => writer.Write(records));
        return 0;
    });

    /// <inheritdoc />
    public void Flush()
    {
        _log.Flush();
        // Copying the log home makes the next commit begin it anew and wait for the disk once, so it is not done each time.
        if (_log.IsDueHome(Environment.TickCount64)) Read(c => c.Execute("PRAGMA wal_checkpoint(PASSIVE)"));
    }

    /// <inheritdoc />
    public int MarkInterrupted() => Read(c => c.Execute(
        """
        UPDATE meetings SET interrupted_at = COALESCE(
          (SELECT MAX(at) FROM (SELECT at, meeting_id FROM events UNION ALL SELECT at, meeting_id FROM chat_lines) r WHERE r.meeting_id = meetings.id),
          started_at)
        WHERE ended_at IS NULL AND interrupted_at IS NULL
        """));

    /// <inheritdoc />
    public IReadOnlyList<StoredMeeting> ListMeetings(int limit) => Read(c => SqliteHistoryReader.ListMeetings(c, limit));

    /// <inheritdoc />
    public StoredMeeting? FindMeeting(string codeOrId) => Read(c => SqliteHistoryReader.FindMeeting(c, codeOrId));

    /// <inheritdoc />
    public IReadOnlyList<StoredParticipant> ReadParticipants(string meetingId) => Read(c => SqliteHistoryReader.ReadParticipants(c, meetingId));

    /// <inheritdoc />
    public IReadOnlyList<StoredEvent> ReadEvents(string meetingId) => Read(c => SqliteHistoryReader.ReadEvents(c, meetingId));

    /// <inheritdoc />
    public IReadOnlyList<StoredChatLine> ReadChat(string meetingId, ReadOnlySpan<byte> ownKeyHash)
    {
        var key = ownKeyHash.ToArray();
        return Read(c => SqliteHistoryReader.ReadChat(c, meetingId, key));
    }

    /// <inheritdoc />
    public IReadOnlyList<StoredFile> ReadFiles(string meetingId, ReadOnlySpan<byte> ownKeyHash)
    {
        var key = ownKeyHash.ToArray();
        return Read(c => SqliteHistoryReader.ReadFiles(c, meetingId, key));
    }

    /// <inheritdoc />
    public IReadOnlyList<StoredFilePart> ReadFileParts(string fileId) => Read(c => SqliteHistoryReader.ReadFileParts(c, fileId));

    /// <inheritdoc />
    public IReadOnlyList<StoredBan> ReadBans(string meetingId) => Read(c => SqliteHistoryReader.ReadBans(c, meetingId));

    /// <inheritdoc />
    public IReadOnlySet<string> ReadFileIds() => Read(SqliteHistoryReader.ReadFileIds);

    /// <inheritdoc />
    public bool Erase(string meetingId) => Erase("id = $1 AND (ended_at IS NOT NULL OR interrupted_at IS NOT NULL)", meetingId) > 0;

    /// <inheritdoc />
    public int EraseEndedBefore(long at) => Erase("COALESCE(ended_at, interrupted_at) < $1", at);

    /// <inheritdoc />
    public void Backup(string path)
    {
        if (File.Exists(path)) throw new StoreException(StoreFailure.Refused, $"{path} exists already. Choose another name for the copy.");
        var unfinished = $"{path}.part";
        File.Delete(unfinished);
        CreatePrivate(unfinished);
        // A copy without what was erased, in one transaction: the writer goes on meanwhile.
        try
        {
            Read(c => c.Execute("VACUUM INTO $1", ("$1", unfinished)));
            File.Move(unfinished, path, overwrite: false);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Check() => Read<IReadOnlyList<string>>(c =>
    [
        .. c.Rows("PRAGMA integrity_check", r => r.GetString(0)).Where(line => line != "ok"),
        .. c.Rows("PRAGMA foreign_key_check", r => $"a row of {r.GetString(0)} belongs to nothing in {r.GetString(2)}"),
    ]);

    /// <inheritdoc />
    public void Dispose() => _writer?.Dispose();

    /// <summary>Lets the database grow to so many pages and no further: a full disk, for tests.</summary>
    internal void LimitPages(int pages) => Write(writer => writer.LimitPages(pages));

    private int Erase(string which, object value) => Read(c =>
    {
        var erased = c.Execute($"DELETE FROM meetings WHERE {which}", ("$1", value));
        // The log still holds the pages as they were.
        if (erased > 0) c.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        return erased;
    });

    private void Write(Action<SqliteRecordWriter> work)
    {
        _writer ??= new SqliteRecordWriter(_connections.Open());
        try
        {
            work(_writer);
        }
        catch
        {
            // After an error of the disk a new connection looks at it afresh.
            _writer.Dispose();
            _writer = null;
            throw;
        }
    }

    private T Read<T>(Func<SqliteConnection, T> work) => _connections.Try(() =>
    {
        using var connection = _connections.Open();
        return work(connection);
    });

    /// <summary>What people said to each other is not for other users of the machine. SQLite gives its log the permissions of the database.</summary>
    private static void CreatePrivate(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new FileStream(path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Unreachable, $"The history {path} cannot be made: {e.Message}", e);
        }
    }
}
