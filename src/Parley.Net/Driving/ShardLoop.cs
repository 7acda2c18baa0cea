using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>
/// One thread that owns one UDP socket and one endpoint whole. It receives a batch, runs posted work and control messages, calls the
/// timeout when it is due, flushes, sends everything, and sleeps until the next deadline, datagram or wake-up (docs/threading.md).
/// </summary>
/// <remarks>
/// <see cref="Post"/>, <see cref="Stats"/> and <see cref="StopAsync"/> may be called from any thread; nothing may touch the endpoint from
/// outside except through <see cref="Post"/>. An exception out of the endpoint is logged and counted; the loop never dies of one.
/// </remarks>
public sealed class ShardLoop : IAsyncDisposable
{
    /// <summary>Most work that waits for the thread at once.</summary>
    public const int MaxPosted = 4096;

    /// <summary>Bounds one turn, so that a flood of one kind of input does not hold up the others or the deadline.</summary>
    private const int MaxBatchesPerTurn = 4;
    private const int MaxPostedPerTurn = 256;
    private const int MaxChannelEventsPerTurn = 256;

    /// <summary>An endpoint that fails in its timeout would be called again at once, for ever.</summary>
    private static readonly TimeSpan BackOffAfterError = TimeSpan.FromMilliseconds(10);

    private readonly ShardLoopOptions _options;
    private readonly IEndpoint _endpoint;
    private readonly IDatagramSocket _socket;
    private readonly ChannelHub _hub;
    private readonly MonotonicClock _clock;
    private readonly IDatagramFilter? _filter;
    private readonly DatagramQueue? _filtered;
    private readonly ErrorLog _errors;
    private readonly FlushPace _pace = new();
    private readonly ConcurrentQueue<Action<Instant>> _posted = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _barriers = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lifeGate = new();
    private Thread? _thread;
    private Task? _stopped;
    private Instant _noTimeoutBefore;
    private long _turns;
    private long _postsRefused;
    private int _postedCount;
    private bool _isStopping;

