using Parley.Protocol;
using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Conference.Memory;

/// <summary>
/// The records of one conference server on their way to a store that somebody else writes: numbered, polled in order, and settled in the same
/// order when the driver says so. Without a store every record counts as recorded at once.
/// </summary>
/// <remarks>
/// Owned by one <see cref="ConferenceContext"/>. At most <see cref="Limits.MaxUnsettledRecords"/> wait for the store; more are refused and counted.
/// </remarks>
internal sealed class RecordQueue(bool isKept, TimeSpan patience)
{
    private readonly Queue<SequencedRecord> _unpolled = new();
    private readonly Queue<Unsettled> _stalled = new();
    private readonly Queue<Unsettled> _waiting = new();
    private long _lastSequence;

    /// <summary>How many the store has not answered for.</summary>
    public int UnsettledCount => _stalled.Count + _waiting.Count;

    /// <summary>How many were refused because too many waited.</summary>
    public long RefusedCount { get; private set; }

    /// <summary>How many the store could not write.</summary>
    public long FailedCount { get; private set; }

    /// <summary>When the oldest record will have waited too long.</summary>
    public Timeout NextTimeout =>
        _waiting.TryPeek(out var first) ? new Timeout(first.Since + patience, TimeoutReason.Expiry) : Timeout.Never;

    /// <summary>Gives a record its place.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="record">The fact.</param>
    /// <param name="onOutcome">Told what becomes of it: at once when nothing is kept, else when the driver says so.</param>
    /// <returns>False when too many wait: the record is gone and <paramref name="onOutcome"/> is never called.</returns>
    public bool TryAppend(Instant now, MeetingRecord record, Action<Instant, RecordOutcome>? onOutcome = null)
    {
        if (!isKept)
        {
            onOutcome?.Invoke(now, RecordOutcome.Recorded);
            return true;
        }
        if (UnsettledCount >= Limits.MaxUnsettledRecords)
        {
            RefusedCount++;
            return false;
        }
        _unpolled.Enqueue(new SequencedRecord(++_lastSequence, record));
        _waiting.Enqueue(new Unsettled(_lastSequence, now, onOutcome));
        return true;
    }

    /// <summary>The next record for the store, in order.</summary>
    public bool TryPoll(out SequencedRecord record) => _unpolled.TryDequeue(out record);

    /// <summary>Settles everything up to and including a sequence number. What was settled before stays as it was.</summary>
    public void Settle(Instant now, long sequence, RecordOutcome outcome)
    {
        while (TryTake(sequence, out var settled))
        {
            if (outcome == RecordOutcome.Failed) FailedCount++;
            settled.OnOutcome?.Invoke(now, outcome);
        }
    }

    /// <summary>Tells those who have waited too long.</summary>
    public void HandleTimeout(Instant now)
    {
        while (_waiting.TryPeek(out var first) && now - first.Since >= patience)
        {
            _stalled.Enqueue(_waiting.Dequeue());
            first.OnOutcome?.Invoke(now, RecordOutcome.Stalled);
        }
    }

    private bool TryTake(long sequence, out Unsettled settled)
    {
        // What has stalled is older than what waits.
        var queue = _stalled.Count > 0 ? _stalled : _waiting;
        return queue.TryPeek(out settled) && settled.Sequence <= sequence && queue.TryDequeue(out settled);
    }

    private readonly record struct Unsettled(long Sequence, Instant Since, Action<Instant, RecordOutcome>? OnOutcome);
}
