using System.Text;
using Parley.Storage.Sqlite;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests.Sqlite;

/// <summary>The contract on SQLite, and what is SQLite's own: its file.</summary>
public sealed class SqliteMeetingStoreTests : MeetingStoreContract, IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File(SqliteMeetingStore.FileName);

    public void Dispose() => _directory.Dispose();

    protected override IMeetingStore Open() => SqliteMeetingStore.Open(Path);

    [Fact]
    public void The_engine_is_the_systems_where_the_system_has_one()
    {
        using var store = Open();
        Assert.Matches(@"^SQLite \d+\.\d+\.\d+ \((the system's|bundled)\)$", store.Engine);
        if (OperatingSystem.IsLinux() && System.Runtime.InteropServices.NativeLibrary.TryLoad("libsqlite3.so.0", out _))
            Assert.Contains("the system's", store.Engine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Every_connection_writes_ahead_and_checks_keys_and_overwrites_what_it_erases(bool isDurable, long synchronous)
    {
        SqliteMeetingStore.Open(Path, isDurable).Dispose();
        using var connection = new SqliteConnections(Path, isDurable).Open();
        Assert.Equal("wal", Pragma("journal_mode"));
        Assert.Equal((synchronous, 1L, 1L, 5000L), (Pragma("synchronous"), Pragma("foreign_keys"), Pragma("secure_delete"), Pragma("busy_timeout")));

        object? Pragma(string name)
        {
            using var command = connection.Command($"PRAGMA {name}");
            return command.ExecuteScalar();
        }
    }

    [Fact]
    public void An_older_database_is_brought_up_to_date_with_what_is_in_it()
    {
        using (var old = SqliteMeetingStore.Open(Path, isDurable: false, [SqliteMigration.All[0]]))
        {
            using var connection = new SqliteConnections(Path, isDurable: false).Open();
            connection.Execute("INSERT INTO meetings (id, code, title, started_at) VALUES ('m', '482913', 'Monday', 1000)");
            Assert.Equal(1, SqliteSchema.VersionOf(connection));
        }
        using var store = Open();
        Assert.Equal("Monday", store.FindMeeting("m")!.Title);
        store.Append([Facts.Announced("f1")]);
        Assert.Single(store.ReadFileIds());
    }

    [Fact]
    public void An_older_database_is_not_changed_by_a_reader()
    {
        SqliteMeetingStore.Open(Path, isDurable: false, [SqliteMigration.All[0]]).Dispose();
        var error = Assert.Throws<StoreException>(() => SqliteMeetingStore.OpenExisting(Path));
        Assert.Equal(StoreFailure.TooOld, error.Failure);
        using var connection = new SqliteConnections(Path, isDurable: false).Open();
        Assert.Equal(1, SqliteSchema.VersionOf(connection));
    }

    [Fact]
    public void A_step_that_fails_leaves_the_database_as_it_was()
    {
        using (var store = Open()) store.Append([Facts.Created()]);
        SqliteMigration half = new(3, "CREATE TABLE more (id TEXT); CREATE TABLE meetings (id TEXT)");
        Assert.Throws<StoreException>(() => SqliteMeetingStore.Open(Path, isDurable: false, [.. SqliteMigration.All, half]));
        using var connection = new SqliteConnections(Path, isDurable: false).Open();
        Assert.Equal(2, SqliteSchema.VersionOf(connection));
        Assert.Empty(connection.Rows("SELECT name FROM sqlite_master WHERE name = 'more'", r => r.GetString(0)));
        using var again = Open();
        Assert.NotNull(again.FindMeeting(Facts.Meeting));
    }

    [Fact]
    public void A_newer_database_is_refused_with_a_sentence_and_left_alone()
    {
        SqliteMeetingStore.Open(Path, isDurable: false, [.. SqliteMigration.All, new SqliteMigration(3, "CREATE TABLE later (id TEXT)")]).Dispose();
        foreach (var open in new Func<IMeetingStore>[] { Open, () => SqliteMeetingStore.OpenExisting(Path) })
        {
            var error = Assert.Throws<StoreException>(open);
            Assert.Equal(StoreFailure.TooNew, error.Failure);
            Assert.Contains("made by a newer Parley (its schema is 3, this one knows 2)", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_damaged_database_is_refused_with_a_sentence()
    {
        File.WriteAllBytes(Path, [.. Encoding.ASCII.GetBytes("this is not a database"), .. new byte[10_000]]);
        var error = Assert.Throws<StoreException>(Open);
        Assert.Equal(StoreFailure.Damaged, error.Failure);
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_a_reader_makes_none()
    {
        Assert.Equal(StoreFailure.Missing, Assert.Throws<StoreException>(() => SqliteMeetingStore.OpenExisting(Path)).Failure);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_full_disk_writes_all_or_nothing_and_says_so()
    {
        using var store = Open();
        store.Append([Facts.Created()]);
        Fill();
        var error = Assert.Throws<StoreException>(() => store.Append([Facts.Line(1), Facts.Line(2, new string('x', 200_000))]));
        Assert.Equal(StoreFailure.Full, error.Failure);
        Assert.Contains("no space left", error.Message, StringComparison.Ordinal);
        Assert.Empty(store.ReadChat(Facts.Meeting, []));
        MakeRoom();
        store.Append([Facts.Line(1), Facts.Line(2)]);
        Assert.Equal(2, store.ReadChat(Facts.Meeting, []).Count);

        // SQLite refuses to grow the file as it does on a full disk.
        void Fill() => ((SqliteMeetingStore)store).LimitPages(1);
        void MakeRoom() => ((SqliteMeetingStore)store).LimitPages(1_000_000);
    }

    [Fact]
    public void A_copy_made_while_it_is_written_is_a_whole_history()
    {
        using var store = Open();
        store.Append(Facts.Conversation());
        var copy = _directory.File("copy.db");
        store.Backup(copy);
        store.Append([Facts.Line(5, "after the copy")]);
        Assert.Equal(StoreFailure.Refused, Assert.Throws<StoreException>(() => store.Backup(copy)).Failure);
        using var copied = SqliteMeetingStore.OpenExisting(copy);
        Assert.Equal([1L, 4], copied.ReadChat(Facts.Meeting, []).Select(l => l.Number));
        Assert.Empty(copied.Check());
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.part"));
    }

    [Fact]
    public void What_is_erased_is_in_none_of_the_files_any_more()
    {
        const string Secret = "Karlsruhe-4711-Zwetschgenkuchen";
        using var store = Open();
        store.Append([Facts.Created(), .. Enumerable.Range(1, 200).Select(i => Facts.Line(i, $"{Secret} {i}")), Facts.Ended(), Facts.Created("other")]);
        Assert.True(Bytes().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);
        Assert.True(store.Erase(Facts.Meeting));
        Assert.Equal(-1, Bytes().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));

        byte[] Bytes() => [.. Directory.GetFiles(_directory.Path).Order(StringComparer.Ordinal).SelectMany(File.ReadAllBytes)];
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        if (OperatingSystem.IsWindows()) return;
        using var store = Open();
        store.Append([Facts.Created()]);
        store.Backup(_directory.File("copy.db"));
        foreach (var file in Directory.GetFiles(_directory.Path)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Two_programs_may_write_one_history()
    {
        using var store = Open();
        using var other = Open();
        for (var i = 0; i < 20; i++)
        {
            store.Append([Facts.Line(i, meeting: "one")]);
            other.Append([Facts.Line(i, meeting: "two")]);
        }
        Assert.Equal([20L, 20], store.ListMeetings(10).Select(m => m.Lines));
    }
}
