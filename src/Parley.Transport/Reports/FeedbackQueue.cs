namespace Parley.Transport.Reports;

/// <summary>A bounded queue of feedback that waits to be taken; drops the newest when full.</summary>
internal sealed class FeedbackQueue
{
    /// <summary>Most that wait: one for each stream of a full meeting, and more.</summary>
    internal const int Capacity = 256;

    private readonly PeerFeedback[] _items = new PeerFeedback[Capacity];
    private int _first;
    private int _count;

    internal bool TryAdd(in PeerFeedback feedback)
    {
        if (_count == Capacity) return false;
        _items[(_first + _count++) % Capacity] = feedback;
        return true;
    }

    internal bool TryTake(out PeerFeedback feedback)
    {
        feedback = default;
        if (_count == 0) return false;
        feedback = _items[_first];
        _first = (_first + 1) % Capacity;
        _count--;
        return true;
    }
}
