using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Benchmarks.Bars;

namespace Parley.Benchmarks.Streams;

/// <summary>The reliable stream beside the kernel's TCP with Reno on one link: <c>bench/baseline/tunlink.c</c> between two network namespaces.</summary>
internal static class KernelRuns
{
    private const string Near = "parley-bench-0";
    private const string Far = "parley-bench-1";
    private const string NearAddress = "10.77.0.1";
    private const string FarAddress = "10.77.0.2";

    /// <summary>Both send packets of this size: then a loss rate means the same for both.</summary>
    private const string Mtu = "1228";

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    /// <summary>Measures and writes its part of the page; says so when it may not make a link.</summary>
    public static async Task RunAsync(StringBuilder text)
    {
        text.AppendLine().AppendLine("## Beside the kernel's Reno on one link").AppendLine();
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            text.AppendLine("Not measured: it needs root, for a link between two network namespaces.");
            return;
        }
        text.AppendLine($"A TUN link of our own (`bench/baseline/tunlink.c`), {Time.TotalSeconds} s for each, one after the other; goodput of both in Mbit/s, packets of {Mtu} bytes.").AppendLine();
        text.AppendLine("| RTT | loss | stream | kernel's Reno | stream / kernel |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (var roundTrip in new[] { 20 })
        {
            foreach (var loss in new[] { "0", "0.005", "0.02" })
            {
                var ours = await OnLinkAsync(roundTrip, loss, () => CopyAsync("stream"));
                var kernel = await OnLinkAsync(roundTrip, loss, () => CopyAsync("tcp"));
                text.AppendLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {roundTrip} ms | {100 * double.Parse(loss, CultureInfo.InvariantCulture)} % | {ours / 1e6:0.00} | {kernel / 1e6:0.00} | {ours / kernel:0.00} |"));
            }
        }
        var together = new double[2];
        await OnLinkAsync(20, "0", async () =>
        {
            var both = await Task.WhenAll(CopyAsync("stream"), CopyAsync("tcp"));
            both.CopyTo(together, 0);
            return 0;
        });
        text.AppendLine().AppendLine(string.Create(
            CultureInfo.InvariantCulture, $"Both at once at 20 ms without loss: stream {together[0] / 1e6:0.00}, kernel {together[1] / 1e6:0.00} Mbit/s."));
    }

    private static async Task<double> OnLinkAsync(int roundTrip, string loss, Func<Task<double>> measure)
    {
        var program = await BaselineCompiler.CompileAsync("tunlink");
        using var link = await MeasuredProcess.StartAsync(program, ["20000000", (roundTrip / 2).ToString(CultureInfo.InvariantCulture), "100", loss, "3"]);
        try
        {
            await SetUpAsync(Near, "parley0", NearAddress);
            await SetUpAsync(Far, "parley1", FarAddress);
            return await measure();
        }
        finally
        {
            await IpAsync(false, "netns", "delete", Near);
            await IpAsync(false, "netns", "delete", Far);
        }
    }

    private static async Task<double> CopyAsync(string kind)
    {
        using var receiver = await MeasuredProcess.StartOwnInAsync(Far, "copy", kind, "receive", FarAddress);
        using var sender = await MeasuredProcess.StartOwnInAsync(Near, "copy", kind, "send", FarAddress, receiver.Port.ToString(CultureInfo.InvariantCulture));
        await sender.AskForNumbersAsync("go");
        var watch = Stopwatch.StartNew();
        await Task.Delay(Time);
        var seconds = watch.Elapsed.TotalSeconds;
        return 8 * (await receiver.AskForNumbersAsync(""))[2] / seconds;
    }

    private static async Task SetUpAsync(string network, string device, string address)
    {
        await IpAsync(true, "netns", "add", network);
        await IpAsync(true, "link", "set", device, "netns", network);
        await IpAsync(true, "-n", network, "address", "add", $"{address}/24", "dev", device);
        await IpAsync(true, "-n", network, "link", "set", device, "mtu", Mtu, "up");
        await IpAsync(true, "-n", network, "link", "set", "lo", "up");
        await IpAsync(true, "netns", "exec", network, "sysctl", "-q", "-w", "net.ipv4.tcp_congestion_control=reno");
    }

    private static async Task IpAsync(bool isNeeded, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (isNeeded && process.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }
}
