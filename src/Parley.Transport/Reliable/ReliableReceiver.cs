using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>The receiving half of a reliable stream: puts bytes in order, says what has come, and offers no more room than there is.</summary>
/// <remarks>
/// Acknowledges every second packet, and at once what tells of a loss (RFC 5681 section 4.2); one packet alone after <see cref="ReliableOptions.AckDelay"/>. The driver's
/// turn may gather more. What a block told is kept until it is read. Bounded. Not thread-safe.
/// </remarks>
internal sealed class ReliableReceiver(ReliableOptions options)
{
    private const int MaxGaps = 1024;

    /// <summary>Packets after the start that are acknowledged one by one, so that slow start of the other side is not held up.</summary>
    private const int QuickPackets = 16;

    private readonly ByteRing _bytes = new();
    private readonly RangeSet _beyond = new(MaxGaps);
    private int _window = WindowFor(options.ReceiveBufferBytes, options.SocketBufferBytes);
    private long _next;
    private long _read;
    private long _offered;
    private long _end = long.MaxValue;
    private long _newest;
    private long _lastBeyond;
    private Instant _newestAt;
    private int _waiting;
    private int _packets;

    /// <summary>When an acknowledgement is due; never while there is nothing to tell.</summary>
    internal Instant AckAt { get; private set; } = Instant.Never;

    /// <summary>Bytes that can be read.</summary>
    internal int Readable => (int)(Math.Min(_next, _end) - _read);

    /// <summary>Bytes that have come in order.</summary>
    internal long Received => Math.Min(_next, _end);

    /// <summary>Whether everything there will ever be has come.</summary>
    internal bool IsComplete => _next > _end;

    /// <summary>What the socket under the stream really holds. What was offered stands.</summary>
    internal void SetSocketBuffer(int bytes) => _window = WindowFor(options.ReceiveBufferBytes, Math.Min(bytes, options.SocketBufferBytes));

    /// <summary>What no honest sender sends.</summary>
    internal long Refused { get; private set; }

    /// <summary>The first byte that may not be sent, as it will be offered next.</summary>
    private long Limit => Math.Max(_offered, _read + _window);

    /// <summary>Takes a data packet.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="number">Its packet number.</param>
    /// <param name="offset">Where its bytes belong.</param>
    /// <param name="bytes">They; none for a probe or the end alone.</param>
    /// <param name="isFinal">The stream ends behind them.</param>
    /// <returns>None, Duplicate, QueueFull (too many gaps), TooLarge (beyond what was offered) or Malformed (contradicts the end).</returns>
    internal DropReason OnData(Instant now, long number, long offset, ReadOnlySpan<byte> bytes, bool isFinal)
    {
        (_newest, _newestAt) = (number, now);
        _packets++;
        var reason = Accept(now, offset, bytes, isFinal);
        if (reason is DropReason.TooLarge or DropReason.Malformed) Refused++;
        var isPlain = reason == DropReason.None && _beyond.Count == 0 && bytes.Length > 0 && !isFinal;
        if (!isPlain || ++_waiting >= 2 || _packets <= QuickPackets) AckAt = now;
        else if (AckAt == Instant.Never) AckAt = now + options.AckDelay;
        return reason;
    }

    /// <summary>Takes bytes out in order.</summary>
    internal int Read(Instant now, Span<byte> destination)
    {
        var count = Math.Min(destination.Length, Readable);
        _bytes.CopyTo(_read, destination[..count]);
        _read += count;
        _bytes.DiscardBefore(_read);
        // The other side may be waiting for room: it is told when there is a quarter of the window more.
        if (Limit - _offered >= _window / 4 && _packets > 0) AckAt = Instant.Min(AckAt, now);
        return count;
    }

    /// <summary>Writes the acknowledgement that is due.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="body">Where to; as many blocks as it has room for.</param>
    /// <returns>Bytes written.</returns>
    internal int WriteAck(Instant now, Span<byte> body)
    {
        AckAt = Instant.Never;
        _waiting = 0;
        _offered = Limit;
        var ack = new StreamAck(_next, _offered, _newest, now - _newestAt);
        ack.Write(body);
        var count = Math.Min(Math.Min(_beyond.Count, StreamAck.MaxBlocks), (body.Length - StreamAck.FixedLength) / StreamAck.BlockLength);
        // First the block with what came last, then those below it: they were new most recently (RFC 2018 section 4).
        var first = Math.Min(_beyond.FirstEndingFrom(_lastBeyond), Math.Max(0, _beyond.Count - 1));
        for (var i = 0; i < count; i++)
        {
            var range = _beyond[(first - i + _beyond.Count) % _beyond.Count];
            ack.WriteBlock(body, i, range.Begin, range.End);
        }
        return StreamAck.FixedLength + (count * StreamAck.BlockLength);
    }

    /// <summary>Throws away what was not read, memory included.</summary>
    internal void Clear()
    {
        _bytes.Clear();
        _beyond.Clear();
        _next = _read = 0;
        AckAt = Instant.Never;
    }

    private static int WindowFor(int buffer, int socket) => Math.Max(StreamData.InitialLimit, Math.Min(buffer, socket / 2));

    private DropReason Accept(Instant now, long offset, ReadOnlySpan<byte> bytes, bool isFinal)
    {
        var end = offset + bytes.Length;
        if (end > Math.Max(_offered, StreamData.InitialLimit)) return DropReason.TooLarge;
        // The end stands once it was told, and nothing may be behind it.
        if (_end == long.MaxValue ? isFinal && end < Highest : isFinal ? end != _end : end > _end) return DropReason.Malformed;
        if (isFinal) _end = end;
        var beyond = end + (isFinal ? 1 : 0);
        if (beyond <= _next) return offset == beyond ? DropReason.None : DropReason.Duplicate;
        if (beyond == offset) return DropReason.None;
        if (offset > _next)
        {
            var before = _beyond.Count;
            if (!_beyond.TryAdd(offset, beyond)) return DropReason.QueueFull;
            _bytes.Put(offset, bytes);
            _lastBeyond = beyond;
            if (before == 0) AckAt = now;
            return DropReason.None;
        }
        var have = (int)Math.Min(bytes.Length, _next - offset);
        _bytes.Put(_next, bytes[have..]);
        _next = beyond;
        if (_beyond.Count == 0) return DropReason.None;
        // It fills a gap, perhaps the first one whole.
        while (_beyond.Count > 0 && _beyond[0].Begin <= _next)
        {
            _next = Math.Max(_next, _beyond[0].End);
            _beyond.RemoveBefore(_next);
        }
        AckAt = now;
        return DropReason.None;
    }

    private long Highest => _beyond.Count > 0 ? Math.Max(_next, _beyond[_beyond.Count - 1].End) : _next;
}
