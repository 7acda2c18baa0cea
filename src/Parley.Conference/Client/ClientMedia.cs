using System.Buffers.Text;
using Parley.Conference.Relay;
using Parley.Media.Audio;
using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Conference.Client;

/// <summary>The media of a seat on the client's side: microphone and camera out, mix and pictures in. Made anew with the keys of each join.</summary>
internal sealed class ClientMedia : IDisposable
{
    private const int VideoClockRate = 90_000;

    private readonly DatagramQueue _queue;
    private readonly IMeetingClientObserver _observer;
    private readonly MediaGrant _grant;
    private readonly AudioCoding _coding;
    private readonly AudioDecoding _decoding = new();
    private readonly AudioJitterBuffer _playout = new(new JitterBufferOptions());
    private readonly TalkDetector _talk = new();
    private readonly Dictionary<uint, PictureStream> _streams = [];
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly byte[] _payload = new byte[AudioCoding.MaxPayload];
    private readonly byte[] _fragment = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private readonly SpeakerLevel[] _levels = new SpeakerLevel[Limits.MaxCsrcs];
    private readonly Instant _start;
    private readonly uint _audioBase;
    private int _levelCount;
    private Instant _levelsAt;
    private Instant _nextPlayout = Instant.Never;
    private bool _isTalkStart = true;
    private SequenceNumber _audioSequence;
    private SequenceNumber _videoSequence;
    private ushort _frameId;
    private long _audioFrame;

    public ClientMedia(
        Instant now, MediaGrant grant, AudioProfile audio, TransportAddress server, IRandomSource random, DatagramQueue queue,
        IMeetingClientObserver observer, IAeadFactory ciphers)
    {
        _grant = grant;
        _queue = queue;
        _observer = observer;
        _start = now;
        _coding = new AudioCoding(audio);
        _audioBase = random.NextUInt32();
        _audioSequence = SequenceNumber.First(random);
        _videoSequence = SequenceNumber.First(random);
        _frameId = (ushort)random.NextUInt32();
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
        Peer.RegisterSent(new Ssrc(grant.AudioSsrc), _coding.ClockRate);
        Peer.RegisterSent(new Ssrc(grant.VideoSsrc), VideoClockRate);
        Peer.RegisterReceived(new Ssrc(grant.MixSsrc), _coding.ClockRate);
    }

    /// <summary>Transport to and from the server.</summary>
    public Peer Peer { get; }

    /// <summary>Whether a grant of the server can be used at all.</summary>
    public static bool IsUsable(MediaGrant grant) =>
        grant.UdpPort is > 0 and <= 65535 && TryDecodeKey(grant.SendKey, out _) && TryDecodeKey(grant.ReceiveKey, out _);

    /// <summary>Counts of the mix's buffer.</summary>
    public JitterBufferStats PlayoutStats => _playout.Stats;

    /// <summary>The earliest thing the media waits for.</summary>
    public Timeout NextTimeout
    {
        get
        {
            var next = Timeout.Min(new Timeout(Peer.NextTimeout, TimeoutReason.Report), new Timeout(_nextPlayout, TimeoutReason.AudioTick));
            foreach (var stream in _streams.Values) next = Timeout.Min(next, new Timeout(stream.Assembler.NextTimeout, TimeoutReason.FrameDeadline));
            return next;
        }
    }

    /// <summary>Makes ready for somebody's pictures.</summary>
    public void AddTrack(uint ssrc)
    {
        if (ssrc == _grant.VideoSsrc || _streams.ContainsKey(ssrc)) return;
        _streams[ssrc] = new PictureStream();
        Peer.RegisterReceived(new Ssrc(ssrc), VideoClockRate);
    }

    /// <summary>Somebody is gone.</summary>
    public void RemoveTrack(uint ssrc)
    {
        _streams.Remove(ssrc);
        Peer.UnregisterReceived(new Ssrc(ssrc));
    }

    /// <summary>Takes a datagram.</summary>
    public DropReason Receive(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        var reason = Peer.Receive(now, from, datagram, out var packet);
        if (reason != DropReason.None || packet.Kind != DatagramKind.Rtp) return reason;
        var plain = datagram[..packet.Length];
        var header = packet.Header;
        var payload = plain[header.HeaderLength..^header.PaddingLength];
        if (header.Ssrc.Value == _grant.MixSsrc) return ReceiveMix(now, header, plain, payload);
        if (!_streams.TryGetValue(header.Ssrc.Value, out var stream)) return DropReason.UnknownSsrc;
        return stream.Receive(now, header, payload, _observer);
    }

