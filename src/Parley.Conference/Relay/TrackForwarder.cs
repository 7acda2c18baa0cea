using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Relay;

/// <summary>
/// Renumbers one track towards one receiver, so that what the relay chooses not to send leaves no gap, while what the network lost on the way in
/// stays visible as one. The offsets map back, for retransmission.
/// </summary>
internal sealed class TrackForwarder(IRandomSource random)
{
    // Beyond this distance 16-bit order becomes ambiguous: the start is dragged along behind the newest packet, and a publisher that jumps
    // further than any network loses begins anew, so that nobody can lead the numbers towards a receiver astray.
    private const int MaxReach = 8192;

    private readonly SequenceNumber _first = SequenceNumber.First(random);
    private bool _isRunning;
    private bool _hasSent;
    private SequenceNumber _start;
    private SequenceNumber _newest;
    private ushort _sequenceOffset;
    private ushort _frameOffset;
    private SequenceNumber _lastSent;
    private ushort _lastFrame;

    /// <summary>Maps a packet; false when it belongs to a frame before the first one that this receiver gets.</summary>
    /// <param name="sequence">The publisher's number.</param>
    /// <param name="frameId">The publisher's frame id.</param>
    /// <param name="isFrameStart">Whether this is fragment 0: forwarding starts with a whole frame.</param>
    /// <param name="mapped">The number towards the receiver.</param>
    /// <param name="mappedFrame">The frame id towards the receiver.</param>
    public bool TryMap(SequenceNumber sequence, ushort frameId, bool isFrameStart, out SequenceNumber mapped, out ushort mappedFrame)
    {
        mapped = default;
        mappedFrame = 0;
        if (!_isRunning || sequence.DistanceFrom(_newest) > MaxReach)
        {
            if (!isFrameStart) return false;
            Start(sequence, frameId);
        }
        if (sequence.DistanceFrom(_start) < 0) return false;
        if (sequence.IsAfter(_newest))
        {
            _newest = sequence;
            if (_newest.DistanceFrom(_start) > 2 * MaxReach) _start = _newest + -MaxReach;
        }
        mapped = sequence + _sequenceOffset;
        mappedFrame = unchecked((ushort)(frameId + _frameOffset));
        if (!_hasSent || mapped.IsAfter(_lastSent))
        {
            _lastSent = mapped;
            _lastFrame = mappedFrame;
        }
        _hasSent = true;
        return true;
    }

    /// <summary>The publisher's number of a packet that the receiver knows by ours.</summary>
    public SequenceNumber MapBack(SequenceNumber sent) => sent + -_sequenceOffset;

    /// <summary>Forwarding pauses (not subscribed, no room), or the publisher's numbers start anew; it goes on gapless with the next frame start.</summary>
    public void Restart() => _isRunning = false;

    private void Start(SequenceNumber sequence, ushort frameId)
    {
        _isRunning = true;
        _start = sequence;
        _newest = sequence;
        var next = _hasSent ? _lastSent.Next : _first;
        _sequenceOffset = unchecked((ushort)(next.Value - sequence.Value));
        _frameOffset = unchecked((ushort)((_hasSent ? _lastFrame + 1 : 0) - frameId));
    }
}
