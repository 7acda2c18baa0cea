namespace Parley.Testing;

/// <summary>How much a piece of code allocates, told apart from what the runtime allocates once on the thread at hand.</summary>
internal static class Allocations
{
    private const int Attempts = 5;

    /// <summary>
    /// The fewest bytes that any of five runs allocated. The runtime may load a type late or enlarge one of its caches in the middle of a run;
    /// what the code itself allocates is in every run.
    /// </summary>
    public static long Fewest(Action run)
    {
        var fewest = long.MaxValue;
        for (var i = 0; i < Attempts && fewest > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }
}
