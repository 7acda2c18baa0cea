using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Transport;

namespace Parley.Conference.Relay;

/// <summary>The pictures of one seat for one connection: its camera on the way in, and everyone's on the way to it.</summary>
internal sealed class SeatVideo
{
    private const int ClockRate = 90_000;

    private readonly Peer _peer;
    private readonly IRandomSource _random;
    private readonly Dictionary<uint, TrackForwarder> _tracks = [];

    public SeatVideo(SeatSsrcs ssrcs, Peer peer, IRandomSource random)
    {
        _peer = peer;
        _random = random;
        peer.RegisterReceived(ssrcs.Video, ClockRate, StreamKind.Video);
    }

    /// <summary>The numbering of somebody's video towards the client; made at first use.</summary>
    public TrackForwarder Track(Ssrc ssrc)
    {
        if (_tracks.TryGetValue(ssrc.Value, out var forwarder)) return forwarder;
        _peer.RegisterSent(ssrc, ClockRate, StreamKind.Video);
        return _tracks[ssrc.Value] = new TrackForwarder(_random);
    }

    /// <summary>Somebody's video is gone for good.</summary>
    public void ForgetTrack(Ssrc ssrc) => _tracks.Remove(ssrc.Value);

    /// <summary>Somebody's video starts anew, with other numbers.</summary>
    public void RestartTrack(Ssrc ssrc)
    {
        if (_tracks.TryGetValue(ssrc.Value, out var forwarder)) forwarder.Restart();
    }
}
