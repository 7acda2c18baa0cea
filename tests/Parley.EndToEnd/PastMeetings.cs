using System.Text.Json;
using Parley.EndToEnd.Programs;

namespace Parley.EndToEnd;

/// <summary><c>parley history</c> beside a server that runs, and after it.</summary>
public sealed class PastMeetings
{
    [Fact]
    public async Task AMeeting_IsListedShownExportedCopiedAndErased()
    {
        var data = Directory.CreateTempSubdirectory("parley-e2e-history-").FullName;
        try
        {
            string meeting;
            await using (var server = await RunningServer.StartInAsync(data))
            {
                using var anna = await ChattingClient.StartAsync(server, "Anna");
                meeting = anna.Meeting;
                var listening = anna.ListenAsync();
                await anna.SayAsync("to be remembered");
                await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 1), "the line is shown");

                Assert.Contains("is running", await HistoryAsync(data, 0), StringComparison.Ordinal);
                Assert.Equal("", await HistoryAsync(data, 0, "backup", Path.Combine(data, "copy.db")));
                Assert.Equal("", await HistoryAsync(data, 1, "erase", meeting));
                server.Process.Signal("TERM");
                await listening.Within();
                Assert.Equal(0, (await server.Process.WaitAsync(Deadline.Long)).ExitCode);
            }
            using var list = JsonDocument.Parse(await HistoryAsync(data, 0, "--json"));
            Assert.Equal(("serverStopped", 1), (list.RootElement[0].GetProperty("endReason").GetString(), list.RootElement[0].GetProperty("lines").GetInt32()));
            Assert.Contains("Anna: to be remembered", await HistoryAsync(data, 0, "show", meeting), StringComparison.Ordinal);

            var file = Path.Combine(data, "meeting.json");
            await HistoryAsync(data, 0, "export", meeting, file);
            using var export = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            Assert.Equal("to be remembered", export.RootElement.GetProperty("chat")[0].GetProperty("text").GetString());
            // What exists is not overwritten.
            await HistoryAsync(data, 1, "export", meeting, file);

            Assert.Equal("ok", await HistoryAsync(data, 0, "check"));
            await HistoryAsync(data, 0, "erase", meeting);
            Assert.Equal("No meetings are remembered.", await HistoryAsync(data, 0));
            var copy = Directory.CreateDirectory(Path.Combine(data, "copied")).FullName;
            File.Move(Path.Combine(data, "copy.db"), Path.Combine(copy, "history.db"));
            Assert.Contains("Anna: to be remembered", await HistoryAsync(copy, 0, "show", meeting), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task AServerThatRemembersNothing_LeavesNothing()
    {
        await using var server = await RunningServer.StartAsync("--no-history");
        using var anna = await ChattingClient.StartAsync(server, "Anna");
        var listening = anna.ListenAsync();
        await anna.SayAsync("forget me");
        await Deadline.UntilAsync(() => Task.FromResult(anna.Shown.Count == 1), "the line is shown");
        Assert.Equal(["identity.pfx"], Directory.GetFiles(server.Data).Select(Path.GetFileName));
        server.Process.Signal("TERM");
        await listening.Within();
    }

    [Fact]
    public async Task AHistoryThatIsDamaged_IsSaidInASentenceAtTheStart()
    {
        var data = Directory.CreateTempSubdirectory("parley-e2e-history-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(data, "history.db"), new string('x', 5000));
            await using var process = ParleyProcess.Start(
                "serve", "--host", "127.0.0.1", "--tcp-port", "0", "--udp-port", "0", "--admin", "none", "--data", data, "--log-level", "none");
            Assert.Equal(1, (await process.WaitAsync(Deadline.Long)).ExitCode);
            Assert.Contains("is damaged", process.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<string> HistoryAsync(string data, int exitCode, params string[] arguments)
    {
        await using var process = ParleyProcess.Start(["history", .. arguments, "--data", data]);
        var (code, text) = await process.WaitAsync(Deadline.Long);
        Assert.True(code == exitCode, $"history {string.Join(' ', arguments)}: {code}\n{text}\n{process.Errors}");
        return text.TrimEnd();
    }
}
