using Microsoft.Extensions.Logging;
using Parley.Conference;
using Parley.Net;
using Parley.Storage;
using Parley.Storage.Recording;
using Parley.Storage.Sqlite;

namespace Parley.Server;

/// <summary>Joins a conference to its store: records go from the shard to the recorder after each turn, answers come back as posted work.</summary>
internal sealed class ServerHistory : IAsyncDisposable
{
    private const string ClaimName = "history.lock";

    private readonly IMeetingStore _store;
    private readonly StoreClaim? _claim;
    private readonly HistoryOptions _options;
    private readonly ILogger _logger;
    private MeetingRecorder? _recorder;
    private volatile bool _isStopping;

    private ServerHistory(IMeetingStore store, StoreClaim? claim, HistoryOptions options, ILogger logger)
    {
        _store = store;
        _claim = claim;
        _options = options;
        _logger = logger;
    }

    /// <summary>Whether the store could not write the last time; false before the first.</summary>
    public bool IsFailing => _recorder?.IsFailing == true;

    /// <summary>Commits so far.</summary>
    public long Commits => _recorder?.Commits ?? 0;

    /// <summary>Opens the history of a data directory.</summary>
    /// <exception cref="StoreException">It is damaged, newer, or out of reach; the message is for the person.</exception>
    public static ServerHistory Open(string directory, HistoryOptions options, ILogger logger)
    {
        var path = Path.Combine(directory, SqliteMeetingStore.FileName);
        var store = SqliteMeetingStore.Open(path, options.IsDurable);
        try
        {
            var interrupted = 0;
            var claim = StoreClaim.Take(Path.Combine(directory, ClaimName), () => interrupted = store.MarkInterrupted());
            logger.LogInformation(
                "Meetings are remembered in {Path} by {Engine}, {Commit}, for {Keep}", path, store.Engine,
                options.IsDurable ? "durable" : "flushed every two seconds", options.Keep is { } keep ? $"{keep.TotalDays} days" : "ever");
            if (interrupted > 0) logger.LogWarning("{Count} meetings were interrupted when the server last ended", interrupted);
            return new ServerHistory(store, claim, options, logger);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>On another store, for tests.</summary>
    public static ServerHistory On(IMeetingStore store, HistoryOptions options, ILogger logger) => new(store, claim: null, options, logger);

    /// <summary>Starts writing, before the shard starts.</summary>
    public void Start(ShardLoop loop, ConferenceServer conference)
    {
        _recorder = new MeetingRecorder(_store, RecorderOptions.Default with { Keep = _options.Keep }, Answer, _logger);

        void Answer(long sequence, bool isRecorded)
        {
            // A full queue of the shard passes; a shard that has stopped needs no answer.
            while (!loop.Post(now => Tell(now, sequence, isRecorded)) && !_isStopping) Thread.Sleep(1);
        }

        void Tell(Protocol.Time.Instant now, long sequence, bool isRecorded)
        {
            if (isRecorded) conference.HandleRecorded(now, sequence);
            else conference.HandleRecordingFailed(now, sequence);
        }
    }

    /// <summary>Takes what a conference has to record; called on its shard after each turn.</summary>
    public void Collect(ConferenceServer conference)
    {
        while (conference.PollRecord(out var record)) _recorder!.Add(record);
    }

    /// <summary>Writes what is left, after the shard has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        if (_recorder is { } recorder) await recorder.DisposeAsync();
        else _store.Dispose();
        _claim?.Dispose();
    }
}
