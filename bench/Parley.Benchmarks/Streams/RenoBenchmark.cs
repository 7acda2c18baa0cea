using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Simulation.Transfers;

namespace Parley.Benchmarks.Streams;

/// <summary>Whether Reno reaches what it should: in the simulator, with real sockets behind an impairment, and beside the kernel's on one link.</summary>
internal static class RenoBenchmark
{
    private const int Seeds = 5;
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    /// <summary>Runs all, prints, and writes down.</summary>
    public static async Task<int> RunAsync(string path)
    {
        var text = new StringBuilder();
        text.AppendLine("# Reno, measured").AppendLine();
        text.AppendLine($"`./dev bench reno` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}.");
        text.AppendLine("20 Mbit/s, headers of IP and UDP included, with a queue of 100 packets in both directions; losses on the way of the data. Rates are of the stream's own bytes; what the link bears of those is 18.89 Mbit/s.").AppendLine();
        Simulate(text);
        await SocketRuns.RunAsync(text);
        await KernelRuns.RunAsync(text);
        Console.WriteLine(text);
        await File.WriteAllTextAsync(path, text.ToString());
        return 0;
    }

    private static void Simulate(StringBuilder text)
    {
        text.AppendLine($"## In the simulator, {Seeds} seeds of a minute").AppendLine();
        text.AppendLine("Expected is the link without loss, else 1.22 MSS/(RTT √p) with an MSS of 1160 bytes.").AppendLine();
        text.AppendLine("| RTT | loss | Mbit/s | of the expected, each seed | bound | recoveries in a run | time-outs in a run |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        foreach (var roundTrip in new[] { 20, 40 })
        {
            foreach (var loss in new[] { 0, 0.005, 0.02 })
            {
                var time = TimeSpan.FromMilliseconds(roundTrip);
                var expected = loss == 0 ? RenoRun.LinkGoodput : RenoRun.Mathis(time, loss);
                var runs = Enumerable.Range(1, Seeds).Select(seed => RenoRun.Alone(time, loss, seed, Minute)).ToList();
                text.AppendLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {roundTrip} ms | {100 * loss} % | {runs.Average(r => r.Goodput) / 1e6:0.00} | {string.Join(", ", runs.Select(r => (r.Goodput / expected).ToString("0.00", CultureInfo.InvariantCulture)))} | {(loss == 0 ? "≥ 0.95" : "0.75–1.25")} | {runs.Average(r => r.FastRecoveries):0} | {runs.Average(r => r.Timeouts):0.0} |"));
            }
        }
        text.AppendLine().AppendLine("Two transfers that begin a second apart, share of the first in the minute after that:").AppendLine();
        foreach (var roundTrip in new[] { 20, 40 })
        {
            var shares = Enumerable.Range(1, Seeds).Select(seed => RenoRun.ShareOfFirst(TimeSpan.FromMilliseconds(roundTrip), seed, Minute));
            text.AppendLine($"- {roundTrip} ms: {string.Join(", ", shares.Select(s => s.ToString("0.00", CultureInfo.InvariantCulture)))}");
        }
    }
}
