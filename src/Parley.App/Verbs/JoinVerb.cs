using System.CommandLine;
using Microsoft.Extensions.Logging;
using Parley.Agent;
using Parley.Protocol.Control;

namespace Parley.App.Verbs;

/// <summary><c>parley join</c>: the agent for one meeting; it serves none.</summary>
internal static class JoinVerb
{
    public static Command Create()
    {
        var flags = new CommonFlags();
        var page = new PageFlags();
        var server = new Argument<string?>("server") { Description = "host, host:port or a parley:// link.", Arity = ArgumentArity.ZeroOrOne };
        var serverFlag = Settings.Text("--server", "The same, as a flag.");
        var code = Settings.Text("--code", "The meeting's six digits.");
        var camera = Settings.Text("--camera", "Accepted for the sake of old habits; choose the camera in the page.");
        var command = new Command("join", "Opens the page to join a meeting.") { server, serverFlag, code, camera };
        page.AddTo(command);
        flags.AddTo(command);
        command.SetAction(async (result, cancel) =>
        {
            var where = result.GetValue(server) ?? result.GetValue(serverFlag) ?? "";
            var digits = "";
            if (where.Length > 0 && !ParleyLink.TryParse(where, out _)) throw new AppException($"'{where}' is not an address or a parley:// link.");
            if (result.GetValue(code) is { } given && !MeetingCode.TryNormalise(given, out digits))
                throw new AppException($"'{given}' is not a code. A code has six digits.");
            var invitation = new AgentInvitation(where, digits);

            using var loggers = flags.Loggers(result, LogLevel.Warning);
            var data = flags.DataOrUsual(result);
            if (await AgentHost.FindRunningAsync(data, invitation) is { } link)
            {
                page.Show(result, link, "Parley is running already.");
                return 0;
            }
            using var shutdown = new Shutdown();
            await using var agent = await AgentHost.StartAsync(page.Options(result, data, flags.Impairment(result)), localServer: null, loggers);
            page.Show(result, agent.CreateLaunchLink(invitation), "Parley is running.");
            await shutdown.WaitAsync(agent.Quitting);
            return 0;
        });
        return command;
    }
}
