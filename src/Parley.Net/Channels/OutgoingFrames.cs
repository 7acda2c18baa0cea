using System.Buffers.Binary;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>A bounded queue of frames that the shard fills and one writer empties, several frames at a time.</summary>
/// <remarks>Thread-safe. The bodies are not copied until they are written; nobody writes to them again (<see cref="ChannelAction"/>).</remarks>
internal sealed class OutgoingFrames(int maxBytes, int maxMessages)
{
    private readonly Lock _gate = new();
    private readonly Queue<(MessageKind Kind, ReadOnlyMemory<byte> Body)> _frames = new();
    private readonly byte[] _header = new byte[FrameReader.HeaderLength];
    private ReadOnlyMemory<byte> _rest;
    private int _headerSent = FrameReader.HeaderLength;
    private int _bytes;
    private bool _isReady;
    private bool _isWriting;
    private bool _isComplete;

    /// <summary>Whether there will be no more.</summary>
    public bool IsComplete
    {
        get
        {
            lock (_gate) return _isComplete;
        }
    }

    /// <summary>Queues a frame.</summary>
    /// <param name="kind">What the body is.</param>
    /// <param name="body">The body.</param>
    /// <param name="mustWrite">Whether the caller must start a writer: there is none.</param>
    /// <returns>False when the queue is full: the other side reads too slowly.</returns>
    public bool TryAdd(MessageKind kind, ReadOnlyMemory<byte> body, out bool mustWrite)
    {
        lock (_gate)
        {
            mustWrite = false;
            if (_isComplete) return true;
            var size = FrameReader.HeaderLength + body.Length;
            if (_bytes + size > maxBytes || _frames.Count >= maxMessages) return false;
            _bytes += size;
            _frames.Enqueue((kind, body));
            mustWrite = TryBecomeWriter();
            return true;
        }
    }

    /// <summary>The stream stands. Returns whether the caller must start a writer.</summary>
    public bool SetReady()
    {
        lock (_gate)
        {
            _isReady = true;
            return (_frames.Count > 0 || _isComplete) && TryBecomeWriter();
        }
    }

    /// <summary>Takes no more. Returns whether the caller must start a writer, which then finds the end.</summary>
    public bool Complete()
    {
        lock (_gate)
        {
            if (_isComplete) return false;
            _isComplete = true;
            return TryBecomeWriter();
        }
    }

    /// <summary>Copies as many bytes as fit. Only the writer calls it.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="isLast">With 0: nothing will follow, and no other writer will ever be asked for.</param>
    /// <returns>0 when there are none: the writer must end.</returns>
    public int Fill(Span<byte> destination, out bool isLast)
    {
        lock (_gate)
        {
            var filled = 0;
            while (filled < destination.Length && (HasRest || TryBeginNext())) filled += CopyRest(destination[filled..]);
            _bytes -= filled;
            isLast = filled == 0 && _isComplete;
            _isWriting = filled > 0 || isLast;
            return filled;
        }
    }

    private bool HasRest => _headerSent < FrameReader.HeaderLength || !_rest.IsEmpty;

    private bool TryBecomeWriter()
    {
        if (!_isReady || _isWriting) return false;
        _isWriting = true;
        return true;
    }

    private bool TryBeginNext()
    {
        if (!_frames.TryDequeue(out var next)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(_header, (uint)next.Body.Length + 1);
        _header[4] = (byte)next.Kind;
        _headerSent = 0;
        _rest = next.Body;
        return true;
    }

    private int CopyRest(Span<byte> destination)
    {
        var header = Math.Min(FrameReader.HeaderLength - _headerSent, destination.Length);
        _header.AsSpan(_headerSent, header).CopyTo(destination);
        _headerSent += header;
        var body = Math.Min(_rest.Length, destination.Length - header);
        _rest.Span[..body].CopyTo(destination[header..]);
        _rest = _rest[body..];
        return header + body;
    }
}
