using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Audio;

/// <summary>Frames of samples into a jitter buffer, as packets of L16 at 48 kHz.</summary>
internal static class Frames
{
    public static DropReason Insert(
        this AudioJitterBuffer buffer, Instant now, SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<short> samples)
    {
        Span<byte> payload = stackalloc byte[samples.Length * 2];
        L16.Encode(samples, payload);
        return buffer.Insert(now, Header(PayloadType.L16At48Khz, sequence, timestamp, isTalkStart), payload);
    }

    public static RtpHeader Header(PayloadType type, SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart = false) =>
        new(type, isTalkStart, sequence, timestamp, new Ssrc(1), 0, Limits.RtpHeader, 0);
}
