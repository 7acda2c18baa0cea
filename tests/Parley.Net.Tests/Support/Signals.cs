using System.Threading.Channels;

namespace Parley.Net.Tests.Support;

/// <summary>Things that happened on another thread, to be awaited in order with a deadline.</summary>
internal sealed class Signals<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    public void Add(T item) => _items.Writer.TryWrite(item);

    /// <summary>The next one; fails the test when none comes.</summary>
    public async Task<T> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline.Long);
        try
        {
            return await _items.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"No {typeof(T).Name} came within {Deadline.Long.TotalSeconds} s.", e);
        }
    }

    /// <summary>Whether one is there now.</summary>
    public bool TryNext(out T? item) => _items.Reader.TryRead(out item);
}
