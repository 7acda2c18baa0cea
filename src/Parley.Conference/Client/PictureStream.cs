using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>One incoming video track: packets in, pictures in order out, with frame ids that do not wrap.</summary>
internal sealed class PictureStream(ClientAudio audio)
{
    /// <summary>A picture that others refer to is worth waiting for as long as it is repaired: given up, it costs a key frame and the way there and back.</summary>
    private static readonly TimeSpan ReferenceDeadline = TimeSpan.FromMilliseconds(180);

    private readonly ReferenceChain _chain = new();
    private readonly PicturePlayout _playout = new();
    private bool _hasFrame;
    private ushort _lastId;
    private long _extended;

    /// <summary>Puts fragments together.</summary>
    public FrameAssembler Assembler { get; } = new(new FrameAssemblerOptions());

    /// <summary>Whether a key frame is to be asked for now.</summary>
    public bool TryTakeKeyframeRequest(Instant now) => _hasFrame && !Assembler.IsReceivingKeyFrame && _chain.TryTakeRequest(now);

    /// <summary>Takes the payload of a packet and gives every picture that is ready.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> payload, IMeetingClientObserver observer)
    {
        if (!FrameHeader.TryParse(payload, out var frame)) return DropReason.Malformed;
        Assembler.Deadline = header.PayloadType == PayloadType.Jpeg ? FrameAssemblerOptions.Default.Deadline : ReferenceDeadline;
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
            var step = _hasFrame ? (short)(frame.FrameId - _lastId) : 1;
            _extended += _hasFrame ? step : 0;
            _hasFrame = true;
            _lastId = frame.FrameId;
            if (!_chain.TryContinue(frame, step - 1))
            {
                Assembler.Release(frame);
                continue;
            }
            observer.OnPicture(now, new ReceivedPicture
            {
                Track = track,
                Codec = (PayloadType)frame.PayloadType,
                IsKeyFrame = frame.Flags.HasFlag(FrameFlags.KeyFrame),
                IsDiscardable = frame.Flags.HasFlag(FrameFlags.Discardable),
                TemporalLayer = frame.Layer & 0x0F,
                Width = frame.Width,
                Height = frame.Height,
                FrameId = _extended,
                Timestamp = frame.Timestamp,
                PlayAt = PlayAt(now, track, frame.Timestamp),
                Data = frame.Data,
            });
            Assembler.Release(frame);
        }
    }

    private Instant PlayAt(Instant now, uint track, RtpTimestamp timestamp) =>
        _playout.Schedule(now, timestamp, audio.TryGetVideoPlayout(now, track, timestamp, out var at) ? at : null);
}
