using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Benchmarks.Bars;

namespace Parley.Benchmarks.Streams;

/// <summary>How fast the reliable stream copies over loopback, and what that costs on each side, beside a plain TLS copy in turns.</summary>
internal static class StreamBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    private sealed record Sample(double Rate, double SendCores, double ReceiveCores, double Allocated);

    /// <summary>Measures, prints, and writes down.</summary>
    public static async Task<int> RunAsync(string path)
    {
        var ours = new List<Sample>();
        var tls = new List<Sample>();
        using var streamReceiver = await MeasuredProcess.StartOwnAsync("copy", "stream", "receive", "127.0.0.1");
        using var streamSender = await MeasuredProcess.StartOwnAsync("copy", "stream", "send", "127.0.0.1", Text(streamReceiver.Port));
        using var tlsReceiver = await MeasuredProcess.StartOwnAsync("copy", "tls", "receive", "127.0.0.1");
        using var tlsSender = await MeasuredProcess.StartOwnAsync("copy", "tls", "send", "127.0.0.1", Text(tlsReceiver.Port));
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await MeasureAsync(streamSender, streamReceiver));
            tls.Add(await MeasureAsync(tlsSender, tlsReceiver));
        }
        var text = new StringBuilder();
        text.AppendLine("# The reliable stream over loopback, beside TLS").AppendLine();
        text.AppendLine($"`./dev bench stream` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription},");
        text.AppendLine($"{RuntimeInformation.FrameworkDescription}. Two processes for each; {Rounds} rounds in turns, {Time.TotalSeconds} s each after {WarmUp.TotalSeconds} s; medians. Memory to memory:");
        text.AppendLine("no disk, no hash. Cores are processor time over time that passed.").AppendLine();
        text.AppendLine("| copy | MB/s | cores sending | cores receiving | CPU ms/MB sending | CPU ms/MB receiving | bytes allocated for a MB |");
        text.AppendLine("|---|---|---|---|---|---|---|");
        text.AppendLine(Row("reliable stream, 1200-byte datagrams", ours));
        text.AppendLine(Row("TLS over TCP (SslStream)", tls));
        Console.WriteLine(text);
        await File.WriteAllTextAsync(path, text.ToString());
        return 0;
    }

    private static async Task<Sample> MeasureAsync(MeasuredProcess sender, MeasuredProcess receiver)
    {
        await sender.AskForNumbersAsync("go");
        await Task.Delay(WarmUp);
        var before = await sender.AskForNumbersAsync("");
        var otherBefore = await receiver.AskForNumbersAsync("");
        var (sendBefore, receiveBefore, watch) = (sender.ProcessorTime(), receiver.ProcessorTime(), Stopwatch.StartNew());
        await Task.Delay(Time);
        var seconds = watch.Elapsed.TotalSeconds;
        var (send, receive) = ((sender.ProcessorTime() - sendBefore) / 1e9, (receiver.ProcessorTime() - receiveBefore) / 1e9);
        var other = await receiver.AskForNumbersAsync("");
        var after = await sender.AskForNumbersAsync("stop");
        await Task.Delay(200);
        var bytes = other[2] - otherBefore[2];
        return new Sample(bytes / seconds / 1e6, send / seconds, receive / seconds, (after[0] - before[0] + other[0] - otherBefore[0]) * 1e6 / bytes);
    }

    private static string Row(string name, List<Sample> samples)
    {
        var (rate, send, receive) = (Median(s => s.Rate), Median(s => s.SendCores), Median(s => s.ReceiveCores));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {rate:0} | {send:0.00} | {receive:0.00} | {1000 * send / rate:0.00} | {1000 * receive / rate:0.00} | {Median(s => s.Allocated):0} |");

        double Median(Func<Sample, double> value) => samples.Select(value).Order().ElementAt(samples.Count / 2);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
