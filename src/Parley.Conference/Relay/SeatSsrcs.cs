using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Relay;

/// <summary>The SSRCs of a seat, given by the server, unique in the process, kept for the seat's life.</summary>
/// <param name="Audio">The microphone, and its CSRC in mixed packets.</param>
/// <param name="Video">The large camera encoding, and the track towards every receiver (keys differ, so nonces do).</param>
/// <param name="SmallVideo">The small camera encoding, from the client only.</param>
/// <param name="Rtcp">The client's sender SSRC in RTCP.</param>
/// <param name="Mix">The mixed audio towards the client.</param>
/// <param name="ServerRtcp">The server's sender SSRC in RTCP towards the client.</param>
internal readonly record struct SeatSsrcs(Ssrc Audio, Ssrc Video, Ssrc SmallVideo, Ssrc Rtcp, Ssrc Mix, Ssrc ServerRtcp);

/// <summary>Draws SSRCs that are not in use. They must collide with nothing, so there is no collision handling (RFC 3550 section 8) on the wire.</summary>
internal sealed class SsrcAllocator(IRandomSource random)
{
    private readonly HashSet<uint> _used = [0];

    /// <summary>Gives six.</summary>
    public SeatSsrcs Allocate() => new(Draw(), Draw(), Draw(), Draw(), Draw(), Draw());

    /// <summary>Takes them back.</summary>
    public void Release(in SeatSsrcs ssrcs)
    {
        _used.Remove(ssrcs.Audio.Value);
        _used.Remove(ssrcs.Video.Value);
        _used.Remove(ssrcs.SmallVideo.Value);
        _used.Remove(ssrcs.Rtcp.Value);
        _used.Remove(ssrcs.Mix.Value);
        _used.Remove(ssrcs.ServerRtcp.Value);
    }

    private Ssrc Draw()
    {
        uint value;
        do
        {
            value = random.NextUInt32();
        }
        while (!_used.Add(value));
        return new Ssrc(value);
    }
}
