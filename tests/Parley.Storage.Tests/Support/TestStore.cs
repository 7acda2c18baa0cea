using Parley.Conference.Memory;

namespace Parley.Storage.Tests.Support;

/// <summary>A store on a disk that a test controls: it can be full, and it can hang.</summary>
internal sealed class TestStore : IMeetingStore
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _answers = new(initialState: true);
    private readonly List<MeetingRecord> _records = [];

    public string Engine => "a list";

    /// <summary>What every append throws; null lets them through.</summary>
    public volatile Exception? Failure;

    /// <summary>Set when an append has begun.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    public int Appends { get; private set; }

    public bool IsDisposed { get; private set; }

    public List<MeetingRecord> Records
    {
        get
        {
            lock (_gate) return [.. _records];
        }
    }

    public void Hang() => _answers.Reset();

    public void Recover() => _answers.Set();

    public void Append(IReadOnlyList<MeetingRecord> records)
    {
        Begun.Release();
        _answers.Wait();
        if (Failure is { } failure) throw failure;
        lock (_gate)
        {
            Appends++;
            _records.AddRange(records);
        }
    }

    public void Flush()
    {
        // A list has nothing behind it.
    }

    public int EraseEndedBefore(long at)
    {
        ErasedBefore.Add(at);
        return 0;
    }

    /// <summary>The times before which the past was to be erased.</summary>
    public System.Collections.Concurrent.BlockingCollection<long> ErasedBefore { get; } = [];

    public void Dispose() => IsDisposed = true;

    public int MarkInterrupted() => throw new NotSupportedException();

    public IReadOnlyList<StoredMeeting> ListMeetings(int limit) => throw new NotSupportedException();

    public StoredMeeting? FindMeeting(string codeOrId) => throw new NotSupportedException();

    public IReadOnlyList<StoredParticipant> ReadParticipants(string meetingId) => throw new NotSupportedException();

    public IReadOnlyList<StoredEvent> ReadEvents(string meetingId) => throw new NotSupportedException();

    public IReadOnlyList<StoredChatLine> ReadChat(string meetingId, ReadOnlySpan<byte> ownKeyHash) => throw new NotSupportedException();

    public IReadOnlyList<StoredFile> ReadFiles(string meetingId, ReadOnlySpan<byte> ownKeyHash) => throw new NotSupportedException();

    public IReadOnlyList<StoredFilePart> ReadFileParts(string fileId) => throw new NotSupportedException();

    public IReadOnlyList<StoredBan> ReadBans(string meetingId) => throw new NotSupportedException();

    public IReadOnlySet<string> ReadFileIds() => throw new NotSupportedException();

    public bool Erase(string meetingId) => throw new NotSupportedException();

    public void Backup(string path) => throw new NotSupportedException();

    public IReadOnlyList<string> Check() => throw new NotSupportedException();
}
