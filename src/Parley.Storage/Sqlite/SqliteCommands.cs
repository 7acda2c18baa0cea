using Microsoft.Data.Sqlite;

namespace Parley.Storage.Sqlite;

/// <summary>Short words for what every statement needs.</summary>
internal static class SqliteCommands
{
    /// <summary>A command with named parameters.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Runs statements and gives how many rows the last of them changed.</summary>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Does all of it or nothing, holding the write lock from the beginning.</summary>
    /// <remarks>
    /// Not with the wrapper's own transactions: after an error of the disk SQLite has rolled back by itself, and they insist on doing it again
    /// whenever they or their connection are disposed of.
    /// </remarks>
    public static void InTransaction(this SqliteConnection connection, Action work)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            connection.Execute("COMMIT");
        }
        catch
        {
            RollBack(connection);
            throw;
        }
    }

    /// <summary>Every row of a query.</summary>
    public static List<T> Rows<T>(
        this SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private static void RollBack(SqliteConnection connection)
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // There is nothing left to roll back.
        }
    }

    /// <summary>A text or null.</summary>
    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    /// <summary>A number or null.</summary>
    public static long? NumberOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    /// <summary>Bytes.</summary>
    public static ReadOnlyMemory<byte> Bytes(this SqliteDataReader reader, int column) => (byte[])reader.GetValue(column);
}
