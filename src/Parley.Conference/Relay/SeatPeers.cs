using Parley.Conference.Meetings;
using Parley.Protocol.Time;

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

    /// <summary>Someone came or went, or something came from a seat, or was sent to one.</summary>
    public void OnUsed() => _isStale = true;

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
