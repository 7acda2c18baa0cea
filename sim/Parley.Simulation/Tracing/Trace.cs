using System.Text;

namespace Parley.Simulation.Tracing;

/// <summary>Everything that happened in a simulation, in order. Two runs with one seed have equal traces, to the last bit.</summary>
/// <remarks><see cref="Count"/> and <see cref="Hash"/> cover all of it; the entries themselves are kept for the newest only, so that an hour fits in memory.</remarks>
public sealed class Trace
{
    private readonly TraceEntry[] _kept;

    internal Trace(int keptEntries) => _kept = new TraceEntry[keptEntries];

    /// <summary>How many things happened.</summary>
    public long Count { get; private set; }

    /// <summary>Hash over all of them.</summary>
    public ulong Hash { get; private set; } = ContentHash.Start;

    /// <summary>The newest entries, oldest first.</summary>
    /// <param name="most">How many at most.</param>
    public IEnumerable<TraceEntry> Newest(int most = int.MaxValue)
    {
        var count = Math.Min(most, Math.Min(Count, _kept.Length));
        for (var i = Count - count; i < Count; i++) yield return _kept[i % _kept.Length];
    }

    /// <summary>The kept entries, a line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var entry in Newest()) text.Append(entry.ToString()).Append('\n');
        return text.ToString();
    }

    internal void Add(in TraceEntry entry)
    {
        _kept[Count % _kept.Length] = entry;
        Count++;
        var hash = ContentHash.Mix(Hash, (ulong)entry.At.Ticks);
        hash = ContentHash.Mix(hash, entry.Host);
        hash = ContentHash.Mix(hash, (ulong)entry.Kind);
        hash = ContentHash.Mix(hash, entry.Other);
        hash = ContentHash.Mix(hash, (ulong)entry.Size);
        hash = ContentHash.Mix(hash, entry.ContentHash);
        Hash = ContentHash.Mix(hash, entry.Detail);
    }
}
