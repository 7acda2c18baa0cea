using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>One control connection: TLS, a reader that hands messages to the shard, and a writer that exists only while there is something to write.</summary>
/// <remarks>
/// It ends once, with the first reason given; the reader's end is the connection's end, and only the reader reports it.
/// </remarks>
internal sealed class ChannelConnection : IDisposable
{
    private const int WriteBufferLength = 32 * 1024;

    private readonly ChannelHub _hub;
    private readonly ChannelLimits _limits;
    private readonly OutgoingFrames _outgoing;
    private readonly SemaphoreSlim _inFlight;
    private readonly CancellationTokenSource _life = new();
    private readonly CancellationToken _lifeToken;
    private readonly Func<int> _maxBody;
    private Socket? _socket;
    private SslStream? _stream;
    private Ending? _ending;
    private volatile bool _isAuthenticated;

    public ChannelConnection(ChannelHub hub, ChannelLimits limits, ChannelId id, in TransportAddress address, bool isIncoming)
    {
        _hub = hub;
        _limits = limits;
        _outgoing = new OutgoingFrames(limits.MaxQueuedBytes, limits.MaxQueuedMessages);
        _lifeToken = _life.Token;
        _inFlight = new SemaphoreSlim(limits.MaxInFlightMessages);
        _maxBody = () => _isAuthenticated ? _limits.MaxMessage : _limits.MaxUnauthenticatedMessage;
        // Whom we called ourselves is no stranger.
        _isAuthenticated = !isIncoming;
        Id = id;
        Address = address;
        IsIncoming = isIncoming;
        Peer = new ChannelPeer(address, default, isIncoming);
    }

    public ChannelId Id { get; }

    public TransportAddress Address { get; private set; }

    public bool IsIncoming { get; }

    public ChannelPeer Peer { get; private set; }

    /// <summary>Whether the machine was told that it stands.</summary>
    public bool IsOpened { get; private set; }

    /// <summary>Whether the machine itself closed it; the shard's alone.</summary>
    public bool IsClosedByMachine { get; set; }

    /// <summary>Its place in <see cref="StrangerList"/>, which guards it.</summary>
    public LinkedListNode<StrangerList.Entry>? StrangerEntry { get; set; }

    /// <summary>Ends when the connection has.</summary>
    public Task Completion { get; set; } = Task.CompletedTask;

    /// <summary>Why it ended; <see cref="ChannelCloseReason.ConnectionLost"/> while nothing better is known.</summary>
    public ChannelCloseReason EndReason => _ending?.Reason ?? ChannelCloseReason.ConnectionLost;

    /// <summary>A sentence about the end.</summary>
    public string? EndDetail => _ending?.Detail;

    /// <summary>Cancelled when the connection must end at once.</summary>
    public CancellationToken Life => _lifeToken;

