using System.Buffers.Binary;

namespace Parley.Protocol.Rtp;

/// <summary>The 12 bytes behind the RTP header of a video packet: which piece of which encoded picture follows.</summary>
/// <remarks>
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------------------------------+-------------------------------+
/// |           frame id            |        fragment index         |
/// +-------------------------------+-------------------------------+
/// |        fragment count         |             width             |
/// +-------------------------------+---------------+-------+-------+
/// |            height             |     flags     | spat. | temp. |
/// +-------------------------------+---------------+-------+-------+
/// </code>
/// All numbers are big-endian. All fragments of a frame have the same size but the last, which may be shorter: offset = index × size.
/// Unknown flags are kept as they are, so that an older relay passes on what a newer sender says.
/// </remarks>
/// <param name="FrameId">Counts pictures of one stream; wraps around. Gapless towards each receiver.</param>
/// <param name="FragmentIndex">Which piece this is, from 0; below <paramref name="FragmentCount"/>.</param>
/// <param name="FragmentCount">How many pieces the picture has: 1 to <see cref="Limits.MaxFragments"/>.</param>
/// <param name="Width">Width of the picture in pixels, at least 1.</param>
/// <param name="Height">Height of the picture in pixels, at least 1.</param>
/// <param name="Flags">What depends on this picture.</param>
/// <param name="Layer">High nibble: spatial layer; low nibble: temporal layer. 0 when the encoding has no layers.</param>
public readonly record struct FrameHeader(
    ushort FrameId, ushort FragmentIndex, ushort FragmentCount, ushort Width, ushort Height, FrameFlags Flags, byte Layer)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = Limits.FrameHeader;

    /// <summary>The resolution step of a scalable encoding, 0 for the smallest.</summary>
    public int SpatialLayer => Layer >> 4;

    /// <summary>The frame-rate step of a scalable encoding, 0 for the slowest.</summary>
    public int TemporalLayer => Layer & 0x0f;

    /// <summary>Whether this piece ends the picture.</summary>
    public bool IsLastFragment => FragmentIndex == FragmentCount - 1;

    /// <summary>Reads the first <see cref="Size"/> bytes.</summary>
    /// <returns>False when too short, when the index is not below a count of 1 to <see cref="Limits.MaxFragments"/>, or when a side is 0.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size) return false;
        var index = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        var height = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        if (index >= count || count > Limits.MaxFragments || width == 0 || height == 0) return false;
        header = new(BinaryPrimitives.ReadUInt16BigEndian(bytes), index, count, width, height, (FrameFlags)bytes[10], bytes[11]);
        return true;
    }

    /// <summary>Writes <see cref="Size"/> bytes at the start of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, FrameId);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], FragmentIndex);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], FragmentCount);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], Width);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], Height);
        destination[10] = (byte)Flags;
        destination[11] = Layer;
    }
}