    /// <summary>Plays, assembles and reports what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        // After a stall the ring of the page is empty anyway; ticks that were missed are skipped, not played in a burst.
        if (now - _nextPlayout > AudioFormat.FrameDuration * 5) _nextPlayout = now;
        while (_nextPlayout <= now)
        {
            var result = _playout.Read(_nextPlayout, _frame);
            if (result == PlayoutResult.Silence)
            {
                _isTalkStart = true;
            }
            else
            {
                _observer.OnAudio(_nextPlayout, _frame, _isTalkStart);
                _isTalkStart = false;
            }
            if (_playout.WantsReads)
            {
                _nextPlayout += AudioFormat.FrameDuration;
            }
            else
            {
                _nextPlayout = Instant.Never;
            }
        }
        foreach (var (ssrc, stream) in _streams) stream.HandleTimeout(now, ssrc, _observer);
        if (Peer.NextTimeout <= now) Peer.HandleTimeout(now, _queue);
    }

    /// <summary>Sends 10 ms of the microphone unless it is silent.</summary>
    public void SendAudio(Instant now, ReadOnlySpan<short> frame)
    {
        _audioFrame++;
        if (!_talk.Update(frame)) return;
        if (_talk.IsTalkStart) _audioFrame = Math.Max(_audioFrame, (now - _start).Ticks / AudioFormat.FrameDuration.Ticks);
        var length = _coding.Encode(frame, _payload);
        var timestamp = new RtpTimestamp(unchecked(_audioBase + (uint)(_audioFrame * (_coding.ClockRate / 100))));
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        RtpHeader.Write(header, _coding.PayloadType, _talk.IsTalkStart, _audioSequence, timestamp, new Ssrc(_grant.AudioSsrc), []);
        _audioSequence = _audioSequence.Next;
        Peer.SendTo(now, _queue, header, _payload.AsSpan(0, length));
    }

    /// <summary>Sends one encoded picture as a run of equal fragments. False when it is larger than <see cref="Limits.MaxFrame"/>.</summary>
    public bool SendPicture(Instant now, Instant captured, PayloadType codec, bool isKeyFrame, int width, int height, ReadOnlySpan<byte> picture)
    {
        if (picture.Length is 0 or > Limits.MaxFrame) return false;
        var count = FrameFragmenter.FragmentCount(picture.Length);
        var size = FrameFragmenter.FragmentSize(picture.Length);
        var timestamp = new RtpTimestamp(unchecked((uint)(captured.Ticks * 9 / 1000)));
        var flags = isKeyFrame ? FrameFlags.KeyFrame | FrameFlags.SwitchPoint : FrameFlags.None;
        Span<byte> rtp = stackalloc byte[Limits.RtpHeader];
        for (var i = 0; i < count; i++)
        {
            var part = picture.Slice(i * size, Math.Min(size, picture.Length - (i * size)));
            new FrameHeader(_frameId, (ushort)i, (ushort)count, (ushort)width, (ushort)height, flags, 0).Write(_fragment);
            part.CopyTo(_fragment.AsSpan(Limits.FrameHeader));
            RtpHeader.Write(rtp, codec, i == count - 1, _videoSequence, timestamp, new Ssrc(_grant.VideoSsrc), []);
            _videoSequence = _videoSequence.Next;
            Peer.SendTo(now, _queue, rtp, _fragment.AsSpan(0, Limits.FrameHeader + part.Length));
        }
        _frameId++;
        return true;
    }

    /// <summary>Who is heard now and how loud, loudest first; nobody when the last mixed packet is old.</summary>
    public ReadOnlySpan<SpeakerLevel> Speakers(Instant now) =>
        now - _levelsAt < TimeSpan.FromMilliseconds(200) ? _levels.AsSpan(0, _levelCount) : [];

    /// <inheritdoc />
    public void Dispose() => Peer.Dispose();

    private DropReason ReceiveMix(Instant now, in RtpHeader header, ReadOnlySpan<byte> packet, ReadOnlySpan<byte> payload)
    {
        if (!_decoding.TryDecode(header.PayloadType, header.Timestamp, payload, _frame, out var timestamp)) return DropReason.Malformed;
        var reason = _playout.Insert(now, header.Sequence, timestamp, header.Marker, _frame);
        if (_nextPlayout == Instant.Never && _playout.WantsReads) _nextPlayout = now + AudioFormat.FrameDuration;
        var levels = MixLevels.Read(packet, header.CsrcCount, header.HeaderLength);
        _levelCount = Math.Min(header.CsrcCount, _levels.Length);
        for (var i = 0; i < _levelCount; i++)
            _levels[i] = new SpeakerLevel(RtpHeader.Csrc(packet, i), i < levels.Length ? -levels[i] : -127);
        _levelsAt = now;
        return reason;
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
