using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>
/// A reliable, ordered stream of bytes in both directions between two parties, with Reno (docs/protocol/files.md). Symmetric; begins at 0 with the
/// keys that it lives under.
/// </summary>
/// <remarks>
/// The owner writes and reads, and asks <see cref="TakeEvents"/> after what may have caused some. What has to leave is taken by the transport that it rides in,
/// whose timeout comes forward by a write, a read, a close or a reset. Memory grows with use up to the two buffers and is then reused. Not thread-safe.
/// </remarks>
public sealed class ReliableStream
{
    /// <summary>A reset is told again at most so often while the other side still sends.</summary>
    private static readonly TimeSpan ResetInterval = TimeSpan.FromMilliseconds(100);

    private readonly ReliableOptions _options;
    private readonly ReliableSender _sender;
    private readonly ReliableReceiver _receiver;
    private ReliableEvents _events;
    private bool _wasRefused;
    private bool _wasEnded;
    private bool _wasDelivered;
    private Instant _resetAt = Instant.Never;
    private Instant _noResetBefore = new(long.MinValue);

    /// <summary>Makes an empty stream.</summary>
    public ReliableStream(ReliableOptions? options = null)
    {
        _options = options ?? ReliableOptions.Default;
        _sender = new ReliableSender(_options);
        _receiver = new ReliableReceiver(_options);
    }

    /// <summary>Bytes that <see cref="TryWrite"/> takes now; 0 when closed or reset.</summary>
    public int FreeSpace => IsReset ? 0 : _sender.FreeSpace;

    /// <summary>Bytes written so far.</summary>
    public long WrittenBytes => _sender.Written;

    /// <summary>Bytes written that the other side's transport has.</summary>
    public long AckedBytes => _sender.Acknowledged;

    /// <summary>Bytes that <see cref="Read"/> gives now.</summary>
    public int ReadableBytes => IsReset ? 0 : _receiver.Readable;

    /// <summary>The other side has ended its direction and all of it was read.</summary>
    public bool IsEnded => _receiver.IsComplete && _receiver.Readable == 0;

    /// <summary>We have ended our direction and the other side has all of it.</summary>
    public bool IsDelivered => _sender.IsDelivered;

    /// <summary>Thrown away by one of the two; nothing can be written or read any more.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Why; the meaning is the owners'.</summary>
    public uint ResetCode { get; private set; }

    /// <summary>What has been measured and counted.</summary>
    public ReliableStats Stats
    {
        get
        {
            var stats = _sender.Measure();
            return stats with { BytesReceived = _receiver.Received, Refused = stats.Refused + _receiver.Refused };
        }
    }

    /// <summary>Writes bytes: all of them, or none when there is no room, or after a close or reset.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="bytes">Copied. Large pieces make packets of equal size.</param>
    public bool TryWrite(Instant now, ReadOnlySpan<byte> bytes)
    {
        var isTaken = !IsReset && _sender.TryWrite(bytes);
        _wasRefused |= !isTaken;
        if (isTaken) BecomeDue(now);
        return isTaken;
    }

    /// <summary>Reads bytes in order; reading makes room for more.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>How many; 0 when none are there.</returns>
    public int Read(Instant now, Span<byte> destination) => IsReset ? 0 : _receiver.Read(now, destination);

    /// <summary>Ends our direction behind what was written. The other direction goes on.</summary>
    /// <param name="now">Time of the call.</param>
    public void Close(Instant now)
    {
        _sender.Close();
        BecomeDue(now);
    }

    /// <summary>Throws the stream away in both directions; the other side is told.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="code">Why; the meaning is the owners'.</param>
    public void Reset(Instant now, uint code = 0)
    {
        if (IsReset) return;
        OnReset(code);
        _resetAt = now;
    }

    /// <summary>What has happened since the last call.</summary>
    public ReliableEvents TakeEvents()
    {
        if (!IsReset)
        {
            if (_wasRefused && _sender.FreeSpace >= _options.SendBufferBytes / 4)
            {
                _wasRefused = false;
                _events |= ReliableEvents.Writable;
            }
            if (_receiver.IsComplete && !_wasEnded) (_wasEnded, _events) = (true, _events | ReliableEvents.Ended);
            if (_sender.IsDelivered && !_wasDelivered) (_wasDelivered, _events) = (true, _events | ReliableEvents.Delivered);
        }
        var events = _events;
        _events = ReliableEvents.None;
        return events;
    }

