using Parley.Storage.Sqlite;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests.Sqlite;

public sealed class SqliteLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Database => _directory.File("history.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_copied_home_once_a_minute_and_sooner_when_it_is_large()
    {
        var log = new SqliteLog(Database, now: 0);
        Assert.Equal([false, true, false, true], new[] { 59_999L, 60_000, 119_999, 120_000 }.Select(log.IsDueHome));
        File.WriteAllBytes($"{Database}-wal", new byte[(4 * 1024 * 1024) + 1]);
        Assert.True(log.IsDueHome(120_001));
    }

    [Fact]
    public void Without_a_log_there_is_nothing_to_flush() => new SqliteLog(Database, now: 0).Flush();

    [Fact]
    public void Flushing_takes_no_lock_from_the_writer()
    {
        using var store = SqliteMeetingStore.Open(Database);
        for (var i = 1; i <= 20; i++)
        {
            store.Append([Facts.Line(i)]);
            store.Flush();
        }
        Assert.True(new FileInfo($"{Database}-wal").Length > 0);
        using var other = SqliteMeetingStore.Open(Database);
        other.Append([Facts.Line(21)]);
        Assert.Equal(21, store.ReadChat(Facts.Meeting, []).Count);
        Assert.Empty(store.Check());
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_a_failure_with_a_sentence()
    {
        Directory.CreateDirectory($"{Database}-wal");
        var error = Assert.Throws<StoreException>(new SqliteLog(Database, now: 0).Flush);
        Assert.Equal(StoreFailure.Unreachable, error.Failure);
    }
}
