using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Benchmarks.Bars;
using Parley.Simulation.Transfers;

namespace Parley.Benchmarks.Streams;

/// <summary>The reliable stream through real sockets on loopback, its sender behind what <c>--impair</c> makes of a network.</summary>
internal static class SocketRuns
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(8);

    /// <summary>Measures and writes its part of the page.</summary>
    public static async Task RunAsync(StringBuilder text)
    {
        text.AppendLine().AppendLine($"## With real sockets and an impaired network, {Time.TotalSeconds} s each").AppendLine();
        text.AppendLine("| RTT | loss | Mbit/s | of the expected |");
        text.AppendLine("|---|---|---|---|");
        foreach (var roundTrip in new[] { 20, 40 })
        {
            foreach (var loss in new[] { 0, 0.005, 0.02 })
            {
                var rate = await MeasureAsync(roundTrip, loss);
                var expected = loss == 0 ? RenoRun.LinkGoodput : RenoRun.Mathis(TimeSpan.FromMilliseconds(roundTrip), loss);
                text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"| {roundTrip} ms | {100 * loss} % | {rate / 1e6:0.00} | {rate / expected:0.00} |"));
            }
        }
    }

    private static async Task<double> MeasureAsync(int roundTrip, double loss)
    {
        // Losses and rate on the way of the data; the delay of half the round trip in both directions.
        var network = string.Create(CultureInfo.InvariantCulture, $"delay={roundTrip}ms,rate=20mbit,queue=100p,loss={100 * loss}%,direction=up,seed=3");
        using var receiver = await MeasuredProcess.StartOwnAsync("copy", "stream", "receive", "127.0.0.1");
        using var sender = await MeasuredProcess.StartOwnAsync("copy", "stream", "send", "127.0.0.1", receiver.Port.ToString(CultureInfo.InvariantCulture), network);
        await sender.AskForNumbersAsync("go");
        var watch = Stopwatch.StartNew();
        await Task.Delay(Time);
        var seconds = watch.Elapsed.TotalSeconds;
        return 8 * (await receiver.AskForNumbersAsync(""))[2] / seconds;
    }
}