    /// <summary>Whether the stream keeps out of the way of media; told by the transport that it rides in.</summary>
    internal bool IsYielding
    {
        get => _sender.IsYielding;
        set => _sender.IsYielding = value;
    }

    /// <summary>When the transport is to ask for data again: set by whatever may have made some ready, and by the transport when it has to wait.</summary>
    internal Instant DueAt { get; set; } = Instant.Never;

    /// <summary>What the socket under the stream holds; known when it is driven.</summary>
    internal void SetSocketBuffer(int bytes) => _receiver.SetSocketBuffer(bytes);

    /// <summary>Whether anything waits to be sent or acknowledged.</summary>
    internal bool IsBusy => !IsReset && _sender.IsBusy;

    /// <summary>Bytes that the window allows now, about.</summary>
    internal long SendableBytes => _sender.SendableBytes;

    /// <summary>How fast data may leave, in bits of the stream a second; 0 as fast as it likes.</summary>
    internal long PacingRate => _sender.PacingRate;

    /// <summary>When an acknowledgement or a reset is due: it leaves without waiting for its turn.</summary>
    internal Instant ControlAt => IsReset ? _resetAt : _receiver.AckAt;

    /// <summary>When <see cref="HandleTimeout"/> has something to do.</summary>
    internal Instant NextTimeout => IsReset ? Instant.Never : _sender.NextTimeout;

    /// <summary>The data packet that may leave now by the stream's own rules; false when there is none.</summary>
    internal bool TryNext(Instant now, out ReliableSender.Outgoing next)
    {
        next = default;
        return !IsReset && _sender.TryNext(now, out next);
    }

    /// <summary>Writes the body of the data packet that <see cref="TryNext"/> gave; it leaves.</summary>
    /// <returns>Bytes written.</returns>
    internal int WriteData(Instant now, in ReliableSender.Outgoing next, long number, Span<byte> body)
    {
        StreamData.Write(body, next.Begin);
        _sender.CopyTo(next, body[StreamData.OverheadLength..]);
        _sender.OnSent(now, next, number);
        return StreamData.OverheadLength + next.Bytes;
    }

    /// <summary>Writes the acknowledgement or reset that is due.</summary>
    /// <returns>Bytes written.</returns>
    internal int WriteControl(Instant now, Span<byte> body, out StreamPacketKind kind)
    {
        if (!IsReset)
        {
            kind = StreamPacketKind.Ack;
            return _receiver.WriteAck(now, body);
        }
        kind = StreamPacketKind.Reset;
        _resetAt = Instant.Never;
        _noResetBefore = now + ResetInterval;
        return StreamReset.Write(body, ResetCode);
    }

    /// <summary>Takes the decrypted body of an authentic packet.</summary>
    internal DropReason Receive(Instant now, in StreamHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Kind == StreamPacketKind.Reset)
        {
            if (!StreamReset.TryParse(body, out var code)) return DropReason.Truncated;
            if (!IsReset) OnReset(code);
            return DropReason.None;
        }
        if (IsReset)
        {
            // The other side does not know yet, or the packet that told it was lost.
            if (now >= _noResetBefore) _resetAt = now;
            return DropReason.NotPermitted;
        }
        return header.Kind == StreamPacketKind.Data ? ReceiveData(now, header, body) : ReceiveAck(now, body);
    }

    internal void HandleTimeout(Instant now)
    {
        if (!IsReset) _sender.HandleTimeout(now);
    }

    private DropReason ReceiveData(Instant now, in StreamHeader header, ReadOnlySpan<byte> body)
    {
        var reason = StreamData.TryParse(body, out var offset, out var bytes);
        if (reason != DropReason.None) return reason;
        var before = _receiver.Received;
        reason = _receiver.OnData(now, header.Number, offset, bytes, header.IsFinal);
        if (_receiver.Received > before) _events |= ReliableEvents.Readable;
        return reason;
    }

    private DropReason ReceiveAck(Instant now, ReadOnlySpan<byte> body)
    {
        var reason = StreamAck.TryParse(body, out var ack, out var blocks);
        if (reason == DropReason.None) reason = _sender.OnAck(now, ack, blocks);
        BecomeDue(now);
        return reason;
    }

    // A time that is set already is one at which more may leave than now.
    private void BecomeDue(Instant now)
    {
        if (DueAt == Instant.Never) DueAt = now;
    }

    private void OnReset(uint code)
    {
        IsReset = true;
        ResetCode = code;
        _receiver.Clear();
        _sender.Clear();
        _events = ReliableEvents.Reset;
    }
}
