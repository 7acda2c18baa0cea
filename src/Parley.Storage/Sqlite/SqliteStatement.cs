using Microsoft.Data.Sqlite;

namespace Parley.Storage.Sqlite;

/// <summary>A statement that is compiled once and run often. Its parameters are <c>$1</c>, <c>$2</c> and so on, in the order of the values.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    public SqliteStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) _command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        _command.Prepare();
    }

    /// <summary>Runs it.</summary>
    public void Run(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            // A value's type may change from run to run.
            _command.Parameters[i].ResetSqliteType();
            _command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                ReadOnlyMemory<byte> bytes => bytes.ToArray(),
                Enum word => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
                var value => value,
            };
        }
        _command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose() => _command.Dispose();
}
