namespace Parley.Net.Tests.Support;

/// <summary>How long a test waits for something that must happen. It is reached only by failing tests.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    /// <summary>Awaits a task or fails.</summary>
    public static Task Within(this Task task) => task.WaitAsync(Long);

    /// <summary>Awaits a task or fails.</summary>
    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Long);

    /// <summary>Waits until a counter shows what is expected, looking again whenever others had a turn.</summary>
    public static async Task Until(Func<bool> isSo, string what)
    {
        var end = Environment.TickCount64 + (long)Long.TotalMilliseconds;
        while (!isSo())
        {
            if (Environment.TickCount64 > end) throw new TimeoutException($"It did not come to this: {what}.");
            await Task.Yield();
        }
    }
}
