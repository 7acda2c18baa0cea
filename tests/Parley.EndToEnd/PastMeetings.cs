using System.Text.Json;
using Parley.EndToEnd.Programs;
using Parley.Protocol.Control;

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
    public async Task PrivateLines_AreInNothingThatTheServerGivesOut()
    {
        await using var server = await RunningServer.StartAsync();
        using var anna = await HandmadeClient.GreetAsync(server);
        await anna.SendAsync(new CreateMeeting("Anna", ""));
        var meeting = (await anna.ReadAsync<Joined>()).Meeting;
        using var ben = await HandmadeClient.GreetAsync(server);
        await ben.SendAsync(new RequestJoin(meeting.Code, "Ben"));
        await anna.SendAsync(new AdmitRequest((await UntilAsync<JoinRequested>(anna)).Request.Id));
        var seat = await UntilAsync<Joined>(ben);
        await anna.SendAsync(new PostChat("1", "for everyone"));
        await anna.SendAsync(new PostChat("2", "a secret", seat.Me));
        Assert.Equal("for everyone", (await UntilAsync<ChatLinePosted>(ben, p => p.Line.Kind == ChatLineKind.Text)).Line.Text);
        Assert.Equal("a secret", (await UntilAsync<ChatLinePosted>(ben, p => p.Line.Kind == ChatLineKind.Text)).Line.Text);

        var file = Path.Combine(server.Data, "meeting.txt");
        await HistoryAsync(server.Data, 0, "export", meeting.Id, file);
        string[] given =
        [
            await HistoryAsync(server.Data, 0), await HistoryAsync(server.Data, 0, "show", meeting.Id), await HistoryAsync(server.Data, 0, "show", meeting.Id, "--json"),
            await File.ReadAllTextAsync(file),
            // The key in this directory is the server's, and the server is nobody in the meeting.
            await HistoryAsync(server.Data, 0, "show", meeting.Id, "--mine"),
        ];
        Assert.All(given, text => Assert.DoesNotContain("secret", text, StringComparison.Ordinal));
        Assert.All(given[1..], text => Assert.Contains("for everyone", text, StringComparison.Ordinal));

        // Where there is no key, nothing is anybody's own.
        var elsewhere = Directory.CreateDirectory(Path.Combine(server.Data, "elsewhere")).FullName;
        await HistoryAsync(server.Data, 0, "backup", Path.Combine(elsewhere, "history.db"));
        await HistoryAsync(elsewhere, 0, "show", meeting.Id);
        await HistoryAsync(elsewhere, 1, "show", meeting.Id, "--mine");
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

    private static async Task<T> UntilAsync<T>(HandmadeClient client, Predicate<T>? isIt = null)
        where T : ServerMessage
    {
        while (true)
        {
            var message = await client.ReadAsync();
            Assert.NotNull(message);
            if (message is T wanted && isIt?.Invoke(wanted) != false) return wanted;
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
