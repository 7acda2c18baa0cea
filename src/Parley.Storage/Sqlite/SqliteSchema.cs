using Microsoft.Data.Sqlite;

namespace Parley.Storage.Sqlite;

/// <summary>Brings a database to the schema that this program knows, one transaction for each step.</summary>
internal static class SqliteSchema
{
    /// <summary>The version of a database; 0 for an empty one.</summary>
    public static int VersionOf(SqliteConnection connection)
    {
        using var exists = connection.Command("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'");
        if ((long)exists.ExecuteScalar()! == 0) return 0;
        using var version = connection.Command("SELECT COALESCE(MAX(version), 0) FROM schema_versions");
        return (int)(long)version.ExecuteScalar()!;
    }

    /// <summary>Takes the steps that are missing.</summary>
    /// <exception cref="StoreException">The database is newer than this program.</exception>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<SqliteMigration> migrations)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)");
        foreach (var migration in migrations)
        {
            // Another program may be at the same step: whoever has the lock looks again.
            connection.InTransaction(() =>
            {
                RefuseNewer(connection, migrations);
                if (VersionOf(connection) >= migration.Version) return;
                connection.Execute(migration.Sql);
                connection.Execute(
                    "INSERT INTO schema_versions (version, applied_at) VALUES ($version, $at)", ("$version", migration.Version),
                    ("$at", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            });
        }
    }

    /// <summary>A newer schema may mean what this program does not know; writing into it would damage it.</summary>
    public static void RefuseNewer(SqliteConnection connection, IReadOnlyList<SqliteMigration> migrations)
    {
        var version = VersionOf(connection);
        if (version > migrations[^1].Version)
        {
            throw new StoreException(
                StoreFailure.TooNew,
                $"The history {connection.DataSource} was made by a newer Parley (its schema is {version}, this one knows {migrations[^1].Version}). "
                + "Update Parley, or use another data directory.");
        }
    }
}
