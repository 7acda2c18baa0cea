using System.Diagnostics;

namespace Parley.Benchmarks.Meetings;

/// <summary>A thread that sleeps a millisecond at a time. When it oversleeps, the machine was busy with something else and what was measured beside it says nothing.</summary>
internal sealed class StallWitness : IDisposable
{
    /// <summary>A run in which it overslept this much is repeated.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(10);

    private readonly Thread _thread;
    private long _worstTicks;
    private bool _isOver;

    public StallWitness()
    {
        _thread = new Thread(Watch) { Name = "stall witness", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The longest it overslept so far.</summary>
    public TimeSpan Worst => TimeSpan.FromTicks(Volatile.Read(ref _worstTicks));

    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        _thread.Join();
    }

    private void Watch()
    {
        while (!Volatile.Read(ref _isOver))
        {
            var asleep = Stopwatch.GetTimestamp();
            Thread.Sleep(1);
            var over = Stopwatch.GetElapsedTime(asleep).Ticks - TimeSpan.TicksPerMillisecond;
            if (over > _worstTicks) Volatile.Write(ref _worstTicks, over);
        }
    }
}
