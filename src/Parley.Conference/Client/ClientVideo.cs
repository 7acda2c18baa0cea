using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference.Client;

/// <summary>The pictures of a seat on the client's side: the camera out, everyone's pictures in.</summary>
internal sealed class ClientVideo
{
    private const int ClockRate = 90_000;

    private readonly Peer _peer;
    private readonly DatagramQueue _queue;
    private readonly IMeetingClientObserver _observer;
    private readonly Ssrc _ssrc;
    private readonly Dictionary<uint, PictureStream> _streams = [];
    private readonly byte[] _fragment = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private SequenceNumber _sequence;
    private ushort _frameId;

    public ClientVideo(MediaGrant grant, Peer peer, IRandomSource random, DatagramQueue queue, IMeetingClientObserver observer)
    {
        _peer = peer;
        _queue = queue;
        _observer = observer;
        _ssrc = new Ssrc(grant.VideoSsrc);
        _sequence = SequenceNumber.First(random);
        _frameId = (ushort)random.NextUInt32();
        peer.RegisterSent(_ssrc, ClockRate, StreamKind.Video);
    }

    /// <summary>The earliest deadline of a picture.</summary>
    public Timeout NextTimeout
    {
        get
        {
            var next = Timeout.Never;
            foreach (var stream in _streams.Values) next = Timeout.Min(next, new Timeout(stream.Assembler.NextTimeout, TimeoutReason.FrameDeadline));
            return next;
        }
    }

    /// <summary>Makes ready for somebody's pictures.</summary>
    public void AddTrack(uint ssrc)
    {
        if (ssrc == _ssrc.Value || _streams.ContainsKey(ssrc)) return;
        _streams[ssrc] = new PictureStream();
        _peer.RegisterReceived(new Ssrc(ssrc), ClockRate, StreamKind.Video);
    }

    /// <summary>Somebody is gone.</summary>
    public void RemoveTrack(uint ssrc)
    {
        _streams.Remove(ssrc);
        _peer.UnregisterReceived(new Ssrc(ssrc));
    }

    /// <summary>Takes a packet of a track.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> payload) =>
        _streams.TryGetValue(header.Ssrc.Value, out var stream) ? stream.Receive(now, header, payload, _observer) : DropReason.UnknownSsrc;

    /// <summary>Gives up on pictures whose time has passed.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (var (ssrc, stream) in _streams) stream.HandleTimeout(now, ssrc, _observer);
    }

    /// <summary>Sends one encoded picture as a run of equal fragments. False when it is larger than <see cref="Limits.MaxFrame"/>.</summary>
    public bool Send(Instant now, Instant captured, PayloadType codec, bool isKeyFrame, int width, int height, ReadOnlySpan<byte> picture)
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
            RtpHeader.Write(rtp, codec, i == count - 1, _sequence, timestamp, _ssrc, []);
            // Refused before it was sealed: its number is free for the next picture, and the rest of this one is useless.
            if (_peer.SendTo(now, _queue, rtp, _fragment.AsSpan(0, Limits.FrameHeader + part.Length)) != DropReason.None) break;
            _sequence = _sequence.Next;
        }
        _frameId++;
        return true;
    }
}
