using System.Text.Json;
using Parley.EndToEnd.Programs;

namespace Parley.EndToEnd;

/// <summary><c>parley load</c>, the whole program with a server of its own.</summary>
public sealed class LoadOfBots
{
    [Fact]
    public async Task Six_bots_in_two_meetings_join_see_and_hear_and_the_run_ends_by_itself()
    {
        await using var load = ParleyProcess.Start(
            "load", "--participants", "6", "--meeting-size", "3", "--talkers", "1", "--cameras", "1", "--ramp", "6", "--duration", "6", "--json");
        var (exitCode, output) = await load.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 0, output + load.Errors);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(2, report.GetProperty("meetings").GetInt32());
        Assert.Equal(6, report.GetProperty("joined").GetInt32());
        Assert.Equal(6, report.GetProperty("joinMs").GetProperty("count").GetInt32());
        // Four see one camera each, at 15 pictures a second for most of six seconds.
        Assert.InRange(report.GetProperty("videoMs").GetProperty("count").GetInt32(), 4 * 45, 4 * 15 * 8);
        Assert.InRange(report.GetProperty("audioMs").GetProperty("count").GetInt32(), 4 * 2, 4 * 8);
        var server = report.GetProperty("server");
        Assert.InRange(server.GetProperty("cores").GetDouble(), 0.001, 1);
        Assert.True(server.GetProperty("residentBytes").GetDouble() > 20e6);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported_and_the_exit_code_says_so()
    {
        await using var load = ParleyProcess.Start(
            "load", "127.0.0.1:1", "--participants", "2", "--meeting-size", "1", "--ramp", "10", "--duration", "2", "--json");
        var (exitCode, output) = await load.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, exitCode);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, report.GetProperty("joined").GetInt32());
        Assert.Equal(2, report.GetProperty("notJoined").GetProperty("unreachable").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("server").ValueKind);
    }
}
