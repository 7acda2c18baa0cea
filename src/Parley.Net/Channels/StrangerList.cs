using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.Net;

/// <summary>
/// The accepted connections that have not authenticated, oldest first, with limits in all and per address. Who floods evicts itself; who has
/// authenticated is on no list and cannot be evicted.
/// </summary>
/// <remarks>Thread-safe. It only says who must go; the caller sends them away.</remarks>
internal sealed class StrangerList(ChannelLimits limits)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _oldestFirst = new();
    private readonly Dictionary<UInt128, int> _countByKey = [];

    public int Count
    {
        get
        {
            lock (_gate) return _oldestFirst.Count;
        }
    }

    /// <summary>Puts a connection on the list.</summary>
    /// <returns>The one that must make room; null when there is room.</returns>
    public ChannelConnection? Add(Instant now, ChannelConnection connection)
    {
        lock (_gate)
        {
            var key = connection.Address.LimitKey;
            var isOver = _countByKey.GetValueOrDefault(key) >= LimitFor(connection.Address);
            var victim = isOver ? OldestOf(key) : _oldestFirst.Count >= limits.MaxStrangers ? _oldestFirst.First : null;
            if (victim is not null) Remove(victim);
            connection.StrangerEntry = _oldestFirst.AddLast(new Entry(connection, now));
            _countByKey[key] = _countByKey.GetValueOrDefault(key) + 1;
            return victim?.Value.Connection;
        }
    }

    /// <summary>Takes a connection off: it has authenticated, or it is gone. Twice is harmless.</summary>
    public void Remove(ChannelConnection connection)
    {
        lock (_gate)
        {
            if (connection.StrangerEntry is { List: not null } entry) Remove(entry);
        }
    }

    /// <summary>Takes off and gives one that came before <paramref name="deadline"/>; null when there is none.</summary>
    public ChannelConnection? TakeOlderThan(Instant deadline)
    {
        lock (_gate)
        {
            if (_oldestFirst.First is not { } oldest || oldest.Value.Since > deadline) return null;
            Remove(oldest);
            return oldest.Value.Connection;
        }
    }

    private int LimitFor(in TransportAddress address) =>
        IsLoopback(address) ? limits.MaxStrangersFromLoopback : limits.MaxStrangersPerAddress;

    private static bool IsLoopback(in TransportAddress address) =>
        address.IsIPv4 ? address.IPv4Bits >> 24 == 127 : address.Address == UInt128.One;

    private LinkedListNode<Entry>? OldestOf(UInt128 key)
    {
        var entry = _oldestFirst.First;
        while (entry is not null && entry.Value.Connection.Address.LimitKey != key) entry = entry.Next;
        return entry;
    }

    private void Remove(LinkedListNode<Entry> entry)
    {
        _oldestFirst.Remove(entry);
        var key = entry.Value.Connection.Address.LimitKey;
        if (--_countByKey[key] == 0) _countByKey.Remove(key);
    }

    /// <summary>One connection and when it came.</summary>
    internal readonly record struct Entry(ChannelConnection Connection, Instant Since);
}
