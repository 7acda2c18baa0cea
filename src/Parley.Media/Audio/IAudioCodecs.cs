namespace Parley.Media.Audio;

/// <summary>The codecs of sound that this machine has beside L16, which is always there. Found by the edge, given to the core.</summary>
public interface IAudioCodecs
{
    /// <summary>For logs: the library and its version, or that there is none.</summary>
    string Name { get; }

    /// <summary>Whether Opus can be encoded and decoded; may change where others do it for us.</summary>
    bool HasOpus { get; }

    /// <summary>Who decodes Opus for us, where it is not done here; null where <see cref="CreateOpusDecoder"/> gives one.</summary>
    IRemoteAudioDecoder? RemoteDecoder => null;

    /// <summary>Makes an encoder of Opus (RFC 6716): 48 kHz mono, 10 ms a frame. Null without it, or when there is no memory.</summary>
    IAudioEncoder? CreateOpusEncoder();

    /// <summary>Makes a decoder of Opus for 48 kHz mono. Null without it, or when there is no memory.</summary>
    IAudioDecoder? CreateOpusDecoder();
}

/// <summary>Encodes one stream, frame by frame. It has memory: one for each stream. Allocates nothing after it was made. Not thread-safe.</summary>
public interface IAudioEncoder : IDisposable
{
    /// <summary>Changes what the next frames are encoded with.</summary>
    void Configure(in AudioEncoderSettings settings);

    /// <summary>Encodes 10 ms.</summary>
    /// <param name="frame480">480 samples.</param>
    /// <param name="payload">Where the payload goes; what does not fit is encoded worse until it does.</param>
    /// <returns>Bytes written, at least 1; 0 when the codec has failed at this frame.</returns>
    int Encode(ReadOnlySpan<short> frame480, Span<byte> payload);

    /// <summary>Forgets the stream, as before its first frame. Settings stay.</summary>
    void Reset();
}

/// <summary>Decodes one stream, in order. It has memory: one for each stream. Allocates nothing after it was made. Not thread-safe.</summary>
public interface IAudioDecoder : IDisposable
{
    /// <summary>Decodes a payload of 10 ms into exactly 480 samples. False when it is none.</summary>
    bool TryDecode(ReadOnlySpan<byte> payload, Span<short> frame480);

    /// <summary>Decodes the lost frame before a payload, from the copy inside of it. False when it has none.</summary>
    bool TryDecodeBefore(ReadOnlySpan<byte> payload, Span<short> frame480);

    /// <summary>Forgets the stream, as before its first payload.</summary>
    void Reset();
}

/// <summary>How an <see cref="IAudioEncoder"/> encodes.</summary>
/// <param name="Bitrate">Bits a second of payload, in the long run: 6000 to 128 000.</param>
/// <param name="LossPercent">Share of packets expected to be lost, 0 to 100. From 1 on, each payload has a coarse copy of the frame before it.</param>
/// <param name="Complexity">0 to 10: time for quality.</param>
/// <param name="IsQuiet">Whether the sound is so soft that what is not speech may become a byte or two a frame. A soft tone is not told from noise.</param>
public readonly record struct AudioEncoderSettings(int Bitrate, int LossPercent, int Complexity, bool IsQuiet = false);
