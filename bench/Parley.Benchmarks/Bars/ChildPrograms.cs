using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Benchmarks.Streams;
using Parley.Net;
using Parley.Protocol.Addressing;
using Parley.Server;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Bars;

/// <summary>What is measured runs in processes of its own, which this program starts of itself: <c>child relay …</c>, <c>child server</c>.</summary>
/// <remarks>Each prints "ready" and its ports, answers a line with the bytes allocated and the gen-0 collections so far, and ends with its input.</remarks>
internal static class ChildPrograms
{
    /// <summary>Runs one.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["relay", var protection, var runs, var key, .. var ports]:
                await RelayAsync(protection == "sealed" ? key : null, runs == "runs", ports);
                return 0;
            case ["server"]:
                await ServeAsync();
                return 0;
            case ["copy", .. var copy]:
                return await CopyPrograms.RunAsync(copy);
            default:
                return 1;
        }
    }

    private static async Task RelayAsync(string? key, bool sendsRuns, string[] ports)
    {
        MasterKey? master = null;
        if (key is not null && !MasterKey.TryParse(Convert.FromHexString(key), out master)) throw new ArgumentException("Not a master key.", nameof(key));
        var receivers = ports.Select(p => TransportAddress.From(IPAddress.Loopback, int.Parse(p, CultureInfo.InvariantCulture))).ToArray();
        using var identity = Identity.Create();
        var options = new ShardLoopOptions
        {
            Name = "relay",
            UdpAddress = IPAddress.Loopback,
            Identity = identity,
            Sockets = new DatagramSocketOptions { SplitRuns = !sendsRuns },
        };
        await using var loop = new ShardLoop(options, new RelayEndpoint(receivers, master, AeadCiphers.Choose()));
        loop.Start();
        await AnswerAsync(loop.LocalUdp.Port);
    }

    private static async Task ServeAsync()
    {
        var options = new ServerOptions { Host = IPAddress.Loopback, TcpPort = 0, UdpPort = 0 };
        await using var server = await ServerHost.StartAsync(options, NullLoggerFactory.Instance);
        await AnswerAsync(server.TcpPort);
    }

    private static async Task AnswerAsync(int port)
    {
        await Console.Out.WriteLineAsync($"ready {port.ToString(CultureInfo.InvariantCulture)}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            // What came before, joins for instance, is not charged to the minute that is measured.
#pragma warning disable S1215 // The minute that is measured begins with an empty nursery.
            if (line == "collect") GC.Collect();
#pragma warning restore S1215
            var answer = string.Create(CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.CollectionCount(0)}");
            await Console.Out.WriteLineAsync(answer);
        }
    }
}