    /// <summary>Runs TLS over a connected socket.</summary>
    public async Task HandshakeAsync(Socket socket, Func<SslStream, CancellationToken, Task> authenticate)
    {
        _socket = socket;
        Configure(socket);
        if (!IsIncoming && socket.RemoteEndPoint is System.Net.IPEndPoint remote)
            Address = TransportAddress.From(remote.Address, remote.Port);
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_lifeToken);
        time.CancelAfter(_limits.AuthenticationTime);
        await authenticate(_stream, time.Token);
        Peer = new ChannelPeer(Address, TlsSettings.PeerKeyHash(_stream), IsIncoming);
    }

    /// <summary>Tells the machine, then reads until the end.</summary>
    public async Task ReadAllAsync()
    {
        IsOpened = true;
        _hub.Publish(ChannelEvent.Opened(this));
        if (_outgoing.SetReady()) StartWriter();
        using var reader = new FrameReader(_stream!);
        while (true)
        {
            var frame = await reader.ReadAsync(_maxBody, _lifeToken);
            switch (frame.Outcome)
            {
                case FrameOutcome.Complete when _outgoing.IsComplete:
                    // We are closing: what still comes is read only so that the other side gets to read our last words.
                    ArrayPool<byte>.Shared.Return(frame.Buffer);
                    break;
                case FrameOutcome.Complete:
                    await HandOverAsync(frame);
                    break;
                case FrameOutcome.End:
                    SetEnding(ChannelCloseReason.ClosedByPeer, null);
                    return;
                case FrameOutcome.Cut:
                    SetEnding(ChannelCloseReason.ConnectionLost, "The connection ended within a message.");
                    return;
                case FrameOutcome.Violation:
                    SetEnding(ChannelCloseReason.ProtocolError, frame.Detail);
                    return;
                default:
                    throw new InvalidOperationException($"Unknown outcome {frame.Outcome}.");
            }
        }
    }

    /// <summary>Queues a frame; a full queue ends the connection. Never blocks.</summary>
    public void Send(MessageKind kind, ReadOnlyMemory<byte> body)
    {
        if (!_outgoing.TryAdd(kind, body, out var mustWrite))
            Abort(ChannelCloseReason.TooSlow, "It did not read what was sent to it.");
        else if (mustWrite)
            StartWriter();
    }

    /// <summary>Sends what is queued, then closes. Never blocks.</summary>
    public void Close()
    {
        if (_stream is null || !IsOpened)
        {
            // Nobody is there to read anything yet.
            _outgoing.Complete();
            Abort(ChannelCloseReason.ClosedByPeer, null);
        }
        else if (_outgoing.Complete())
        {
            StartWriter();
        }
    }

    /// <summary>Ends it at once. The first reason counts.</summary>
    public void Abort(ChannelCloseReason reason, string? detail)
    {
        SetEnding(reason, detail);
        try
        {
            _life.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>Records why it ends; the first reason counts.</summary>
    public void SetEnding(ChannelCloseReason reason, string? detail) =>
        Interlocked.CompareExchange(ref _ending, new Ending(reason, detail), null);

    /// <summary>The limits on strangers no longer hold for it.</summary>
    public void SetAuthenticated() => _isAuthenticated = true;

    /// <summary>The shard has taken a message: the reader may hand over another.</summary>
    public void OnMessageTaken() => _inFlight.Release();

    /// <summary>Closes the socket. The semaphore has no handle to free, and the shard may still release into it.</summary>
    public void Dispose()
    {
        // Nobody reads what the kernel still holds for a slow one: megabytes that a reset gives back.
        if (EndReason == ChannelCloseReason.TooSlow) TryReset();
        _stream?.Dispose();
        _socket?.Dispose();
        _life.Dispose();
    }

    private async ValueTask HandOverAsync(Frame frame)
    {
        try
        {
            await _inFlight.WaitAsync(_lifeToken);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(frame.Buffer);
            throw;
        }
        _hub.Publish(ChannelEvent.Message(this, frame));
    }

    private void StartWriter() => ThreadPool.UnsafeQueueUserWorkItem(static c => _ = c.WriteAllAsync(), this, preferLocal: false);

    private async Task WriteAllAsync()
    {
        var stream = _stream!;
        var buffer = ArrayPool<byte>.Shared.Rent(WriteBufferLength);
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(_lifeToken);
        try
        {
            bool isLast;
            while (_outgoing.Fill(buffer.AsSpan(0, WriteBufferLength), out isLast) is var filled and > 0)
            {
                stall.CancelAfter(_limits.WriteStall);
                await stream.WriteAsync(buffer.AsMemory(0, filled), stall.Token);
            }
            if (isLast) await SayGoodbyeAsync(stream, stall);
        }
        catch (OperationCanceledException)
        {
            Abort(ChannelCloseReason.TooSlow, $"It took nothing for {_limits.WriteStall.TotalSeconds:0} s.");
        }
        catch (Exception e)
        {
            Abort(ChannelCloseReason.ConnectionLost, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Ends our direction and leaves the reader a moment to see the other's: closing a socket that holds unread bytes resets the
    /// connection, and the other side would lose our last words.
    /// </summary>
    private async Task SayGoodbyeAsync(SslStream stream, CancellationTokenSource stall)
    {
        stall.CancelAfter(_limits.CloseTime);
        SetEnding(ChannelCloseReason.ClosedByPeer, null);
        await stream.ShutdownAsync().WaitAsync(stall.Token);
        _socket!.Shutdown(SocketShutdown.Send);
        _life.CancelAfter(_limits.CloseTime);
    }

    private void TryReset()
    {
        try
        {
            _socket?.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        try
        {
            // A machine that vanished is noticed within half a minute even when we have nothing to say.
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
        catch (SocketException)
        {
            // Systems without these keep their own, slower, times.
        }
    }

    private sealed record Ending(ChannelCloseReason Reason, string? Detail);
}
