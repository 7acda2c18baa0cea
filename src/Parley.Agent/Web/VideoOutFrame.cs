using System.Buffers.Binary;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Web;

/// <summary>The header of a picture on its way from the page (docs/protocol/ui.md).</summary>
/// <remarks>
/// <code>
/// 0        1        2        4        6           8                16
/// +--------+--------+--------+--------+-----------+----------------+---------------+
/// | codec  | flags  | width  | height | encoding  | time (f64)     | picture …     |
/// +--------+--------+--------+--------+-----------+----------------+---------------+
/// </code>
/// </remarks>
/// <param name="Codec">How it is encoded.</param>
/// <param name="Encoding">0 large, 1 small.</param>
/// <param name="IsKeyFrame">Whether it can be decoded alone.</param>
/// <param name="IsDiscardable">Whether no other picture needs it.</param>
/// <param name="TemporalLayer">0 for the layer that stands alone, to 15.</param>
/// <param name="Width">Pixels, not 0.</param>
/// <param name="Height">Pixels, not 0.</param>
/// <param name="PageTime">When it was captured, on the page's clock.</param>
internal readonly record struct VideoOutFrame(
    VideoCodec Codec, int Encoding, bool IsKeyFrame, bool IsDiscardable, int TemporalLayer, int Width, int Height, double PageTime)
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 16;

    /// <summary>The longest message.</summary>
    public const int MaxLength = HeaderLength + Limits.MaxFrame;

    private const int Encodings = 2;
    private const int KeyFrameFlag = 1;
    private const int DiscardableFlag = 2;
    private const int LayerShift = 4;

    /// <summary>The flags of a picture, in both directions.</summary>
    public static byte Flags(bool isKeyFrame, bool isDiscardable, int temporalLayer) =>
        (byte)((isKeyFrame ? KeyFrameFlag : 0) | (isDiscardable ? DiscardableFlag : 0) | (temporalLayer << LayerShift));

    /// <summary>Reads a message; false for an unknown codec or encoding, or an empty or impossible picture.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out VideoOutFrame frame, out ReadOnlySpan<byte> picture)
    {
        frame = default;
        picture = default;
        if (message.Length is <= HeaderLength or > MaxLength || !((PayloadType)message[0]).TryGetVideoCodec(out var codec)) return false;
        var flags = message[1];
        frame = new VideoOutFrame(
            codec, BinaryPrimitives.ReadUInt16LittleEndian(message[6..]), (flags & KeyFrameFlag) != 0, (flags & DiscardableFlag) != 0, flags >> LayerShift,
            BinaryPrimitives.ReadUInt16LittleEndian(message[2..]), BinaryPrimitives.ReadUInt16LittleEndian(message[4..]),
            BinaryPrimitives.ReadDoubleLittleEndian(message[8..]));
        picture = message[HeaderLength..];
        return frame is { Encoding: < Encodings, Width: > 0, Height: > 0 };
    }
}
