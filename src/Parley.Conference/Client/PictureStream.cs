using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>One incoming video track: packets in, pictures in order out, with frame ids that do not wrap.</summary>
internal sealed class PictureStream
{
    private bool _hasFrame;
    private ushort _lastId;
    private long _extended;

    /// <summary>Puts fragments together.</summary>
    public FrameAssembler Assembler { get; } = new(new FrameAssemblerOptions());

    /// <summary>Takes the payload of a packet and gives every picture that is ready.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> payload, IMeetingClientObserver observer)
    {
        if (!FrameHeader.TryParse(payload, out var frame)) return DropReason.Malformed;
        var reason = Assembler.Insert(now, frame, header.Timestamp, (byte)header.PayloadType, payload[Limits.FrameHeader..]);
        GiveReady(now, header.Ssrc.Value, observer);
        return reason;
    }

    /// <summary>Gives up on frames whose deadline has passed, which may free later ones.</summary>
    public void HandleTimeout(Instant now, uint track, IMeetingClientObserver observer)
    {
        if (Assembler.NextTimeout > now) return;
        Assembler.HandleTimeout(now);
        GiveReady(now, track, observer);
    }

    private void GiveReady(Instant now, uint track, IMeetingClientObserver observer)
    {
        while (Assembler.TryTake(now, out var frame))
        {
            _extended += _hasFrame ? (short)(frame.FrameId - _lastId) : 0;
            _hasFrame = true;
            _lastId = frame.FrameId;
            observer.OnPicture(now, new ReceivedPicture
            {
                Track = track,
                Codec = (PayloadType)frame.PayloadType,
                IsKeyFrame = frame.Flags.HasFlag(FrameFlags.KeyFrame),
                Width = frame.Width,
                Height = frame.Height,
                FrameId = _extended,
                Timestamp = frame.Timestamp,
                PlayAt = now,
                Data = frame.Data,
            });
            Assembler.Release(frame);
        }
    }
}
