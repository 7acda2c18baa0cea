using System.Buffers;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>What happened on a control connection.</summary>
internal enum ChannelEventKind
{
    /// <summary>TLS stands.</summary>
    Opened,

    /// <summary>A whole message has come.</summary>
    Message,

    /// <summary>It is over, or could not be made.</summary>
    Closed,
}

/// <summary>One event on its way to the shard. A message owns a pooled buffer until <see cref="Release"/>.</summary>
internal readonly struct ChannelEvent
{
    private readonly byte[]? _buffer;

    private ChannelEvent(ChannelConnection connection, ChannelEventKind kind)
    {
        Connection = connection;
        Kind = kind;
    }

    private ChannelEvent(ChannelConnection connection, MessageKind kind, byte[] buffer, int length)
        : this(connection, ChannelEventKind.Message)
    {
        MessageKind = kind;
        _buffer = buffer;
        Length = length;
    }

    private ChannelEvent(ChannelConnection connection, ChannelCloseReason reason, string? detail)
        : this(connection, ChannelEventKind.Closed)
    {
        CloseReason = reason;
        Detail = detail;
    }

    public ChannelConnection Connection { get; }

    public ChannelEventKind Kind { get; }

    public MessageKind MessageKind { get; }

    public ChannelCloseReason CloseReason { get; }

    public string? Detail { get; }

    public int Length { get; }

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, Length);

    public static ChannelEvent Opened(ChannelConnection connection) => new(connection, ChannelEventKind.Opened);

    public static ChannelEvent Message(ChannelConnection connection, in Frame frame) =>
        new(connection, frame.Kind, frame.Buffer, frame.Length);

    public static ChannelEvent Closed(ChannelConnection connection, ChannelCloseReason reason, string? detail) =>
        new(connection, reason, detail);

    public string Describe() => Kind switch
    {
        ChannelEventKind.Opened => "told of a control connection",
        ChannelEventKind.Message => "handling a control message",
        ChannelEventKind.Closed => "told of the end of a control connection",
        _ => "told of an unknown event",
    };

    /// <summary>Gives the buffer back and lets the connection read on.</summary>
    public void Release()
    {
        if (_buffer is null) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        Connection.OnMessageTaken();
    }
}
