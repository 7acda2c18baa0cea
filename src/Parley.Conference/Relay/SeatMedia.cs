using System.Buffers.Text;
using Parley.Conference.Meetings;
using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Protection;

namespace Parley.Conference.Relay;

/// <summary>
/// The media of one seat for one connection: transport with fresh keys, the buffer of its voice, the streams towards it. A resume makes a new one,
/// so no key ever meets a nonce twice.
/// </summary>
internal sealed class SeatMedia : IDisposable
{
    private const int VideoClockRate = 90_000;

    private readonly ConferenceContext _context;
    private readonly SeatSsrcs _ssrcs;
    private readonly MasterKey _fromClient;
    private readonly MasterKey _toClient;
    private readonly Dictionary<uint, TrackForwarder> _tracks = [];

    public SeatMedia(Instant now, ConferenceContext context, Seat seat)
    {
        _context = context;
        _ssrcs = seat.Ssrcs;
        _fromClient = MasterKey.Create(context.Random);
        _toClient = MasterKey.Create(context.Random);
        Peer = new Peer(new PeerOptions
        {
            LocalSsrc = _ssrcs.ServerRtcp,
            RemoteSsrc = _ssrcs.Rtcp,
            SendKey = _toClient,
            ReceiveKey = _fromClient,
            Cname = "server",
            Ciphers = context.Options.Ciphers,
        });
        Coding = new AudioCoding(seat.Audio);
        Peer.RegisterReceived(_ssrcs.Audio, Coding.ClockRate);
        Peer.RegisterReceived(_ssrcs.Video, VideoClockRate);
        Peer.RegisterSent(_ssrcs.Mix, Coding.ClockRate);
        Mix = new MixTrack(_ssrcs.Mix, context.Random, now);
    }

    /// <summary>Transport to and from the client.</summary>
    public Peer Peer { get; }

    /// <summary>The voice on its way into the mix.</summary>
    public AudioJitterBuffer Voice { get; } = new(new JitterBufferOptions());

    /// <summary>How loud the voice is.</summary>
    public LevelMeter Level { get; } = new();

    /// <summary>Decodes the voice.</summary>
    public AudioDecoding Decoding { get; } = new();

    /// <summary>Encodes what this seat alone hears (when it speaks itself).</summary>
    public AudioCoding Coding { get; }

    /// <summary>The numbering of the mix towards the client.</summary>
    public MixTrack Mix { get; }

    /// <summary>The numbering of somebody's video towards the client; made at first use.</summary>
    public TrackForwarder Track(Ssrc ssrc)
    {
        if (_tracks.TryGetValue(ssrc.Value, out var forwarder)) return forwarder;
        Peer.RegisterSent(ssrc, VideoClockRate);
        return _tracks[ssrc.Value] = new TrackForwarder(_context.Random);
    }

    /// <summary>Somebody's video is gone for good.</summary>
    public void ForgetTrack(Ssrc ssrc) => _tracks.Remove(ssrc.Value);

    /// <summary>Somebody's video starts anew, with other numbers.</summary>
    public void RestartTrack(Ssrc ssrc)
    {
        if (_tracks.TryGetValue(ssrc.Value, out var forwarder)) forwarder.Restart();
    }

    /// <summary>The microphone was switched off: what is still queued must not be heard as a stutter later.</summary>
    public void StopAudio() => Voice.Reset();

    /// <summary>What the client is told; the only place where the keys leave, over TLS.</summary>
    public MediaGrant ToGrant(int udpPort) => new(
        udpPort, Base64Url.EncodeToString(_fromClient.ToBytes()), Base64Url.EncodeToString(_toClient.ToBytes()), _ssrcs.Rtcp.Value,
        _ssrcs.ServerRtcp.Value, _ssrcs.Audio.Value, _ssrcs.Video.Value, _ssrcs.Mix.Value);

    /// <inheritdoc />
    public void Dispose() => Peer.Dispose();
}
