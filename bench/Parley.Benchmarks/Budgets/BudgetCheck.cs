using System.Text;
using System.Text.Json;
using Parley.Benchmarks.HotPaths;

namespace Parley.Benchmarks.Budgets;

/// <summary>Compares what the hot paths allocate with what they may.</summary>
internal static class BudgetCheck
{
    private const int WarmUp = 2_000;
    private const int Operations = 10_000;
    private const int Rounds = 3;
    private const int MaxWhere = 100;

    /// <summary>0 when every budget is kept, and there is one for each path.</summary>
    public static int Run(string path)
    {
        var budgets = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(path))!;
        var failures = 0;
        foreach (var make in HotPath.All)
        {
            using var hotPath = make();
            var isKnown = budgets.Remove(hotPath.Name, out var allowed);
            var (allocated, where) = Measure(hotPath);
            // The runtime allocates a little, once, when it replaces code by faster code; what is ours comes again.
            for (var i = 1; i < Rounds && allocated > allowed * Operations; i++) (allocated, where) = Measure(hotPath);
            var isKept = isKnown && allocated <= allowed * Operations;
            if (!isKept) failures++;
            Console.WriteLine(
                $"{(isKept ? "ok    " : "FAILED")} {hotPath.Name}: {(double)allocated / Operations:0.###} of {allowed} bytes an operation ({Operations} operations{where})");
        }
        foreach (var unknown in budgets.Keys)
        {
            failures++;
            Console.WriteLine($"FAILED {unknown}: {path} has a budget for it, and there is no such path");
        }
        Console.WriteLine($"note: {HotPath.All.Count} hot paths, {failures} over their budget");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Only <see cref="HotPath.Run"/> is counted; making its input is not. Says which operations allocated, for whoever looks for them.</summary>
    private static (long Allocated, string Where) Measure(HotPath hotPath)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            hotPath.Prepare();
            hotPath.Run();
        }
        var allocated = 0L;
        var where = new StringBuilder();
        for (var i = 0; i < Operations; i++)
        {
            hotPath.Prepare();
            var before = GC.GetAllocatedBytesForCurrentThread();
            hotPath.Run();
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated += bytes;
            if (bytes > 0 && where.Length < MaxWhere) where.Append($", {bytes} in number {i}");
        }
        hotPath.Verify();
        return (allocated, where.ToString());
    }
}
