using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference.Client;

/// <summary>One encoding of the own camera on its way out: cut, numbered, and left out a picture at a time when the pacer is behind.</summary>
internal sealed class EncodingStream
{
    private readonly Ssrc _ssrc;
    private readonly byte[] _fragment = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private SequenceNumber _sequence;
    private ushort _frameId;
    private bool _needsKeyframe;

    public EncodingStream(Ssrc ssrc, Peer peer, int clockRate, IRandomSource random)
    {
        _ssrc = ssrc;
        _sequence = SequenceNumber.First(random);
        _frameId = (ushort)random.NextUInt32();
        peer.RegisterSent(ssrc, clockRate, StreamKind.Video);
    }

    /// <summary>The stream.</summary>
    public Ssrc Ssrc => _ssrc;

    /// <summary>Sends a picture, or leaves it out. Ids and numbers are gapless whatever is left out.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="peer">The way out.</param>
    /// <param name="queue">Takes what the pacer lets go.</param>
    /// <param name="about">What it is.</param>
    /// <param name="picture">Its bytes; 1 to <see cref="Limits.MaxFrame"/>.</param>
    /// <param name="wantsKeyframe">Whether nothing can follow but a key frame.</param>
    /// <returns>Whether the whole picture is on its way.</returns>
    public bool Send(Instant now, Peer peer, DatagramQueue queue, in OutgoingPicture about, ReadOnlySpan<byte> picture, out bool wantsKeyframe)
    {
        wantsKeyframe = false;
        if (picture.Length is 0 or > Limits.MaxFrame) return false;
        var isFree = about.IsDiscardable || about.Codec == VideoCodec.Jpeg;
        var waiting = peer.PacedDelay;
        if (PacerPatience.IsTooLong(waiting, picture.Length, peer.TargetRate, isFree, about.IsKeyFrame) || (_needsKeyframe && !about.IsKeyFrame))
        {
            _needsKeyframe |= !isFree;
            wantsKeyframe = _needsKeyframe && waiting <= PacerPatience.Alone;
            return false;
        }
        var isWhole = SendFragments(now, peer, queue, about, picture);
        _needsKeyframe = !isWhole && !isFree;
        wantsKeyframe = _needsKeyframe;
        _frameId++;
        return isWhole;
    }

    /// <summary>What waited was thrown away: only a key frame can follow.</summary>
    public void OnDropped(bool isJpeg) => _needsKeyframe = !isJpeg;

    private bool SendFragments(Instant now, Peer peer, DatagramQueue queue, in OutgoingPicture about, ReadOnlySpan<byte> picture)
    {
        var count = FrameFragmenter.FragmentCount(picture.Length);
        var size = FrameFragmenter.FragmentSize(picture.Length);
        var timestamp = new RtpTimestamp(unchecked((uint)(about.Captured.Ticks * 9 / 1000)));
        var flags = (about.IsKeyFrame ? FrameFlags.KeyFrame | FrameFlags.SwitchPoint : FrameFlags.None)
            | (about.IsDiscardable ? FrameFlags.Discardable : FrameFlags.None);
        var layer = (byte)(about.TemporalLayer & 0x0F);
        peer.SetCaptureClock(_ssrc, about.Captured, timestamp);
        Span<byte> rtp = stackalloc byte[Limits.RtpHeader];
        for (var i = 0; i < count; i++)
        {
            var part = picture.Slice(i * size, Math.Min(size, picture.Length - (i * size)));
            new FrameHeader(_frameId, (ushort)i, (ushort)count, (ushort)about.Width, (ushort)about.Height, flags, layer).Write(_fragment);
            part.CopyTo(_fragment.AsSpan(Limits.FrameHeader));
            RtpHeader.Write(rtp, about.Codec.ToPayloadType(), i == count - 1, _sequence, timestamp, _ssrc, []);
            // Refused before it was sealed: its number is free for the next picture, and the rest of this one is useless.
            if (peer.SendTo(now, queue, rtp, _fragment.AsSpan(0, Limits.FrameHeader + part.Length)) != DropReason.None) return false;
            _sequence = _sequence.Next;
        }
        return true;
    }
}
