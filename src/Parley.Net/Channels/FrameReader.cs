using System.Buffers;
using System.Buffers.Binary;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>How reading one frame ended.</summary>
internal enum FrameOutcome
{
    /// <summary>A whole frame is there.</summary>
    Complete,

    /// <summary>The stream ended between two frames.</summary>
    End,

    /// <summary>The stream ended within a frame.</summary>
    Cut,

    /// <summary>The header breaks the rules; nothing behind it was read.</summary>
    Violation,
}

/// <summary>The result of reading one frame; a complete one hands its pooled buffer over.</summary>
internal readonly record struct Frame(FrameOutcome Outcome, MessageKind Kind, byte[] Buffer, int Length, string? Detail);

/// <summary>Cuts a byte stream into frames.</summary>
/// <remarks>
/// <code>
///  0               4      5
/// +---------------+------+----------------------+
/// | length        | kind | body                 |   length = 1 + body, big-endian
/// +---------------+------+----------------------+
/// </code>
/// A header is judged before anything is allocated for what it promises. Only one read may be under way.
/// </remarks>
internal sealed class FrameReader(Stream stream) : IDisposable
{
    /// <summary>Bytes of length and kind.</summary>
    public const int HeaderLength = 5;

    private const int BufferLength = 8 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private int _start;
    private int _end;

    /// <summary>Reads the next frame.</summary>
    /// <param name="maxBody">Asked when a header is there: the limit may have risen while we waited for it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<Frame> ReadAsync(Func<int> maxBody, CancellationToken cancellation)
    {
        while (_end - _start < HeaderLength)
        {
            if (await FillAsync(cancellation)) continue;
            return new Frame(_end == _start ? FrameOutcome.End : FrameOutcome.Cut, default, [], 0, null);
        }
        var length = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        var kind = (MessageKind)_buffer[_start + 4];
        if (Judge(length, kind, maxBody()) is { } violation)
            return new Frame(FrameOutcome.Violation, default, [], 0, violation);
        _start += HeaderLength;
        return await ReadBodyAsync(kind, (int)length - 1, cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_buffer.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private static string? Judge(uint length, MessageKind kind, int maxBody)
    {
        if (length == 0) return "A frame of length 0.";
        if (length - 1 > (uint)maxBody) return $"A frame of {length} bytes; at most {maxBody + 1} are allowed here.";
        return kind is MessageKind.Json or MessageKind.Binary ? null : $"A frame of the unknown kind {(byte)kind}.";
    }

    private async ValueTask<Frame> ReadBodyAsync(MessageKind kind, int length, CancellationToken cancellation)
    {
        var body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var have = Math.Min(length, _end - _start);
            _buffer.AsSpan(_start, have).CopyTo(body);
            _start += have;
            while (have < length)
            {
                var read = await stream.ReadAsync(body.AsMemory(have, length - have), cancellation);
                if (read == 0) return new Frame(FrameOutcome.Cut, default, [], 0, null);
                have += read;
            }
            var frame = new Frame(FrameOutcome.Complete, kind, body, length, null);
            body = null;
            return frame;
        }
        finally
        {
            if (body is not null) ArrayPool<byte>.Shared.Return(body);
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }
}
