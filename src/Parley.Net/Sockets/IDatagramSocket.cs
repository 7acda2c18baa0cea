using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>Which implementation moves the datagrams.</summary>
public enum DatagramSocketKind
{
    /// <summary>recvmmsg, sendmmsg and ppoll.</summary>
    Linux,

    /// <summary>The platform's synchronous calls, one per datagram.</summary>
    Portable,
}

/// <summary>A UDP socket for one thread: wait, receive a batch, send the runs of a queue. Nothing here blocks but <see cref="Wait"/>.</summary>
/// <remarks>
/// Not thread-safe except <see cref="Wake"/>. Allocates nothing per datagram. Errors that concern one datagram or one receiver (refused,
/// too big, no route, buffer full) are counted in <see cref="Counters"/> and never thrown.
/// </remarks>
public interface IDatagramSocket : IDisposable
{
    /// <summary>Most datagrams that one <see cref="ReceiveBatch"/> gives.</summary>
    const int MaxBatch = 64;

    /// <summary>Which implementation this is.</summary>
    DatagramSocketKind Kind { get; }

    /// <summary>Where it is bound; the port is the real one when 0 was asked for.</summary>
    TransportAddress LocalAddress { get; }

    /// <summary>Whether it reaches IPv4 and IPv6.</summary>
    bool IsDualStack { get; }

    /// <summary>Whether the system agreed never to fragment what we send.</summary>
    bool NeverFragments { get; }

    /// <summary>Whether a run goes to the system whole, which cuts it into its datagrams.</summary>
    bool SendsRuns { get; }

    /// <summary>Bytes of receive buffer that the system gave, by its own count.</summary>
    int ReceiveBufferBytes { get; }

    /// <summary>Bytes of send buffer that the system gave, by its own count.</summary>
    int SendBufferBytes { get; }

    /// <summary>What was moved, lost and refused. Written by the owning thread, read by any.</summary>
    DatagramCounters Counters { get; }

    /// <summary>Waits until a datagram is there, someone calls <see cref="Wake"/>, or the time is over.</summary>
    /// <param name="timeout">Zero or less only looks; a very long one may end early.</param>
    /// <returns>Whether there is a datagram to receive.</returns>
    bool Wait(TimeSpan timeout);

    /// <summary>Takes what is there, at most <see cref="MaxBatch"/> datagrams, without waiting. It overwrites the last batch.</summary>
    /// <returns>How many there are; read them with <see cref="Received"/>.</returns>
    int ReceiveBatch();

    /// <summary>One datagram of the last batch. Empty when it was refused (larger than <see cref="Protocol.Limits.MaxReceivedDatagram"/>).</summary>
    /// <param name="index">0 to the batch's count, exclusive.</param>
    /// <param name="from">Where it came from.</param>
    /// <returns>The bytes; they may be changed and are valid until the next <see cref="ReceiveBatch"/>.</returns>
    Span<byte> Received(int index, out TransportAddress from);

    /// <summary>Sends all runs of a queue in order; it does not clear the queue.</summary>
    void Send(DatagramQueue queue);

    /// <summary>Ends the present or the next <see cref="Wait"/>. Any thread may call it; calls join until the wait has ended.</summary>
    void Wake();
}

/// <summary>What a datagram socket has counted since it was made.</summary>
public sealed class DatagramCounters
{
    private long _received;
    private long _receivedBytes;
    private long _sent;
    private long _sentBytes;
    private long _truncated;
    private long _sendFailed;
    private long _sendBufferFull;
    private long _receiveErrors;
    private long _sendCalls;
    private long _runsRefused;

    /// <summary>Datagrams received, the truncated among them.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes received.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Datagrams that the system took.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes that the system took.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Datagrams that were larger than we read.</summary>
    public long Truncated => Volatile.Read(ref _truncated);

    /// <summary>Datagrams that the system refused for a reason of their own: no route, too big, refused.</summary>
    public long SendFailed => Volatile.Read(ref _sendFailed);

    /// <summary>Datagrams dropped because the system's send buffer was full.</summary>
    public long SendBufferFull => Volatile.Read(ref _sendBufferFull);

    /// <summary>Errors on receiving, for instance that an earlier datagram of ours was refused.</summary>
    public long ReceiveErrors => Volatile.Read(ref _receiveErrors);

    /// <summary>System calls made to send.</summary>
    public long SendCalls => Volatile.Read(ref _sendCalls);

    /// <summary>Runs that the system did not take whole; their datagrams were sent one by one, and are counted by what became of each.</summary>
    public long RunsRefused => Volatile.Read(ref _runsRefused);

    // One thread writes, so a plain addition behind a volatile store is enough.
    internal void OnReceived(int datagrams, long bytes)
    {
        Volatile.Write(ref _received, _received + datagrams);
        Volatile.Write(ref _receivedBytes, _receivedBytes + bytes);
    }

    internal void OnSent(int datagrams, long bytes)
    {
        Volatile.Write(ref _sent, _sent + datagrams);
        Volatile.Write(ref _sentBytes, _sentBytes + bytes);
    }

    internal void OnTruncated() => Volatile.Write(ref _truncated, _truncated + 1);

    internal void OnSendFailed(int datagrams) => Volatile.Write(ref _sendFailed, _sendFailed + datagrams);

    internal void OnSendBufferFull(int datagrams) => Volatile.Write(ref _sendBufferFull, _sendBufferFull + datagrams);

    internal void OnReceiveError() => Volatile.Write(ref _receiveErrors, _receiveErrors + 1);

    internal void OnRunRefused() => Volatile.Write(ref _runsRefused, _runsRefused + 1);

    internal void OnSendCall() => Volatile.Write(ref _sendCalls, _sendCalls + 1);
}
