using System.Buffers.Binary;
using Parley.Conference.Meetings;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Relay;

/// <summary>
/// Forwards video packets of a meeting to whoever wants them. Packets of one batch are held until <see cref="Flush"/> and then written receiver
/// by receiver, so that the fragments of a frame leave as runs. The payload behind the frame header is never looked at.
/// </summary>
internal sealed class VideoRelay(ConferenceContext context, List<Seat> seats)
{
    private const int MaxPending = 64;
    private const int SlotSize = Limits.MaxReceivedDatagram;

    private readonly Pending[] _pending = new Pending[MaxPending];
    private byte[] _payloads = [];
    private int _count;

    private record struct Pending(Seat From, RtpHeader Header, FrameHeader Frame, int Length);

    /// <summary>Whether anything is held for the next flush.</summary>
    public bool HasPending => _count > 0;

    /// <summary>Takes a packet of a seat's camera.</summary>
    public DropReason Enqueue(Instant now, Seat from, in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        var payload = packet[header.HeaderLength..^header.PaddingLength];
        if (!FrameHeader.TryParse(payload, out var frame) || payload.Length == Limits.FrameHeader) return DropReason.Malformed;
        if (payload.Length > Limits.FrameHeader + Limits.MaxFragment) return DropReason.TooLarge;
        if (_count == MaxPending) Flush(now);
        if (_payloads.Length == 0) _payloads = GC.AllocateUninitializedArray<byte>(MaxPending * SlotSize, pinned: true);
        payload.CopyTo(_payloads.AsSpan(_count * SlotSize));
        _pending[_count++] = new Pending(from, header, frame, payload.Length);
        return DropReason.None;
    }

    /// <summary>Writes everything held to every receiver.</summary>
    public void Flush(Instant now)
    {
        if (_count == 0) return;
        foreach (var receiver in seats)
        {
            if (receiver.Media is { } media && receiver.Presence == Presence.Present) SendAll(now, receiver, media);
        }
        for (var i = 0; i < _count; i++) _pending[i] = default;
        _count = 0;
    }

    /// <summary>A publisher came back with new numbers: every receiver's renumbering starts anew.</summary>
    public void OnPublisherRestarted(Seat publisher)
    {
        foreach (var seat in seats) seat.Media?.Video.RestartTrack(publisher.Ssrcs.Video);
    }

    /// <summary>Asks the publisher of a track for a key frame; the transport limits how often.</summary>
    public void RequestKeyframe(Instant now, uint track)
    {
        foreach (var seat in seats)
        {
            if (seat.Ssrcs.Video.Value == track) seat.Media?.Peer.RequestKeyframe(now, seat.Ssrcs.Video, context.Datagrams);
        }
    }

    private void SendAll(Instant now, Seat receiver, SeatMedia media)
    {
        Span<byte> rtp = stackalloc byte[Limits.RtpHeader];
        for (var i = 0; i < _count; i++)
        {
            ref var item = ref _pending[i];
            if (item.From == receiver) continue;
            var track = item.From.Ssrcs.Video;
            var forwarder = media.Video.Track(track);
            if (receiver.Subscription is { } wanted && !wanted.Contains(track.Value))
            {
                forwarder.Restart();
                context.CountDrop(DropReason.NotSubscribed);
                continue;
            }
            if (!forwarder.TryMap(item.Header.Sequence, item.Frame.FrameId, item.Frame.FragmentIndex == 0, out var sequence, out var frameId)) continue;
            var payload = _payloads.AsSpan(i * SlotSize, item.Length);
            BinaryPrimitives.WriteUInt16BigEndian(payload, frameId);
            RtpHeader.Write(rtp, item.Header.PayloadType, item.Header.Marker, sequence, item.Header.Timestamp, track, []);
            var reason = media.Peer.SendTo(now, context.Datagrams, rtp, payload);
            if (reason == DropReason.None) continue;
            context.CountDrop(reason);
            // The rest of this picture is useless without the fragment, and the numbers must not run ahead of what was sealed.
            forwarder.Restart();
        }
    }
}
