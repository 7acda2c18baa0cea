using System.Buffers.Binary;
using Parley.Media.Audio;

namespace Parley.Agent.Web;

/// <summary>10 ms of sound on its way from the page (docs/protocol/ui.md): of its microphone, or decoded for us.</summary>
/// <remarks>
/// <code>
/// 0        1        2           4            8                16                   976
/// +--------+--------+-----------+------------+----------------+--------------------+---------+
/// | kind   | flags  | samples   | sequence   | kind 1: time   | 480 × s16          | Opus …  |
/// |        |        |           |            | kind 4: u32, 0 |                    |         |
/// +--------+--------+-----------+------------+----------------+--------------------+---------+
/// </code>
/// </remarks>
internal readonly ref struct SoundFrame
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 16;

    /// <summary>Bytes of the samples.</summary>
    public const int SamplesLength = AudioFormat.FrameSamples * sizeof(short);

    /// <summary>The longest message.</summary>
    public const int MaxLength = HeaderLength + SamplesLength + AudioDecoding.MaxPayload;

    private const byte Captured = 1;
    private const byte DecodedForUs = 4;
    private const int TalkStartFlag = 1;
    private const int OpusFlag = 2;

    /// <summary>Whether it is what we asked to have decoded, and not the microphone.</summary>
    public bool IsDecoded { get; private init; }

    /// <summary>480 little-endian samples.</summary>
    public ReadOnlySpan<byte> Samples { get; private init; }

    /// <summary>The same in Opus; empty without.</summary>
    public ReadOnlySpan<byte> Payload { get; private init; }

    /// <summary>Of the microphone: counts; decoded: that of the packet.</summary>
    public uint Sequence { get; private init; }

    /// <summary>Decoded: that of the packet.</summary>
    public uint Timestamp { get; private init; }

    /// <summary>Decoded: whether it follows a pause.</summary>
    public bool IsTalkStart { get; private init; }

    /// <summary>Reads a message; false when it is no whole frame of sound.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out SoundFrame frame)
    {
        frame = default;
        if (message.Length is < HeaderLength + SamplesLength or > MaxLength || message[0] is not (Captured or DecodedForUs)) return false;
        var isDecoded = message[0] == DecodedForUs;
        var payload = message[(HeaderLength + SamplesLength)..];
        var hasPayload = !isDecoded && (message[1] & OpusFlag) != 0;
        if (hasPayload ? !OpusPacket.IsOneFrame(payload) : payload.Length != 0) return false;
        frame = new SoundFrame
        {
            IsDecoded = isDecoded,
            Samples = message.Slice(HeaderLength, SamplesLength),
            Payload = payload,
            Sequence = BinaryPrimitives.ReadUInt32LittleEndian(message[4..]),
            Timestamp = isDecoded ? BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) : 0,
            IsTalkStart = isDecoded && (message[1] & TalkStartFlag) != 0,
        };
        return true;
    }
}
