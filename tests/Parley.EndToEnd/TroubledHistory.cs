using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Parley.EndToEnd.Programs;
using Parley.Protocol.Control;
using Parley.Storage.Sqlite;

namespace Parley.EndToEnd;

/// <summary>A disk that hangs or is full: whoever writes is told, the meeting goes on, and afterwards all is well.</summary>
public sealed class TroubledHistory
{
    [Fact]
    public async Task AStoreThatHangs_IsToldAfterThreeSeconds_AndTheLineComesWhenItRecovers()
    {
        await using var server = await RunningServer.StartAsync();
        using var anna = await ChattingClient.StartAsync(server, "Anna");
        var listening = anna.ListenAsync();
        await anna.SayAsync("before");
        await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 1), "the first line is shown");

        // What a disk does that does not answer, a lock does too: the server's writer waits for it. The store is opened first, because it
        // chooses the engine of this process.
        var path = Path.Combine(server.Data, SqliteMeetingStore.FileName);
        SqliteMeetingStore.OpenExisting(path).Dispose();
        using (var other = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            other.Open();
            using var transaction = other.BeginTransaction(deferred: false);
            var began = Stopwatch.StartNew();
            await anna.SayAsync("meanwhile");
            await anna.PingAsync();
            await Deadline.UntilAsync(() => Task.FromResult(anna.Pongs == 1), "what needs no disk is answered");
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(1), $"The server itself waited for the disk: {began.Elapsed}.");
            await Deadline.UntilAsync(() => Task.FromResult(!anna.Refused.IsEmpty), "the writer is told");
            Assert.InRange(began.Elapsed.TotalSeconds, 2.9, 4.5);
            Assert.Equal([RejectReason.NotRecorded], anna.Refused);
            Assert.Equal(["before"], anna.Shown);
        }
        await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 2), "the line is shown after all");
        Assert.Equal(["before", "meanwhile"], anna.Shown);
        Assert.Equal("ok\n", await server.HealthAsync());
        server.Process.Signal("TERM");
        await listening.Within();
    }

    [Fact]
    public async Task AFullDisk_RefusesChatWithItsReason_AndTakesItAgainWhenThereIsRoom()
    {
        if (!OperatingSystem.IsLinux()) return;
        await using var server = await RunningServer.StartWithLimitableFilesAsync();
        using var anna = await ChattingClient.StartAsync(server, "Anna");
        var listening = anna.ListenAsync();
        await anna.SayAsync("before");
        await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 1), "the first line is shown");

        server.Process.LimitFiles("4096");
        await anna.SayAsync("lost");
        await Deadline.UntilAsync(() => Task.FromResult(!anna.Refused.IsEmpty), "the writer is told");
        Assert.Equal([RejectReason.NotRecorded], anna.Refused);
        Assert.Equal(1, await server.MetricAsync("parley_history_failing"));
        using (var ben = await ChattingClient.StartAsync(server, "Ben"))
        {
            // A meeting can begin, and is remembered later.
            Assert.NotEqual("", ben.Meeting);
            server.Process.LimitFiles("unlimited");
            await anna.SayAsync("after");
            await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 2), () => $"there is room again\n{server.Process.Errors}");
            Assert.Equal(["before", "after"], anna.Shown);
            Assert.Equal(0, await server.MetricAsync("parley_history_failing"));
            using var store = SqliteMeetingStore.OpenExisting(Path.Combine(server.Data, SqliteMeetingStore.FileName));
            Assert.Empty(store.Check());
            Assert.Equal(["before", "after"], store.ReadChat(anna.Meeting, []).Select(l => l.Text));
            Assert.Equal("Ben", Assert.Single(store.ReadParticipants(ben.Meeting)).Name);
        }
        server.Process.Signal("TERM");
        await listening.Within();
    }
}
