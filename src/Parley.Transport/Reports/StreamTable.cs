using Parley.Protocol.Rtp;

namespace Parley.Transport.Reports;

/// <summary>Streams by SSRC, in the order they were registered so that what is done for each happens in the same order in every run.</summary>
internal sealed class StreamTable<TStream>
    where TStream : class
{
    private readonly Dictionary<uint, TStream> _bySsrc = [];
    private readonly List<TStream> _inOrder = [];

    internal int Count => _inOrder.Count;

    internal TStream this[int index] => _inOrder[index];

    internal TStream? Find(Ssrc ssrc) => _bySsrc.GetValueOrDefault(ssrc.Value);

    internal void Add(Ssrc ssrc, TStream stream)
    {
        _bySsrc.Add(ssrc.Value, stream);
        _inOrder.Add(stream);
    }

    internal void Remove(Ssrc ssrc)
    {
        if (_bySsrc.Remove(ssrc.Value, out var stream)) _inOrder.Remove(stream);
    }
}
