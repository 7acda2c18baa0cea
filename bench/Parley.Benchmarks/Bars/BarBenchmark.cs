using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Benchmarks.Meetings;

namespace Parley.Benchmarks.Bars;

/// <summary>The bars of speed: ratios and shares of a core, measured in one interleaved run (docs/howto/run-the-bars.md).</summary>
internal static class BarBenchmark
{
    private const int Rounds = 9;

    /// <summary>Runs the parts that are named, or all; only a run of all is written down.</summary>
    public static async Task<int> RunAsync(string path, string[] parts)
    {
        var all = new Dictionary<string, Func<Task<List<BarRow>>>>(StringComparer.Ordinal)
        {
            ["relay"] = () => RelayBars.RunAsync(Rounds),
            ["mixer"] = () => MixerBars.RunAsync(Rounds),
            ["server"] = ServerBars.RunAsync,
        };
        if (parts.FirstOrDefault(p => !all.ContainsKey(p)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no part '{unknown}'; there are {string.Join(", ", all.Keys)}.");
            return 1;
        }
        var rows = new List<BarRow>();
        using var witness = new StallWitness();
        try
        {
            foreach (var (name, runAsync) in all)
            {
                if (parts.Length == 0 || parts.Contains(name)) rows.AddRange(await runAsync());
            }
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        var text = Write(rows, witness.Worst);
        Console.WriteLine(text);
        if (parts.Length == 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
        }
        return 0;
    }

    private static string Write(List<BarRow> rows, TimeSpan overslept)
    {
        var text = new StringBuilder();
        text.AppendLine("# The bars of speed, measured").AppendLine();
        text.AppendLine($"`./dev bench bars` on {DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: {Environment.ProcessorCount} cores,");
        text.AppendLine($"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}, {RuntimeInformation.FrameworkDescription}, loopback.");
        text.AppendLine("Every figure is processor time, not time that passed; each ratio is the median over rounds in which both sides ran one after the other.");
        text.AppendLine(CultureInfo.InvariantCulture, $"A thread that sleeps 1 ms overslept at most {overslept.TotalMilliseconds:0.0} ms; nothing is repeated for it, as ratios hold on a busy machine too.").AppendLine();
        text.AppendLine("| what | measured | at most | | figures |");
        text.AppendLine("|---|---|---|---|---|");
        foreach (var row in rows) text.AppendLine(row.ToMarkdown());
        text.AppendLine().AppendLine($"{rows.Count(r => r is { Bar: not null, IsKept: true })} of {rows.Count(r => r.Bar is not null)} kept.");
        return text.ToString();
    }
}
