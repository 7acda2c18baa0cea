using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Parley.Agent;

/// <summary>One task that does what any thread posts, one after the other, so that what it owns needs no locks. Bounded; a step that fails ends nothing.</summary>
internal sealed class WorkQueue : IAsyncDisposable
{
    private const int MaxWaiting = 4096;

    private readonly Channel<Func<Task>> _work = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly ILogger _log;
    private readonly Task _runner;

    /// <summary>Starts the task.</summary>
    public WorkQueue(ILogger log)
    {
        _log = log;
        _runner = Task.Run(RunAsync);
    }

    /// <summary>Has something done. What finds the queue full is left out and logged.</summary>
    /// <returns>False when it is left out.</returns>
    public bool Post(Func<Task> work)
    {
        if (_work.Writer.TryWrite(work)) return true;
        _log.LogWarning("The agent is too busy; a step was left out");
        return false;
    }

    /// <inheritdoc cref="Post(Func{Task})"/>
    public bool Post(Action work) => Post(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Takes no more, and ends when what waits is done.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _runner;
    }

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync())
        {
            try
            {
                await work();
            }
            catch (Exception e)
            {
                _log.LogError(e, "The agent could not carry out a step");
            }
        }
    }
}
