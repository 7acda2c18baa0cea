using System.Buffers.Binary;
using Parley.Conference.Meetings;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Relay;

/// <summary>
/// Forwards video packets of a meeting to whoever wants them, of the encoding that suits each. Packets of one batch are held until
/// <see cref="Flush"/> and then written receiver by receiver, so that the fragments of a frame leave as runs. The payload behind the frame header
/// is never looked at.
/// </summary>
internal sealed class VideoRelay(ConferenceContext context, List<Seat> seats)
{
    private const int MaxPending = 64;
    private const int SlotSize = Limits.MaxReceivedDatagram;

    private readonly Pending[] _pending = new Pending[MaxPending];
    private byte[] _payloads = [];
    private int _count;

    private record struct Pending(Seat From, int Encoding, bool IsJpeg, RtpHeader Header, FrameHeader Frame, int Length);

    /// <summary>Whether anything is held for the next flush.</summary>
    public bool HasPending => _count > 0;

    /// <summary>Takes a packet of a seat's camera.</summary>
    public DropReason Enqueue(Instant now, Seat from, in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        if (from.Camera != DeviceState.On) return DropReason.NotPermitted;
        if (!header.PayloadType.TryGetVideoCodec(out var codec)) return DropReason.Malformed;
        var payload = packet[header.HeaderLength..^header.PaddingLength];
        if (!FrameHeader.TryParse(payload, out var frame) || payload.Length == Limits.FrameHeader) return DropReason.Malformed;
        if (payload.Length > Limits.FrameHeader + Limits.MaxFragment) return DropReason.TooLarge;
        if (_count == MaxPending) Flush(now);
        if (_payloads.Length == 0) _payloads = GC.AllocateUninitializedArray<byte>(MaxPending * SlotSize, pinned: true);
        payload.CopyTo(_payloads.AsSpan(_count * SlotSize));
        var encoding = header.Ssrc == from.Ssrcs.SmallVideo ? 1 : 0;
        var isJpeg = codec == VideoCodec.Jpeg;
        var camera = from.Media!.Video.Camera[encoding];
        if (!camera.IsActive(now)) Reconsider();
        camera.OnPacket(now, packet.Length, isJpeg, isJpeg || frame.Flags.HasFlag(FrameFlags.KeyFrame));
        _pending[_count++] = new Pending(from, encoding, isJpeg, header, frame, payload.Length);
        return DropReason.None;
    }

    /// <summary>Writes everything held to every receiver.</summary>
    public void Flush(Instant now)
    {
        if (_count == 0) return;
        foreach (var receiver in seats)
        {
            if (receiver.Media is not { } media || receiver.Presence != Presence.Present) continue;
            media.Video.Allocate(now, receiver, seats, media.RoomForVideo);
            SendAll(now, receiver, media);
        }
        for (var i = 0; i < _count; i++) _pending[i] = default;
        _count = 0;
        foreach (var publisher in seats) RequestKeyframes(now, publisher);
    }

    /// <summary>Lets receivers have more, or less, though nothing comes.</summary>
    public void HandleTimeout(Instant now)
    {
        foreach (var receiver in seats)
        {
            if (receiver.Media is { } media && receiver.Presence == Presence.Present) media.Video.Allocate(now, receiver, seats, media.RoomForVideo);
        }
    }

    /// <summary>A publisher came back with new numbers, or stopped: every receiver's renumbering starts anew.</summary>
    public void OnPublisherRestarted(Seat publisher)
    {
        foreach (var seat in seats) seat.Media?.Video.RestartTrack(publisher.Ssrcs.Video);
    }

    /// <summary>A receiver cannot go on without a key frame of a track.</summary>
    public void OnKeyframeRequest(Instant now, Seat receiver, Ssrc track)
    {
        if (receiver.Media?.Video.Find(track) is not { Publisher: { Media.Video: { } video } publisher, Forwarder: { Current: >= 0 and var current }, Target.Encoding: >= 0 }) return;
        // One may be waiting for its turn; whoever misses it asks again.
        if (receiver.Media.Peer.PacedDelay > PacerPatience.Alone) return;
        video.Camera[current].WantKeyframe();
        RequestKeyframes(now, publisher);
    }

    /// <summary>Tiles, tracks or encodings have changed: everyone's share is split anew before the next packet.</summary>
    public void Reconsider()
    {
        foreach (var seat in seats) seat.Media?.Video.Reconsider();
    }

    private void SendAll(Instant now, Seat receiver, SeatMedia media)
    {
        Span<byte> rtp = stackalloc byte[Limits.RtpHeader];
        for (var i = 0; i < _count; i++)
        {
            ref var item = ref _pending[i];
            if (item.From == receiver) continue;
            var track = media.Video.Track(item.From);
            var waiting = media.Peer.PacedDelay;
            if (waiting > PacerPatience.Hopeless)
            {
                media.Peer.DropWaiting(now);
                media.Video.OnDropped();
                waiting = TimeSpan.Zero;
            }
            var isBehind = PacerPatience.IsTooLong(
                waiting, (long)item.Frame.FragmentCount * Limits.MaxDatagram, media.Peer.TargetRate, item.IsJpeg || item.Frame.Flags.HasFlag(FrameFlags.Discardable), item.Frame.Flags.HasFlag(FrameFlags.KeyFrame));
            var decision = track.Forwarder.Decide(
                item.Encoding, item.Header.Sequence, item.Frame, item.IsJpeg, track.Target, isBehind, out var sequence, out var frameId);
            if (decision != ForwardDecision.Forward)
            {
                if (decision == ForwardDecision.SkipUntilKeyframe && waiting <= PacerPatience.Alone) item.From.Media?.Video.Camera[item.Encoding].WantKeyframe();
                if (track.Target.Encoding < 0) context.CountDrop(track.Allocation.Height > 0 ? DropReason.NoBandwidth : DropReason.NotSubscribed);
                else if (isBehind && item.Encoding == track.Target.Encoding) context.CountDrop(DropReason.NoBandwidth);
                continue;
            }
            var payload = _payloads.AsSpan(i * SlotSize, item.Length);
            BinaryPrimitives.WriteUInt16BigEndian(payload, frameId);
            RtpHeader.Write(rtp, item.Header.PayloadType, item.Header.Marker, sequence, item.Header.Timestamp, item.From.Ssrcs.Video, []);
            var reason = media.Peer.SendTo(now, context.Datagrams, rtp, payload);
            if (reason == DropReason.None) continue;
            context.CountDrop(reason);
            track.Forwarder.OnNotSent();
        }
    }

    private void RequestKeyframes(Instant now, Seat publisher)
    {
        if (publisher.Media is not { } media) return;
        foreach (var encoding in media.Video.Camera)
        {
            if (encoding.TryTakeKeyframeRequest(now)) media.Peer.RequestKeyframe(now, encoding.Ssrc, context.Datagrams);
        }
    }
}
