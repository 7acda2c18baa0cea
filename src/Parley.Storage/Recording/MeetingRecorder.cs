using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Conference.Memory;

namespace Parley.Storage.Recording;

/// <summary>
/// The one writer of a store: a thread that takes what has come since its last commit and writes it in the next (group commit), and answers for
/// it by sequence number. It may wait for a disk as long as it must; nobody waits for it.
/// </summary>
/// <remarks>
/// The queue is bounded by whoever fills it: a conference hands out at most <see cref="Protocol.Limits.MaxUnsettledRecords"/> that it has no
/// answer for. When the store fails, chat lines fail with it, because their writers were told and may repeat them; the other facts are owed,
/// and are written when the store recovers. A second task flushes and erases, so that no commit waits for that.
/// </remarks>
public sealed class MeetingRecorder : IAsyncDisposable
{
    private const int MaxBatch = 512;
    private const int MaxOwed = 10_000;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly IMeetingStore _store;
    private readonly RecorderOptions _options;
    private readonly Action<long, bool> _answer;
    private readonly ILogger _logger;
    private readonly BlockingCollection<SequencedRecord> _queue = [];
    private readonly Queue<MeetingRecord> _owed = new();
    private readonly List<MeetingRecord> _batch = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _upkeep;
    private bool _isFailing;
    private bool _isUpkeepFailing;
    private long _commits;

    /// <summary>Starts the thread. The recorder owns the store from now on.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="answer">
    /// Told, on the writer's thread, that everything up to a sequence number that was not answered for before is written (true) or was not
    /// (false).
    /// </param>
    /// <param name="logger">Where failures are told, once each time the store begins to fail.</param>
    public MeetingRecorder(IMeetingStore store, RecorderOptions options, Action<long, bool> answer, ILogger logger)
    {
        _store = store;
        _options = options;
        _answer = answer;
        _logger = logger;
        new Thread(Run) { Name = "recorder", IsBackground = true }.Start();
        _upkeep = Task.Run(KeepUpAsync);
    }

    /// <summary>Commits so far.</summary>
    public long Commits => Volatile.Read(ref _commits);

    /// <summary>Whether the last commit failed.</summary>
    public bool IsFailing => Volatile.Read(ref _isFailing);

    /// <summary>Queues a record; never blocks. Nothing more may come once disposing has begun.</summary>
    public void Add(SequencedRecord record) => _queue.Add(record);

    /// <summary>Writes what is queued and closes the store; a disk that does not answer is given up after two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await _stop.CancelAsync();
        var ended = Task.WhenAll(_ended.Task, _upkeep);
        if (await Task.WhenAny(ended, Task.Delay(StopLimit)) != ended)
        {
            // The thread may be inside the store for as long as the disk likes; it closes it when it comes out.
            _logger.LogError("The history did not answer in time: its last records may be lost");
            return;
        }
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_queue.IsCompleted)
            {
                if (_queue.TryTake(out var first, _owed.Count > 0 ? (int)_options.RetryInterval.TotalMilliseconds : -1)) WriteBatch(first);
                else if (_owed.Count > 0) TryAppend(owed: _owed.Count);
            }
            if (_owed.Count > 0) TryAppend(owed: _owed.Count);
            Quietly(_store.Flush);
        }
        finally
        {
            Quietly(_store.Dispose);
            _queue.Dispose();
            _ended.SetResult();
        }
    }

    private void WriteBatch(SequencedRecord first)
    {
        var owed = _owed.Count;
        var last = first;
        Take(first);
        for (var i = 1; i < MaxBatch && _queue.TryTake(out var next); i++)
        {
            Take(next);
            last = next;
        }
        _answer(last.Sequence, TryAppend(owed));

        void Take(SequencedRecord record) => _batch.Add(record.Record);
    }

    /// <summary>Writes what is owed and the batch, in this order.</summary>
    private bool TryAppend(int owed)
    {
        _batch.InsertRange(0, _owed);
        _owed.Clear();
        try
        {
            _store.Append(_batch);
            Volatile.Write(ref _commits, _commits + 1);
            if (_isFailing) _logger.LogWarning("The history can be written again; {Count} facts that were owed are written", owed);
            Volatile.Write(ref _isFailing, false);
            return true;
        }
        catch (Exception e)
        {
            if (!_isFailing) _logger.LogError(e, "{Sentence} Chat is refused until then; meetings go on", e.Message);
            Volatile.Write(ref _isFailing, true);
            // A refusal is a defect that the next attempt would only repeat.
            if (e is StoreException { Failure: not StoreFailure.Refused }) Owe();
            return false;
        }
        finally
        {
            _batch.Clear();
        }
    }

    private void Owe()
    {
        foreach (var record in _batch)
        {
            if (record is ChatRecord) continue;
            if (_owed.Count >= MaxOwed) _owed.Dequeue();
            _owed.Enqueue(record);
        }
    }

    private async Task KeepUpAsync()
    {
        var eraseAt = DateTimeOffset.UtcNow;
        var flushed = 0L;
        while (!_stop.IsCancellationRequested)
        {
            if (Commits is var commits && commits != flushed && Quietly(_store.Flush)) flushed = commits;
            if (_options.Keep is { } keep && DateTimeOffset.UtcNow >= eraseAt)
            {
                eraseAt = DateTimeOffset.UtcNow + _options.EraseInterval;
                Quietly(() =>
                {
                    var erased = _store.EraseEndedBefore((DateTimeOffset.UtcNow - keep).ToUnixTimeMilliseconds());
                    if (erased > 0) _logger.LogInformation("Erased {Count} meetings that ended more than {Days} days ago", erased, keep.TotalDays);
                });
            }
            await Task.Delay(_options.FlushInterval, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Does what may fail without anybody having to be told but the log.</summary>
    private bool Quietly(Action work)
    {
        try
        {
            work();
            _isUpkeepFailing = false;
            return true;
        }
        catch (Exception e)
        {
            // Told once, not every two seconds.
            if (!_isUpkeepFailing) _logger.LogWarning(e, "History: {Sentence}", e.Message);
            _isUpkeepFailing = true;
            return false;
        }
    }
}
