using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Server;

namespace Parley.App.Verbs;

/// <summary><c>parley serve</c>: the server alone, for a machine that stays on.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var flags = new CommonFlags();
        var history = new HistoryFlags();
        var host = Settings.Flag("--host", "Address to listen on; 0.0.0.0 for all of IPv4, :: for all.", "0.0.0.0");
        var tcpPort = Settings.Flag("--tcp-port", "Control port; 0 for any free one.", 5000);
        var udpPort = Settings.Flag("--udp-port", "Media port; 0 for any free one.", 5001);
        var admin = Settings.Flag("--admin", "Address of /healthz and /metrics, or none.", "127.0.0.1:8444");
        var webPort = Settings.Flag("--web-port", "Reserved for guests by link (a later version); nothing listens there yet.", 8443);
        var command = new Command("serve", "Runs the server alone. Prints one line 'ready …' when it listens.") { host, tcpPort, udpPort, admin, webPort };
        history.AddTo(command);
        flags.AddTo(command);
        command.SetAction(async (result, _) =>
        {
            using var shutdown = new Shutdown();
            using var loggers = flags.Loggers(result, LogLevel.Information);
            var options = new ServerOptions
            {
                DataDirectory = flags.Data(result) ?? Path.Combine(flags.DataOrUsual(result), "server"),
                Host = IPAddress.TryParse(result.GetValue(host), out var address)
                    ? address
                    : throw new AppException($"--host: '{result.GetValue(host)}' is not an IP address. Use 0.0.0.0, :: or an address of this machine."),
                TcpPort = Port(result.GetValue(tcpPort), "--tcp-port"),
                UdpPort = Port(result.GetValue(udpPort), "--udp-port"),
                Admin = AdminAddress(result.GetValue(admin)!),
                Product = Product.Name,
                History = history.Options(result),
                Impairment = flags.Impairment(result),
            };
            await using var server = await ServerHost.StartAsync(options, loggers);
            Console.WriteLine(
                $"ready tcp={new IPEndPoint(options.Host, server.TcpPort)} udp={new IPEndPoint(options.Host, server.UdpPort)} " +
                $"admin={server.AdminAddress?.ToString() ?? "none"} key={server.KeyHashText}");
            await shutdown.WaitAsync();
            return 0;
        });
        return command;
    }

    private static int Port(int port, string name) =>
        port is >= 0 and <= 65535 ? port : throw new AppException($"{name}: {port} is not a port. Use 0 to 65535.");

    private static IPEndPoint? AdminAddress(string text) =>
        text == "none" ? null
        : IPEndPoint.TryParse(text, out var address) ? address
        : throw new AppException($"--admin: '{text}' is not an address and port, like 127.0.0.1:8444.");
}
