using System.Buffers;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Parley.Agent.Web;

/// <summary>
/// Sends on one WebSocket from any thread without waiting: messages are copied into pooled buffers and a single task writes them. What does not
/// fit is refused, and the caller decides what that means.
/// </summary>
internal sealed class SocketWriter(WebSocket socket, WebSocketMessageType type, int maxQueuedBytes)
{
    private readonly Channel<ArraySegment<byte>> _queue = Channel.CreateUnbounded<ArraySegment<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private int _queuedBytes;
    private int _closeCode;

    /// <summary>Bytes that wait.</summary>
    public int QueuedBytes => Volatile.Read(ref _queuedBytes);

    /// <summary>Queues a message of two parts. False when the queue is full or the socket is gone.</summary>
    public bool TrySend(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var length = header.Length + payload.Length;
        if (Interlocked.Add(ref _queuedBytes, length) > maxQueuedBytes)
        {
            Interlocked.Add(ref _queuedBytes, -length);
            return false;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        header.CopyTo(buffer);
        payload.CopyTo(buffer.AsSpan(header.Length));
        if (_queue.Writer.TryWrite(new ArraySegment<byte>(buffer, 0, length))) return true;
        Interlocked.Add(ref _queuedBytes, -length);
        ArrayPool<byte>.Shared.Return(buffer);
        return false;
    }

    /// <summary>Sends what is queued, then the close frame. The first code counts.</summary>
    public void Close(int code = (int)WebSocketCloseStatus.NormalClosure)
    {
        Interlocked.CompareExchange(ref _closeCode, code, 0);
        _queue.Writer.TryComplete();
    }

    /// <summary>Writes until the socket or the token ends it.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var message in _queue.Reader.ReadAllAsync(cancellation))
            {
                try
                {
                    await socket.SendAsync(message, type, endOfMessage: true, cancellation);
                }
                finally
                {
                    Interlocked.Add(ref _queuedBytes, -message.Count);
                    ArrayPool<byte>.Shared.Return(message.Array!);
                }
            }
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync((WebSocketCloseStatus)Volatile.Read(ref _closeCode), null, cancellation);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The page is gone; its next connection starts from a snapshot.
        }
        finally
        {
            _queue.Writer.TryComplete();
        }
    }
}
