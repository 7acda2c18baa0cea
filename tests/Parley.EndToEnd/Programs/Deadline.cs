using System.Diagnostics;

namespace Parley.EndToEnd.Programs;

/// <summary>How long a test waits for something that must happen. It is reached only by failing tests.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    /// <summary>Awaits a task or fails.</summary>
    public static Task Within(this Task task) => task.WaitAsync(Long);

    /// <summary>Awaits a task or fails.</summary>
    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Long);

    /// <summary>Asks another program again until it says what is expected.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo, string what) => UntilAsync(isSo, () => what);

    /// <summary>The same, with what is known only in the end.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> what)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (waited.Elapsed > Long) throw new TimeoutException($"It did not come to this: {what()}.");
            await Task.Delay(Between);
        }
    }
}
