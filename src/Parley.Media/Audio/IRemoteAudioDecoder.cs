using Parley.Protocol.Rtp;

namespace Parley.Media.Audio;

/// <summary>Decodes one stream of Opus elsewhere: payloads go there when they come, and their samples come back a few milliseconds later, by another way.</summary>
public interface IRemoteAudioDecoder
{
    /// <summary>Has a payload of 10 ms decoded. What cannot be taken there is lost.</summary>
    /// <param name="sequence">Of its packet; comes back with the samples.</param>
    /// <param name="timestamp">Of its first sample; comes back with the samples.</param>
    /// <param name="isTalkStart">Whether it follows a pause; comes back with the samples.</param>
    /// <param name="payload">One frame; copied.</param>
    void Submit(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload);
}