    /// <summary>Binds the sockets; nothing is received or accepted before <see cref="Start"/>.</summary>
    /// <exception cref="PortInUseException">A port is taken.</exception>
    /// <exception cref="IOException">The system refuses to bind.</exception>
    public ShardLoop(ShardLoopOptions options, IEndpoint endpoint)
    {
        _options = options;
        _endpoint = endpoint;
        _clock = options.Clock;
        _filter = options.Filter;
        _filtered = _filter is null ? null : new DatagramQueue();
        _errors = new ErrorLog(options.Logger, options.Name);
        _socket = DatagramSocketFactory.Create(options.UdpAddress, options.UdpPort, options.Sockets);
        // Linux names twice what a socket was given, because each datagram takes more memory than it has bytes.
        endpoint.Datagrams.SocketBufferBytes = _socket.ReceiveBufferBytes / 2;
        try
        {
            _hub = new ChannelHub(options.Identity, options.Channels, options.Logger, _socket.Wake);
            if (options.TcpListen is { } listen) _hub.Listen(listen);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Where UDP is bound; the port is the real one.</summary>
    public TransportAddress LocalUdp => _socket.LocalAddress;

    /// <summary>Where control connections are accepted; null for a client.</summary>
    public int? TcpPort => _hub.Port;

    /// <summary>Which implementation moves the datagrams.</summary>
    public DatagramSocketKind SocketKind => _socket.Kind;

    /// <summary>The counters now.</summary>
    public ShardStats Stats
    {
        get
        {
            var datagrams = _socket.Counters;
            return new ShardStats
            {
                DatagramsReceived = datagrams.Received,
                BytesReceived = datagrams.ReceivedBytes,
                DatagramsSent = datagrams.Sent,
                BytesSent = datagrams.SentBytes,
                DatagramsTruncated = datagrams.Truncated,
                SendFailed = datagrams.SendFailed,
                SendBufferFull = datagrams.SendBufferFull,
                SendQueueFull = _endpoint.Datagrams.Dropped,
                ReceiveErrors = datagrams.ReceiveErrors,
                SendCalls = datagrams.SendCalls,
                RunsRefused = datagrams.RunsRefused,
                Turns = Volatile.Read(ref _turns),
                EndpointErrors = _errors.Count,
                PostsRefused = Volatile.Read(ref _postsRefused),
                ChannelsOpen = _hub.OpenCount,
                Strangers = _hub.StrangerCount,
                ChannelsAccepted = _hub.Accepted,
                ChannelsEvicted = _hub.Evicted,
                ChannelsInError = _hub.InError,
                ChannelsTooSlow = _hub.TooSlow,
            };
        }
    }

    /// <summary>Starts the thread and accepts connections.</summary>
    public void Start()
    {
        lock (_lifeGate)
        {
            if (_thread is not null || _stopped is not null) throw new InvalidOperationException("A shard starts once.");
            _thread = new Thread(Run) { Name = _options.Name, IsBackground = true };
            TryRaisePriority(_thread);
            _thread.Start();
        }
        _hub.Start();
        _options.Logger.LogInformation(
            "{Shard} listens on UDP {Udp} ({Kind}, runs: {SendsRuns}, buffers {Receive}/{Send} bytes, never fragments: {NeverFragments}), TCP {Tcp}",
            _options.Name, LocalUdp, _socket.Kind, _socket.SendsRuns, _socket.ReceiveBufferBytes, _socket.SendBufferBytes, _socket.NeverFragments,
            TcpPort?.ToString() ?? "none");
    }

    /// <summary>Has work done on the shard's thread, between two batches of input.</summary>
    /// <returns>
    /// False when <see cref="MaxPosted"/> wait already, which is counted, or when the shard has stopped. The caller decides what that means.
    /// </returns>
    public bool Post(Action<Instant> work)
    {
        if (Volatile.Read(ref _isStopping)) return false;
        if (Interlocked.Increment(ref _postedCount) > MaxPosted)
        {
            Interlocked.Decrement(ref _postedCount);
            Interlocked.Increment(ref _postsRefused);
            return false;
        }
        _posted.Enqueue(work);
        _socket.Wake();
        return true;
    }

    /// <summary>
    /// Accepts no more, does what was posted before, sends what is queued on every control connection and closes it, then ends the thread.
    /// </summary>
    /// <param name="timeout">For the connections to take what is queued; those that have not are cut.</param>
    public Task StopAsync(TimeSpan timeout)
    {
        lock (_lifeGate)
        {
            return _stopped ??= Task.Run(() => StopOnceAsync(timeout));
        }
    }

    /// <summary>Stops without waiting for slow receivers.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    private async Task StopOnceAsync(TimeSpan timeout)
    {
        _hub.StopAccepting();
        if (_thread is not null && timeout > TimeSpan.Zero)
        {
            var barrier = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _barriers.Enqueue(barrier);
            _socket.Wake();
            await Task.WhenAny(barrier.Task, Task.Delay(timeout));
        }
        await _hub.CloseAllAsync(timeout);
        Volatile.Write(ref _isStopping, true);
        _socket.Wake();
        if (_thread is not null) await _ended.Task;
        _hub.Dispose();
        _socket.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!Volatile.Read(ref _isStopping)) Turn(_socket.Wait(TimeToSleep()));
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private void Turn(bool hasDatagrams)
    {
        Volatile.Write(ref _turns, _turns + 1);
        if (hasDatagrams) Receive();
        var now = _clock.Now;
        var barriers = _barriers.Count;
        if (_filter is not null) Release(now);
        RunPosted(now);
        DeliverChannelEvents(now);
        CallTimeoutIfDue(now);
        FlushAndSend(now);
        ApplyChannelActions();
        CallAfterTurn();
        if (barriers > 0 && _posted.IsEmpty) PassBarriers(barriers);
    }

    private TimeSpan TimeToSleep()
    {
        if (!_posted.IsEmpty || _hub.HasEvents) return TimeSpan.Zero;
        var next = Instant.Max(NextTimeout(), _noTimeoutBefore);
        if (_filter is not null) next = Instant.Min(next, _filter.NextRelease);
        return next == Instant.Never ? TimeSpan.MaxValue : next - _clock.Now;
    }

    private Instant NextTimeout()
    {
        try
        {
            return _endpoint.NextTimeout.At;
        }
        catch (Exception e)
        {
            _errors.Report(e, "asked when it is next due");
            return _clock.Now + BackOffAfterError;
        }
    }

    private void Receive()
    {
        for (var batch = 0; batch < MaxBatchesPerTurn; batch++)
        {
            var count = _socket.ReceiveBatch();
            var now = _clock.Now;
            for (var i = 0; i < count; i++)
            {
                var datagram = _socket.Received(i, out var from);
                if (datagram.IsEmpty) continue;
                if (_filter is not null && !_filter.Pass(now, DatagramDirection.Incoming, from, datagram)) continue;
                Handle(now, from, datagram);
                if (_pace.OnInput()) FlushAndSend(now);
            }
            if (count < IDatagramSocket.MaxBatch || NextTimeout() <= now) return;
        }
    }

    private void Handle(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        try
        {
            _endpoint.HandleDatagram(now, from, datagram);
        }
        catch (Exception e)
        {
            _errors.Report(e, "handling a datagram", from, datagram.Length);
        }
    }

    private void Release(Instant now)
    {
        while (_filter!.TryRelease(now, out var direction, out var peer, out var datagram))
        {
            if (direction == DatagramDirection.Incoming)
                Handle(now, peer, datagram);
            else
                _filtered!.Add(peer, datagram);
        }
    }

    private void RunPosted(Instant now)
    {
        for (var i = 0; i < MaxPostedPerTurn && _posted.TryDequeue(out var work); i++)
        {
            Interlocked.Decrement(ref _postedCount);
            try
            {
                work(now);
            }
            catch (Exception e)
            {
                _errors.Report(e, "doing posted work");
            }
        }
    }

    private void DeliverChannelEvents(Instant now)
    {
        for (var i = 0; i < MaxChannelEventsPerTurn && _hub.TryTake(out var item); i++)
        {
            try
            {
                Deliver(now, item);
            }
            catch (Exception e)
            {
                _errors.Report(e, item.Describe(), item.Connection.Peer.Address, item.Length);
            }
            finally
            {
                item.Release();
            }
        }
    }

    private void Deliver(Instant now, in ChannelEvent item)
    {
        var connection = item.Connection;
        // What the machine closed is gone for it, whatever was still on its way.
        if (connection.IsClosedByMachine) return;
        switch (item.Kind)
        {
            case ChannelEventKind.Opened:
                _endpoint.HandleChannelOpened(now, connection.Id, connection.Peer);
                break;
            case ChannelEventKind.Message:
                _endpoint.HandleMessage(now, connection.Id, item.MessageKind, item.Body);
                break;
            case ChannelEventKind.Closed:
                _endpoint.HandleChannelClosed(now, connection.Id, item.CloseReason, item.Detail);
                break;
            default:
                throw new InvalidOperationException($"Unknown channel event {item.Kind}.");
        }
    }

    private void CallTimeoutIfDue(Instant now)
    {
        if (now < _noTimeoutBefore || NextTimeout() > now) return;
        try
        {
            _endpoint.HandleTimeout(now);
        }
        catch (Exception e)
        {
            _noTimeoutBefore = now + BackOffAfterError;
            _errors.Report(e, "handling its timeout");
        }
    }

    private void FlushAndSend(Instant now)
    {
        try
        {
            _endpoint.Flush(now);
        }
        catch (Exception e)
        {
            _errors.Report(e, "turning packets into runs");
        }
        var queue = _endpoint.Datagrams;
        _pace.OnFlush(queue);
        SendDatagrams(now, queue);
    }

    private void SendDatagrams(Instant now, DatagramQueue queue)
    {
        if (_filter is null || (_filter.IsTransparent && _filtered!.Runs.IsEmpty))
        {
            if (queue.Runs.IsEmpty) return;
            _socket.Send(queue);
            queue.Clear();
            return;
        }
        foreach (ref readonly var run in queue.Runs)
        {
            var bytes = queue.Bytes(run);
            for (var offset = 0; offset < bytes.Length; offset += run.SegmentSize)
            {
                var datagram = bytes.Slice(offset, Math.Min(run.SegmentSize, bytes.Length - offset));
                if (_filter.Pass(now, DatagramDirection.Outgoing, run.To, datagram)) _filtered!.Add(run.To, datagram);
            }
        }
        queue.Clear();
        _socket.Send(_filtered!);
        _filtered!.Clear();
    }

    private void ApplyChannelActions()
    {
        try
        {
            while (_endpoint.PollChannelAction(out var action)) _hub.Apply(action);
        }
        catch (Exception e)
        {
            _errors.Report(e, "asked what to do on control connections");
        }
    }

    private void CallAfterTurn()
    {
        if (_options.AfterTurn is not { } afterTurn) return;
        try
        {
            afterTurn();
        }
        catch (Exception e)
        {
            _errors.Report(e, "asked what else came of the turn");
        }
    }

    private void PassBarriers(int count)
    {
        for (var i = 0; i < count && _barriers.TryDequeue(out var barrier); i++) barrier.SetResult();
    }

    private static void TryRaisePriority(Thread thread)
    {
        try
        {
            thread.Priority = ThreadPriority.AboveNormal;
        }
        catch
        {
            // A wish: some systems grant it to privileged users only.
        }
    }
}
