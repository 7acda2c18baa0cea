using Parley.Protocol.Rtcp;

namespace Parley.Transport.Reports;

/// <summary>What the other side said of sound and pictures that belong together, until it is taken out; the oldest goes when it is full.</summary>
internal sealed class SyncQueue
{
    private const int Capacity = 2 * MediaSync.MaxEntries;

    private readonly MediaSyncEntry[] _items = new MediaSyncEntry[Capacity];
    private int _first;
    private int _count;

    internal void Add(in MediaSyncEntry entry)
    {
        if (_count == Capacity) TryTake(out _);
        _items[(_first + _count++) % Capacity] = entry;
    }

    internal bool TryTake(out MediaSyncEntry entry)
    {
        entry = default;
        if (_count == 0) return false;
        entry = _items[_first];
        _first = (_first + 1) % Capacity;
        _count--;
        return true;
    }
}
