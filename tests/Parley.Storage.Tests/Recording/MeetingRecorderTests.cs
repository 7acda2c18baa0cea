using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conference.Memory;
using Parley.Storage.Recording;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests.Recording;

public sealed class MeetingRecorderTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TestStore _store = new();
    private readonly BlockingCollection<(long Sequence, bool IsRecorded)> _answers = [];

    [Fact]
    public async Task What_comes_while_the_disk_is_busy_is_one_commit()
    {
        await using var recorder = Start();
        _store.Hang();
        Add(recorder, 1, Facts.Created());
        Assert.True(await _store.Begun.WaitAsync(Limit));
        for (var i = 2; i <= 100; i++) Add(recorder, i, Facts.Line(i));
        Assert.Empty(_answers);
        _store.Recover();
        Assert.Equal((1, true), Answer());
        Assert.Equal((100, true), Answer());
        Assert.Equal(2, _store.Appends);
        Assert.Equal(Enumerable.Range(2, 99).Select(i => (long)i), _store.Records.OfType<ChatRecord>().Select(r => r.Number));
    }

    [Fact]
    public async Task A_full_disk_refuses_chat_and_owes_the_rest_until_there_is_room()
    {
        await using var recorder = Start();
        _store.Failure = new StoreException(StoreFailure.Full, "There is no space left.");
        Add(recorder, 1, Facts.Created());
        Assert.Equal((1, false), Answer());
        Add(recorder, 2, Facts.Line(1, "lost"));
        Assert.Equal((2, false), Answer());
        Assert.True(recorder.IsFailing);
        _store.Failure = null;
        Add(recorder, 3, Facts.Line(2, "kept"));
        Assert.Equal((3, true), Answer());
        Assert.False(recorder.IsFailing);
        Assert.Equal([Facts.Created(), Facts.Line(2, "kept")], _store.Records);
    }

    [Fact]
    public async Task What_is_owed_is_written_without_waiting_for_news()
    {
        await using var recorder = Start(RecorderOptions.Default with { RetryInterval = TimeSpan.FromMilliseconds(5) });
        _store.Failure = new StoreException(StoreFailure.Unreachable, "The disk is gone.");
        Add(recorder, 1, Facts.Ended());
        Assert.Equal((1, false), Answer());
        _store.Failure = null;
        while (_store.Records.Count == 0) Assert.True(await _store.Begun.WaitAsync(Limit));
        Assert.Equal([Facts.Ended()], _store.Records);
    }

    [Fact]
    public async Task A_record_that_the_store_refuses_is_not_tried_again()
    {
        await using var recorder = Start();
        _store.Failure = new StoreException(StoreFailure.Refused, "This makes no sense.");
        Add(recorder, 1, Facts.Created());
        Assert.Equal((1, false), Answer());
        _store.Failure = null;
        Add(recorder, 2, Facts.Ended());
        Assert.Equal((2, true), Answer());
        Assert.Equal([Facts.Ended()], _store.Records);
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_erased_from_the_start_on()
    {
        await using var recorder = Start(RecorderOptions.Default with { Keep = TimeSpan.FromDays(30) });
        Assert.True(_store.ErasedBefore.TryTake(out var before, Limit));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - before, 30L * 86_400_000, (30L * 86_400_000) + 60_000);
    }

    [Fact]
    public async Task What_is_kept_for_ever_is_never_erased()
    {
        var recorder = Start(RecorderOptions.Default with { Keep = null, FlushInterval = TimeSpan.FromMilliseconds(1) });
        Add(recorder, 1, Facts.Ended());
        Assert.Equal((1, true), Answer());
        await recorder.DisposeAsync();
        Assert.Empty(_store.ErasedBefore);
    }

    [Fact]
    public async Task The_end_waits_for_what_is_queued()
    {
        var recorder = Start();
        for (var i = 1; i <= 2000; i++) Add(recorder, i, Facts.Line(i));
        await recorder.DisposeAsync();
        Assert.Equal(2000, _store.Records.Count);
        Assert.True(_store.IsDisposed);
    }

    [Fact]
    public async Task A_disk_that_hangs_does_not_hold_up_the_end()
    {
        var recorder = Start();
        _store.Hang();
        Add(recorder, 1, Facts.Created());
        Assert.True(await _store.Begun.WaitAsync(Limit));
        await recorder.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.False(_store.IsDisposed);
        _store.Recover();
        Assert.Equal((1, true), Answer());
    }

    private MeetingRecorder Start(RecorderOptions? options = null) =>
        new(_store, options ?? RecorderOptions.Default, (sequence, isRecorded) => _answers.Add((sequence, isRecorded)), NullLogger.Instance);

    private static void Add(MeetingRecorder recorder, long sequence, MeetingRecord record) => recorder.Add(new SequencedRecord(sequence, record));

    private (long Sequence, bool IsRecorded) Answer()
    {
        Assert.True(_answers.TryTake(out var answer, Limit), "The recorder does not answer.");
        return answer;
    }
}
