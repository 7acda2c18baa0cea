using Parley.Conference.Meetings;
using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>Drives the peers of a meeting's seats: reports, what the pacers let go, requests for lost packets.</summary>
/// <remarks>Whatever is done with a peer may bring its timeout forward. The earliest is looked for anew only when someone asks after that.</remarks>
internal sealed class SeatPeers(ConferenceContext context, List<Seat> seats)
{
    private Timeout _next = Timeout.Never;
    private bool _isStale;
    private bool _isFlushAwaited;

    /// <summary>The earliest timeout of a seat's peer.</summary>
    public Timeout NextTimeout
    {
        get
        {
            if (_isStale) FindNext();
            return _next;
        }
    }

    /// <summary>Someone came or went, or something came from a seat; what follows from that may be sent at once or by the next flush.</summary>
    public void OnUsed()
    {
        _isStale = true;
        _isFlushAwaited = true;
    }

    /// <summary>What was held back in the batch has been sent. A meeting in which nothing happened is not looked at.</summary>
    public void OnFlushed()
    {
        _isStale |= _isFlushAwaited;
        _isFlushAwaited = false;
    }

    /// <summary>Lets every peer do what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (now < NextTimeout.At) return;
        foreach (var seat in seats)
        {
            if (seat.Media is { } media && media.Peer.NextTimeout <= now) media.Peer.HandleTimeout(now, context.Datagrams);
        }
        _isStale = true;
    }

    private void FindNext()
    {
        _isStale = false;
        _next = Timeout.Never;
        foreach (var seat in seats)
        {
            if (seat.Media is { } media && media.Peer.NextTimeout < _next.At) _next = new Timeout(media.Peer.NextTimeout, media.Peer.NextTimeoutReason);
        }
    }
}
