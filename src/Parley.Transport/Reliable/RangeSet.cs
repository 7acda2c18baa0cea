namespace Parley.Transport.Reliable;

/// <summary>Stretches of a stream, apart from one another and in order: what has come beyond a gap.</summary>
/// <remarks>Bounded; memory grows to what is needed. Not thread-safe.</remarks>
internal sealed class RangeSet(int capacity)
{
    private const int FirstCapacity = 16;

    private Range[] _ranges = [];

    /// <summary>From the first byte to the one behind the last.</summary>
    internal readonly record struct Range(long Begin, long End);

    /// <summary>How many there are.</summary>
    internal int Count { get; private set; }

    /// <summary>By place, the lowest first.</summary>
    internal Range this[int index] => _ranges[index];

    /// <summary>Adds a stretch, which joins those it touches.</summary>
    /// <returns>False when it would be one too many; nothing is changed then.</returns>
    internal bool TryAdd(long begin, long end)
    {
        var at = FirstEndingFrom(begin);
        var behind = at;
        while (behind < Count && _ranges[behind].Begin <= end) behind++;
        if (behind == at)
        {
            if (Count == capacity) return false;
            if (Count == _ranges.Length) Array.Resize(ref _ranges, Math.Min(capacity, Math.Max(FirstCapacity, 2 * Count)));
            _ranges.AsSpan(at, Count - at).CopyTo(_ranges.AsSpan(at + 1));
            Count++;
            _ranges[at] = new Range(begin, end);
            return true;
        }
        _ranges[at] = new Range(Math.Min(begin, _ranges[at].Begin), Math.Max(end, _ranges[behind - 1].End));
        Remove(at + 1, behind);
        return true;
    }

    /// <summary>Forgets what lies before an offset.</summary>
    internal void RemoveBefore(long offset)
    {
        var gone = 0;
        while (gone < Count && _ranges[gone].End <= offset) gone++;
        if (gone > 0) Remove(0, gone);
        if (Count > 0 && _ranges[0].Begin < offset) _ranges[0] = _ranges[0] with { Begin = offset };
    }

    /// <summary>The place of the first stretch that ends at an offset or later; <see cref="Count"/> when there is none.</summary>
    internal int FirstEndingFrom(long offset)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    internal void Clear() => Count = 0;

    private void Remove(int from, int to)
    {
        _ranges.AsSpan(to, Count - to).CopyTo(_ranges.AsSpan(from));
        Count -= to - from;
    }
}
