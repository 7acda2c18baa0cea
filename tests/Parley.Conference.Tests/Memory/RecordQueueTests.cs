using Parley.Conference.Memory;
using Parley.Protocol;
using Parley.Protocol.Time;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Conference.Tests.Memory;

public sealed class RecordQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly Instant Start = Instant.FromMilliseconds(1_000);

    private readonly RecordQueue _queue = new(isKept: true, Patience);
    private readonly List<string> _heard = [];

    [Fact]
    public void What_is_polled_has_the_order_and_numbers_of_appending()
    {
        Append("a", "b", "c");
        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], Poll());
        Assert.Empty(Poll());
        Assert.Empty(_heard);
    }

    [Fact]
    public void An_answer_settles_all_before_it_and_nothing_after_it()
    {
        Append("a", "b", "c");
        _queue.Settle(Start, 2, RecordOutcome.Recorded);
        Assert.Equal(["a Recorded", "b Recorded"], _heard);
        _queue.Settle(Start, 2, RecordOutcome.Failed);
        Assert.Equal(1, _queue.UnsettledCount);
        _queue.Settle(Start, 3, RecordOutcome.Failed);
        Assert.Equal(["a Recorded", "b Recorded", "c Failed"], _heard);
        Assert.Equal((0, 1L), (_queue.UnsettledCount, _queue.FailedCount));
    }

    [Fact]
    public void Who_waits_for_a_store_that_does_not_answer_is_told_once_and_hears_the_end_later()
    {
        Append("a");
        _queue.TryAppend(Start + TimeSpan.FromSeconds(1), Record("b"), Hear("b"));
        Assert.Equal(Start + Patience, _queue.NextTimeout.At);
        _queue.HandleTimeout(Start + Patience);
        _queue.HandleTimeout(Start + Patience + TimeSpan.FromMilliseconds(10));
        Assert.Equal(["a Stalled"], _heard);
        Assert.Equal(Start + Patience + TimeSpan.FromSeconds(1), _queue.NextTimeout.At);
        _queue.Settle(Start + TimeSpan.FromSeconds(60), 2, RecordOutcome.Recorded);
        Assert.Equal(["a Stalled", "a Recorded", "b Recorded"], _heard);
        Assert.Equal(Timeout.Never, _queue.NextTimeout);
    }

    [Fact]
    public void More_than_the_limit_is_refused_and_counted_until_the_store_answers()
    {
        for (var i = 0; i < Limits.MaxUnsettledRecords; i++) Assert.True(_queue.TryAppend(Start, Record("x")));
        // Records that were handed over still wait for their answer: they are somewhere in memory.
        Poll();
        Assert.False(_queue.TryAppend(Start, Record("y"), Hear("y")));
        Assert.Equal(1, _queue.RefusedCount);
        _queue.Settle(Start, 1, RecordOutcome.Recorded);
        Assert.True(_queue.TryAppend(Start, Record("z"), Hear("z")));
        Assert.Empty(_heard);
    }

    [Fact]
    public void Without_a_store_everything_counts_as_recorded_at_once_and_nothing_is_held()
    {
        var queue = new RecordQueue(isKept: false, Patience);
        Assert.True(queue.TryAppend(Start, Record("a"), Hear("a")));
        Assert.Equal(["a Recorded"], _heard);
        Assert.False(queue.TryPoll(out _));
        Assert.Equal((0, Timeout.Never), (queue.UnsettledCount, queue.NextTimeout));
    }

    private void Append(params string[] names)
    {
        foreach (var name in names) Assert.True(_queue.TryAppend(Start, Record(name), Hear(name)));
    }

    private List<(long Sequence, string Name)> Poll()
    {
        var polled = new List<(long, string)>();
        while (_queue.TryPoll(out var record)) polled.Add((record.Sequence, record.Record.MeetingId));
        return polled;
    }

    private Action<Instant, RecordOutcome> Hear(string name) => (_, outcome) => _heard.Add($"{name} {outcome}");

    private static MeetingEndedRecord Record(string name) => new(name, 0, EndReason.Ended);
}
