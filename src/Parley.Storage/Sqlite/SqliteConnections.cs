using Microsoft.Data.Sqlite;

namespace Parley.Storage.Sqlite;

/// <summary>Opens connections to one database file, each with the settings that SQLite keeps for a connection only, and says its errors in sentences.</summary>
/// <param name="path">The file.</param>
/// <param name="isDurable">Whether a commit waits for the disk itself.</param>
internal sealed class SqliteConnections(string path, bool isDurable)
{
    // SQLite's result codes (sqlite.org/rescode.html).
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>How long a statement waits for another program's lock.</summary>
    private const int BusyMilliseconds = 5000;

    /// <summary>Pages in the log after which a commit itself copies them home, should nobody have flushed for so long: 40 MiB.</summary>
    private const int PagesBeforeCheckpoint = 10_000;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Opens a connection for one thread.</summary>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusyMilliseconds / 1000,
        }.ToString());
        try
        {
            connection.Open();
            // secure_delete: what is erased is overwritten, not only forgotten.
            connection.Execute(
                $"""
                PRAGMA busy_timeout = {BusyMilliseconds};
                PRAGMA foreign_keys = ON;
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = {(isDurable ? "FULL" : "NORMAL")};
                PRAGMA wal_autocheckpoint = {PagesBeforeCheckpoint};
                PRAGMA secure_delete = ON;
                PRAGMA trusted_schema = OFF;
                PRAGMA temp_store = MEMORY;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs something and turns the engine's errors into ours.</summary>
    public T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw ToStoreException(e);
        }
    }

    private StoreException ToStoreException(SqliteException e) => e.SqliteErrorCode switch
    {
        Full => new StoreException(StoreFailure.Full, $"There is no space left for the history {Path}. Free some space on that disk.", e),
        Busy or Locked => new StoreException(StoreFailure.Busy, $"Another program holds the history {Path} for too long.", e),
        ReadOnly => new StoreException(StoreFailure.Unreachable, $"The history {Path} may not be written. Look at the permissions of the file and its directory.", e),
        IoError or CannotOpen => new StoreException(StoreFailure.Unreachable, $"The history {Path} cannot be read or written ({e.Message.TrimEnd('.')}).", e),
        Corrupt or NotADatabase => new StoreException(
            StoreFailure.Damaged, $"The history {Path} is damaged. Put a copy of it back, or move it away to begin anew, or start with --no-history.", e),
        _ => new StoreException(StoreFailure.Refused, $"The history {Path} refused a record ({e.Message.TrimEnd('.')}).", e),
    };
}
