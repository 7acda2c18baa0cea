using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference.Client;

/// <summary>The pictures of a seat on the client's side: both encodings of the camera out, everyone's pictures in.</summary>
internal sealed class ClientVideo
{
    private const int ClockRate = 90_000;

    /// <summary>The encoder needs a moment to obey; asking again meanwhile would make a second key frame.</summary>
    private static readonly TimeSpan KeyframeInterval = TimeSpan.FromMilliseconds(300);

    private readonly Peer _peer;
    private readonly DatagramQueue _queue;
    private readonly IMeetingClientObserver _observer;
    private readonly EncodingStream[] _encodings;
    private readonly Instant[] _keyframeWantedAt = [new(long.MinValue / 2), new(long.MinValue / 2)];
    private readonly Dictionary<uint, PictureStream> _streams = [];
    private readonly VideoSender _sender;
    private readonly ClientAudio _audio;
    private Instant _nextUpdate;
    private bool _isActive;

    public ClientVideo(MediaGrant grant, Peer peer, ClientAudio audio, IRandomSource random, DatagramQueue queue, IMeetingClientObserver observer, VideoSender sender)
    {
        _peer = peer;
        _queue = queue;
        _observer = observer;
        _sender = sender;
        _audio = audio;
        _encodings =
        [
            new EncodingStream(new Ssrc(grant.VideoSsrc), peer, ClockRate, random),
            new EncodingStream(new Ssrc(grant.SmallVideoSsrc), peer, ClockRate, random),
        ];
    }

    /// <summary>Whether a voice needs its part of the way.</summary>
    public bool IsMicrophoneOn { get; set; }

    /// <summary>The earliest deadline of a picture, or the next look at what to send.</summary>
    public Timeout NextTimeout
    {
        get
        {
            var next = _isActive ? new Timeout(_nextUpdate, TimeoutReason.Pacing) : Timeout.Never;
            foreach (var stream in _streams.Values) next = Timeout.Min(next, new Timeout(stream.Assembler.NextTimeout, TimeoutReason.FrameDeadline));
            return next;
        }
    }

    /// <summary>Makes ready for somebody's pictures.</summary>
    public void AddTrack(uint ssrc)
    {
        if (ssrc == _encodings[0].Ssrc.Value || _streams.ContainsKey(ssrc)) return;
        _streams[ssrc] = new PictureStream(_audio);
        _peer.RegisterReceived(new Ssrc(ssrc), ClockRate, StreamKind.Video);
    }

    /// <summary>Somebody is gone.</summary>
    public void RemoveTrack(uint ssrc)
    {
        _streams.Remove(ssrc);
        _peer.UnregisterReceived(new Ssrc(ssrc));
    }

    /// <summary>Takes a packet of a track.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_streams.TryGetValue(header.Ssrc.Value, out var stream)) return DropReason.UnknownSsrc;
        var reason = stream.Receive(now, header, payload, _observer);
        if (stream.TryTakeKeyframeRequest(now)) _peer.RequestKeyframe(now, header.Ssrc, _queue);
        return reason;
    }

    /// <summary>The other side needs a picture that stands alone.</summary>
    public void OnKeyframeRequest(Instant now, Ssrc ssrc)
    {
        // One may be waiting for its turn; whoever misses it asks again.
        if (_peer.PacedDelay > PacerPatience.Alone) return;
        for (var i = 0; i < _encodings.Length; i++)
        {
            if (_encodings[i].Ssrc == ssrc) WantKeyframe(now, i);
        }
    }

    /// <summary>Gives up on pictures whose time has passed, and looks after what is sent.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (var (ssrc, stream) in _streams)
        {
            stream.HandleTimeout(now, ssrc, _observer);
            if (stream.TryTakeKeyframeRequest(now)) _peer.RequestKeyframe(now, new Ssrc(ssrc), _queue);
        }
        if (_isActive && now >= _nextUpdate) Update(now);
    }

    /// <summary>Sends a picture of the camera, unless nobody wants it or the pacer is behind.</summary>
    public bool Send(Instant now, in OutgoingPicture about, ReadOnlySpan<byte> picture)
    {
        if (about.Encoding < 0 || about.Encoding >= _encodings.Length || _sender.Plan.Encodings.Count == 0) return false;
        if (about.Encoding == VideoEncodingPlan.Small && _sender.Plan.Find(VideoEncodingPlan.Small) is null) return false;
        if (about.Codec == VideoCodec.Jpeg) _sender.OnJpegMade(about.Encoding, about.Width, about.Height, picture.Length);
        if (_peer.PacedDelay > PacerPatience.Hopeless)
        {
            _peer.DropWaiting(now);
            foreach (var encoding in _encodings) encoding.OnDropped(about.Codec == VideoCodec.Jpeg);
        }
        var isSent = _encodings[about.Encoding].Send(now, _peer, _queue, about, picture, out var wantsKeyframe);
        if (wantsKeyframe) WantKeyframe(now, about.Encoding);
        return isSent;
    }

    /// <summary>The person has changed something: it is looked at with the next timeout, which is due at once.</summary>
    public void Reconsider()
    {
        _isActive = true;
        _nextUpdate = new Instant(long.MinValue / 2);
    }

    /// <summary>Decides anew what to send, because something has changed or it is time.</summary>
    public void Update(Instant now)
    {
        _nextUpdate = now + VideoSender.Interval;
        var stats = _peer.Stats;
        var audio = IsMicrophoneOn ? _audio.PlannedRate : 0;
        var isChanged = _sender.Update(now, new VideoConditions(_peer.TargetRate - audio, stats.LossSent, stats.LastRoundTrip) { IsMeasured = _peer.HasTargetFallen, Queue = stats.QueueDelay });
        var wanted = _sender.Wanted;
        _isActive = wanted > 0;
        _peer.WantedRate = wanted + (IsMicrophoneOn ? _audio.WantedRate : 0);
        if (isChanged) _observer.OnEncodingsChanged(now, _sender.Plan);
        while (_sender.TryTakeChange(out var change)) _observer.OnQualityChanged(now, change);
    }

    private void WantKeyframe(Instant now, int encoding)
    {
        if (_sender.Plan.Find(encoding) is null or { Codec: VideoCodec.Jpeg } || now - _keyframeWantedAt[encoding] < KeyframeInterval) return;
        _keyframeWantedAt[encoding] = now;
        _observer.OnKeyframeWanted(now, encoding);
    }
}
