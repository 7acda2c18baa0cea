using System.Buffers.Text;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Conference.Client;

/// <summary>The media of a seat on the client's side: transport to the server, and what travels over it. Made anew with the keys of each join.</summary>
internal sealed class ClientMedia : IDisposable
{
    private readonly DatagramQueue _queue;
    private readonly Ssrc _mixSsrc;

    public ClientMedia(
        Instant now, MediaGrant grant, TransportAddress server, IRandomSource random, DatagramQueue queue, IMeetingClientObserver observer,
        IAeadFactory ciphers, IAudioCodecs codecs, VideoSender sender)
    {
        _queue = queue;
        _mixSsrc = new Ssrc(grant.MixSsrc);
        Peer = new Peer(new PeerOptions
        {
            LocalSsrc = new Ssrc(grant.RtcpSsrc),
            RemoteSsrc = new Ssrc(grant.ServerRtcpSsrc),
            SendKey = ParseKey(grant.SendKey),
            ReceiveKey = ParseKey(grant.ReceiveKey),
            Cname = "client",
            Ciphers = ciphers,
            InitialAddress = server with { Port = (ushort)grant.UdpPort },
        });
        Audio = new ClientAudio(now, grant, Peer, random, queue, observer, codecs);
        Video = new ClientVideo(grant, Peer, Audio, random, queue, observer, sender);
    }

    /// <summary>Transport to and from the server.</summary>
    public Peer Peer { get; }

    /// <summary>Microphone and mix.</summary>
    public ClientAudio Audio { get; }

    /// <summary>Camera and pictures.</summary>
    public ClientVideo Video { get; }

    /// <summary>Whether a grant of the server can be used at all.</summary>
    public static bool IsUsable(MediaGrant grant) =>
        grant.UdpPort is > 0 and <= 65535 && TryDecodeKey(grant.SendKey, out _) && TryDecodeKey(grant.ReceiveKey, out _);

    /// <summary>The earliest thing the media waits for.</summary>
    public Timeout NextTimeout =>
        Timeout.Min(new Timeout(Peer.NextTimeout, Peer.NextTimeoutReason), Timeout.Min(Audio.NextTimeout, Video.NextTimeout));

    /// <summary>Takes a datagram.</summary>
    public DropReason Receive(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        var reason = Peer.Receive(now, from, datagram, out var packet);
        while (Peer.TryTakeFeedback(out var feedback))
        {
            if (feedback.Kind == PeerFeedbackKind.KeyframeRequest) Video.OnKeyframeRequest(now, feedback.MediaSsrc);
        }
        while (Peer.TryTakeSync(out var sync)) Audio.OnSync(now, sync);
        if (reason != DropReason.None || packet.Kind != DatagramKind.Rtp) return reason;
        var plain = datagram[..packet.Length];
        var header = packet.Header;
        var payload = plain[header.HeaderLength..^header.PaddingLength];
        return header.Ssrc == _mixSsrc ? Audio.Receive(now, header, plain, payload) : Video.Receive(now, header, payload);
    }

    /// <summary>Plays, assembles and reports what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        Audio.HandleTimeout(now);
        Video.HandleTimeout(now);
        if (Peer.NextTimeout <= now) Peer.HandleTimeout(now, _queue);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Audio.Dispose();
        Peer.Dispose();
    }

    private static MasterKey ParseKey(string text)
    {
        TryDecodeKey(text, out var key);
        return key ?? throw new ArgumentException("Check with IsUsable first.", nameof(text));
    }

    private static bool TryDecodeKey(string text, out MasterKey? key)
    {
        key = null;
        return text.Length <= 64 && Base64Url.IsValid(text) && MasterKey.TryParse(Base64Url.DecodeFromChars(text), out key);
    }
}

/// <summary>Somebody who is heard.</summary>
/// <param name="AudioSsrc">Their <see cref="ParticipantState.AudioSsrc"/>.</param>
/// <param name="LevelDbfs">Their level.</param>
public readonly record struct SpeakerLevel(uint AudioSsrc, double LevelDbfs);
