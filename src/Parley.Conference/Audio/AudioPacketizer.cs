using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Audio;

/// <summary>Encodes a stream frame by frame, and gives each payload alone or with those before it (RFC 2198).</summary>
/// <remarks>Several receivers may be given the payload of one frame, each with its own redundancy. Allocates nothing after its first frames. Not thread-safe.</remarks>
/// <param name="codecs">What this machine has.</param>
/// <param name="complexity">Of codecs that know it, 0 to 10.</param>
internal sealed class AudioPacketizer(IAudioCodecs codecs, int complexity) : IDisposable
{
    /// <summary>Longest payload: what a datagram has room for behind the longest header of a mixed packet.</summary>
    public const int MaxPayload = Limits.MaxDatagram - Limits.AuthenticationTag - MaxHeader;

    /// <summary>Longest header of a mixed packet: sources, and the extension with their levels.</summary>
    public const int MaxHeader = Limits.RtpHeader + (4 * Limits.MaxCsrcs) + 4 + 12;

    private const int Kept = RedundantAudio.MaxBlocks;

    private const int OlderHeader = 4;

    private readonly AudioCoding _coding = new(codecs, complexity);
    private readonly Frame[] _frames = [new(), new(), new()];
    private readonly byte[][] _redundant = [new byte[MaxPayload], new byte[MaxPayload]];
    private readonly int[] _redundantLengths = new int[Kept - 1];
    private long _number;
    private int _known;

    /// <summary>Media time of the last frame, in samples; meaningless before the first.</summary>
    public long MediaTime => Newest.MediaTime;

    /// <summary>Whether the last frame could be encoded.</summary>
    public bool HasFrame => _known > 0;

    private Frame Newest => _frames[_number % Kept];

    /// <summary>Encodes the next frame. False when the codec failed: the frame is lost.</summary>
    /// <param name="mediaTime">Of its first sample, in samples. What comes after a gap stands alone.</param>
    /// <param name="quality">In which form.</param>
    /// <param name="samples480">480 samples.</param>
    public bool Encode(long mediaTime, in AudioQuality quality, ReadOnlySpan<short> samples480)
    {
        if (_known > 0 && mediaTime - MediaTime != AudioFormat.FrameSamples) _known = 0;
        _redundantLengths.AsSpan().Clear();
        _number++;
        var frame = Newest;
        frame.MediaTime = mediaTime;
        frame.Length = _coding.Encode(quality, samples480, frame.Payload, out var type);
        frame.Type = type;
        _known = frame.Length == 0 ? 0 : Math.Min(_known + 1, Kept);
        return HasFrame;
    }

    /// <summary>The payload of the last frame.</summary>
    /// <param name="older">How many payloads before it to send again; fewer when there are fewer, or no room.</param>
    /// <param name="type">What the whole is.</param>
    public ReadOnlySpan<byte> Payload(int older, out PayloadType type)
    {
        older = Math.Min(older, _known - 1);
        while (older > 0 && RedundantLength(older) > MaxPayload) older--;
        if (older <= 0)
        {
            type = Newest.Type;
            return Newest.Payload.AsSpan(0, Newest.Length);
        }
        type = PayloadType.Red;
        var payload = _redundant[older - 1];
        ref var length = ref _redundantLengths[older - 1];
        if (length == 0) length = WriteRedundant(payload, older);
        return payload.AsSpan(0, length);
    }

    /// <summary>Forgets the stream: the next frame is the first.</summary>
    public void Reset()
    {
        _known = 0;
        _coding.Reset();
    }

    /// <inheritdoc />
    public void Dispose() => _coding.Dispose();

    private Frame Before(int count) => _frames[(_number - count) % Kept];

    private int RedundantLength(int older)
    {
        var length = (older * OlderHeader) + 1;
        for (var i = older; i >= 0; i--) length += Before(i).Length;
        return length;
    }

    private int WriteRedundant(Span<byte> payload, int older)
    {
        var length = 0;
        for (var i = older; i > 0; i--)
            length += RedundantAudio.WriteOlder(payload[length..], Before(i).Type, i * AudioFormat.FrameSamples, Before(i).Length);
        length += RedundantAudio.WriteNewest(payload[length..], Newest.Type);
        for (var i = older; i >= 0; i--)
        {
            Before(i).Payload.AsSpan(0, Before(i).Length).CopyTo(payload[length..]);
            length += Before(i).Length;
        }
        return length;
    }

    private sealed class Frame
    {
        public byte[] Payload { get; } = new byte[AudioDecoding.MaxPayload];

        public int Length { get; set; }

        public PayloadType Type { get; set; }

        public long MediaTime { get; set; }
    }
}
