using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Parley.Agent;
using Parley.Server;

namespace Parley.App.Verbs;

/// <summary><c>parley</c> with no verb: the app, an agent with a server in it for the meetings started here.</summary>
internal static class AppVerb
{
    public static RootCommand Create()
    {
        var flags = new CommonFlags();
        var history = new HistoryFlags();
        var page = new PageFlags();
        var tcpPort = Settings.Flag("--tcp-port", "Control port of meetings started here.", 5000);
        var udpPort = Settings.Flag("--udp-port", "Media port of meetings started here.", 5001);
        var host = Settings.Flag("--host", "Address on which meetings started here are served.", "::");
        var command = new RootCommand("Meetings on your own network: voice, video and chat between the people on a LAN. Without a verb it opens the app.")
        {
            host, tcpPort, udpPort,
        };
        page.AddTo(command);
        history.AddTo(command);
        flags.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            using var loggers = flags.Loggers(result, LogLevel.Warning);
            var data = flags.DataOrUsual(result);
            if (await AgentHost.FindRunningAsync(data) is { } link)
            {
                page.Show(result, link, "Parley is running already.");
                return 0;
            }
            using var shutdown = new Shutdown();
            await using var server = new LocalServer(
                new ServerOptions
                {
                    DataDirectory = Path.Combine(data, "server"),
                    Host = IPAddress.TryParse(result.GetValue(host), out var address) ? address : throw new AppException("--host: not an IP address."),
                    TcpPort = result.GetValue(tcpPort),
                    UdpPort = result.GetValue(udpPort),
                    MayMovePorts = !Settings.IsGiven(result, tcpPort) && !Settings.IsGiven(result, udpPort),
                    Product = Product.Name,
                    History = history.Options(result),
                    Impairment = flags.Impairment(result),
                },
                loggers);
            await using var agent = await AgentHost.StartAsync(page.Options(result, data, flags.Impairment(result)), server, loggers);
            page.Show(result, agent.CreateLaunchLink(), "Parley is running.");
            shutdown.Objection = AskOnce(agent);
            await shutdown.WaitAsync(agent.Quitting);
            return 0;
        });
        return command;
    }

    /// <summary>Ctrl+C while others are in a meeting served here asks first; SIGTERM comes from a system that has decided.</summary>
    private static Func<PosixSignal, bool> AskOnce(AgentHost agent)
    {
        var hasAsked = false;
        return signal =>
        {
            if (signal != PosixSignal.SIGINT || hasAsked || agent.HostsOthers == 0) return false;
            hasAsked = true;
            Console.WriteLine($"{agent.HostsOthers} other {(agent.HostsOthers == 1 ? "person is" : "people are")} in a meeting that runs here.");
            Console.WriteLine("Press Ctrl+C again to end it for them. Or close the page: the meeting goes on without it.");
            return true;
        };
    }
}
