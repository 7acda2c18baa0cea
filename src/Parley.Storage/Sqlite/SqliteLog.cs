namespace Parley.Storage.Sqlite;

/// <summary>
/// The log beside a database (<c>-wal</c>), where every commit goes first. Flushing the log alone brings all commits out of reach of a power cut,
/// since SQLite reads it back at the next opening up to the last whole one; no commit waits for it meanwhile.
/// </summary>
/// <remarks>For one thread at a time. SQLite's locks are on the database and its index, so that closing a handle of the log gives none of them away.</remarks>
/// <param name="database">Path of the database.</param>
/// <param name="now">Milliseconds of the machine.</param>
internal sealed class SqliteLog(string database, long now)
{
    private const long HomeInterval = 60_000;
    private const long LargeLog = 4 * 1024 * 1024;

    private readonly string _path = $"{database}-wal";
    private long _homeAt = now + HomeInterval;

    /// <summary>Waits until everything in the log has reached the disk.</summary>
    /// <exception cref="StoreException">The disk refuses.</exception>
    public void Flush()
    {
        try
        {
            // Windows flushes only what it may write.
            using var log = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(log);
        }
        catch (FileNotFoundException)
        {
            // The last connection was closed and took everything home.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFailure.Unreachable, $"The history's log {_path} cannot be brought to the disk: {e.Message}", e);
        }
    }

    /// <summary>Whether the log has grown large or old enough to be copied into the database; true once a minute at most, unless it is large.</summary>
    /// <param name="now">Milliseconds of the machine.</param>
    public bool IsDueHome(long now)
    {
        if (now < _homeAt && !(new FileInfo(_path) is { Exists: true, Length: > LargeLog })) return false;
        _homeAt = now + HomeInterval;
        return true;
    }
}
