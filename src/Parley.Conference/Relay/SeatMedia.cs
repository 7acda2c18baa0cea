using System.Buffers.Text;
using Parley.Conference.Meetings;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Protection;

namespace Parley.Conference.Relay;

/// <summary>
/// The media of one seat for one connection: transport with fresh keys, and what travels over it. A resume makes a new one, so no key ever meets
/// a nonce twice.
/// </summary>
internal sealed class SeatMedia : IDisposable
{
    private readonly SeatSsrcs _ssrcs;
    private readonly MasterKey _fromClient;
    private readonly MasterKey _toClient;
    private readonly bool _hasOpus;
    private AudioProfile _profile;

    public SeatMedia(Instant now, ConferenceContext context, Seat seat)
    {
        _ssrcs = seat.Ssrcs;
        _hasOpus = context.Options.AudioCodecs.HasOpus;
        _profile = Possible(seat.Audio);
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
            Congestion = context.Options.Congestion,
        });
        Audio = new SeatAudio(now, _profile, _ssrcs, Peer, context.Random, context.Options.AudioCodecs);
        Video = new SeatVideo(_ssrcs, Peer, Audio, context.Random);
    }

    /// <summary>Transport to and from the client.</summary>
    public Peer Peer { get; }

    /// <summary>Bits per second for pictures towards the client.</summary>
    public long RoomForVideo => Peer.TargetRate - Audio.PlannedRate;

    /// <summary>The seat's voice, and the mix towards it.</summary>
    public SeatAudio Audio { get; }

    /// <summary>The seat's camera, and everyone's pictures towards it.</summary>
    public SeatVideo Video { get; }

    /// <summary>Sends sound in another form from now on.</summary>
    /// <param name="wanted">What the client asks for.</param>
    /// <returns>What it gets.</returns>
    public AudioProfile GrantAudio(AudioProfile wanted)
    {
        _profile = Possible(wanted);
        Audio.SetProfile(_profile);
        return _profile;
    }

    /// <summary>What the client is told; the only place where the keys leave, over TLS.</summary>
    public MediaGrant ToGrant(int udpPort) => new(
        udpPort, Base64Url.EncodeToString(_fromClient.ToBytes()), Base64Url.EncodeToString(_toClient.ToBytes()), _ssrcs.Rtcp.Value,
        _ssrcs.ServerRtcp.Value, _ssrcs.Audio.Value, _ssrcs.Video.Value, _ssrcs.SmallVideo.Value, _ssrcs.Mix.Value, _profile);

    /// <summary>Opus only where both ends can.</summary>
    private AudioProfile Possible(AudioProfile wanted) => wanted == AudioProfile.Opus && !_hasOpus ? AudioProfile.L16At48Khz : wanted;

    /// <inheritdoc />
    public void Dispose()
    {
        Audio.Dispose();
        Peer.Dispose();
    }
}
