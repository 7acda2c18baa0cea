using Parley.Conference.Meetings;
using Parley.Protocol.Time;
using Parley.Transport;

namespace Parley.Conference.Relay;

/// <summary>Drives the peers of a meeting's seats: reports, what the pacers let go, requests for lost packets.</summary>
/// <remarks>Whatever is done with a peer may bring its timeout forward. The earliest is looked for anew only when someone asks after that.</remarks>
internal sealed class SeatPeers(ConferenceContext context, List<Seat> seats)
{
    private Timeout _next = Timeout.Never;
    private bool _isStale;

    /// <summary>The earliest timeout of a seat's peer.</summary>
    public Timeout NextTimeout
    {
        get
        {
            if (_isStale) FindNext();
            return _next;
        }
    }

    /// <summary>Someone came or went, or something was sent to the seats.</summary>
    public void OnUsed() => _isStale = true;

    /// <summary>Something came from one seat, which can only have brought its own timeout forward; looking at all of them for each packet would cost more than the packet.</summary>
    public void OnUsed(Seat seat)
    {
        if (seat.Media is { } media) KeepEarlier(media.Peer);
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
            if (seat.Media is { } media) KeepEarlier(media.Peer);
        }
    }

    // A timeout that moved back meanwhile leaves an early one here, which is harmless: it is found out when it comes.
    private void KeepEarlier(Peer peer)
    {
        var at = peer.NextTimeout;
        if (at < _next.At) _next = new Timeout(at, peer.NextTimeoutReason);
    }
}
