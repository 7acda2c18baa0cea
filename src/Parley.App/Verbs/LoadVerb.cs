using System.CommandLine;
using Microsoft.Extensions.Logging;
using Parley.App.Load;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Protocol.Control;

namespace Parley.App.Verbs;

/// <summary><c>parley load</c>: many bots in many meetings with a ramp, and a report of what they got and what it cost the server.</summary>
internal static class LoadVerb
{
    public static Command Create()
    {
        var flags = new CommonFlags();
        var server = new Argument<string?>("server")
        {
            Description = "host, host:port or a parley:// link; without it a server is started on this machine for the run.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var admin = Settings.Text("--admin", "host:port of the server's /metrics, for its CPU and memory.");
        var participants = Settings.Flag("--participants", "Bots in all.", 20);
        var meetingSize = Settings.Flag("--meeting-size", "Bots in a meeting.", 5);
        var talkers = Settings.Flag("--talkers", "How many of each meeting speak.", 2);
        var cameras = Settings.Flag("--cameras", "How many of each meeting show pictures.", 2);
        var ramp = Settings.Flag("--ramp", "Joins a second.", 5.0);
        var duration = Settings.Flag("--duration", "Seconds that everybody stays.", 30.0);
        var json = Settings.Flag("--json", "Prints the report as one JSON document on standard output.", false);
        var command = new Command("load", "Fills meetings with bots and reports joins, delays, losses, and what the server used.")
        {
            server, admin, participants, meetingSize, talkers, cameras, ramp, duration, json,
        };
        flags.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            using var loggers = flags.Loggers(result, LogLevel.Error);
            using var shutdown = new Shutdown();
            await using var own = result.GetValue(server) is null ? await OwnServer.StartAsync() : null;
            var where = result.GetValue(server) ?? own!.Address;
            if (!ParleyLink.TryParse(where, out var link)) throw new AppException($"'{where}' is not an address or a parley:// link.");
            var plan = new LoadPlan
            {
                Join = new JoinPlan(link!.Host, link.Port, link.KeyHash, "Load", null),
                Participants = Within(result.GetValue(participants), 1, LoadPlan.MaxParticipants, "--participants"),
                MeetingSize = Within(result.GetValue(meetingSize), 1, Protocol.Limits.MaxParticipants, "--meeting-size"),
                Talkers = Within(result.GetValue(talkers), 0, Protocol.Limits.MaxParticipants, "--talkers"),
                Cameras = Within(result.GetValue(cameras), 0, Protocol.Limits.MaxParticipants, "--cameras"),
                Ramp = Math.Clamp(result.GetValue(ramp), 0.1, 1000),
                Duration = TimeSpan.FromSeconds(Math.Clamp(result.GetValue(duration), 2, 3600)),
                Media = new BotPlan { Join = new JoinPlan("", 0, default, "", null), Video = BotVideoKind.TestCard, DoorPatience = TimeSpan.FromSeconds(20) },
                Impairment = flags.Impairment(result),
            };
            using var meter = new ServerMeter(
                own?.Admin ?? (result.GetValue(admin) is { } text
                    ? Uri.TryCreate("http://" + text, UriKind.Absolute, out var uri) ? uri : throw new AppException($"--admin: '{text}' is not an address and port.")
                    : null));
            var report = await new LoadRun(plan, loggers, meter).RunAsync(shutdown.Token);
            Console.WriteLine(result.GetValue(json) ? report.ToJson() : report.ToText());
            return report.IsClean ? 0 : 1;
        });
        return command;
    }

    private static int Within(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw new AppException($"{name}: {value} is not between {least} and {most}.");
}
