namespace Parley.Transport.Reliable;

/// <summary>A stretch of a stream in memory, addressed by offset: bytes are put anywhere beyond its start and discarded from the front.</summary>
/// <remarks>Grows by doubling as far as it is used, never shrinks. Whoever puts sees to the bound. Not thread-safe.</remarks>
internal sealed class ByteRing
{
    private const int FirstLength = 16 * 1024;

    private byte[] _bytes = [];
    private long _end;

    /// <summary>The first byte that is kept.</summary>
    internal long Start { get; private set; }

    /// <summary>Puts bytes at an offset that is not before <see cref="Start"/>.</summary>
    internal void Put(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        var end = offset + bytes.Length;
        if (end - Start > _bytes.Length) Grow(end - Start);
        var at = (int)(offset & (_bytes.Length - 1));
        var first = Math.Min(bytes.Length, _bytes.Length - at);
        bytes[..first].CopyTo(_bytes.AsSpan(at));
        bytes[first..].CopyTo(_bytes);
        if (end > _end) _end = end;
    }

    /// <summary>Copies bytes that were put.</summary>
    internal void CopyTo(long offset, Span<byte> destination)
    {
        if (destination.IsEmpty) return;
        var at = (int)(offset & (_bytes.Length - 1));
        var first = Math.Min(destination.Length, _bytes.Length - at);
        _bytes.AsSpan(at, first).CopyTo(destination);
        _bytes.AsSpan(0, destination.Length - first).CopyTo(destination[first..]);
    }

    /// <summary>Lets go what is before an offset.</summary>
    internal void DiscardBefore(long offset)
    {
        if (offset > Start) Start = offset;
    }

    /// <summary>Lets everything go, memory included.</summary>
    internal void Clear()
    {
        _bytes = [];
        (Start, _end) = (0, 0);
    }

    private void Grow(long needed)
    {
        var length = Math.Max(FirstLength, _bytes.Length);
        while (length < needed) length *= 2;
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        for (var offset = Start; offset < _end;)
        {
            var from = (int)(offset & (_bytes.Length - 1));
            var to = (int)(offset & (length - 1));
            var count = (int)Math.Min(_end - offset, Math.Min(_bytes.Length - from, length - to));
            _bytes.AsSpan(from, count).CopyTo(bytes.AsSpan(to));
            offset += count;
        }
        _bytes = bytes;
    }
}
