using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>The canonical name of a source (RFC 3550 section 6.5). We write and read one chunk with its CNAME; other items and chunks are skipped.</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    1    |      202      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                            Source                             |
/// +---------------+---------------+-------------------------------+
/// |    CNAME=1    |    length     | Cname, UTF-8, 1 to 255 bytes  |
/// +---------------+---------------+-------------------------------+
/// |    1 to 4 zero bytes up to the word boundary                  |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
public readonly ref struct SourceDescription
{
    /// <summary>Longest name in bytes.</summary>
    public const int MaxCnameLength = 255;

    private const byte CnameItem = 1;

    /// <summary>Makes a description.</summary>
    public SourceDescription(Ssrc source, ReadOnlySpan<byte> cname)
    {
        Source = source;
        Cname = cname;
    }

    /// <summary>The source that is named.</summary>
    public Ssrc Source { get; }

    /// <summary>Its name in UTF-8; points into the parsed body.</summary>
    public ReadOnlySpan<byte> Cname { get; }

    /// <summary>Bytes of a packet that carries a name of this many bytes.</summary>
    public static int LengthFor(int cnameLength) => RtcpPacketHeader.Length + 4 + PaddedItems(cnameLength);

    /// <summary>Reads the first chunk; false when it has no CNAME.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out SourceDescription description)
    {
        description = default;
        if (header.PacketType != RtcpPacketType.SourceDescription || header.Count == 0 || body.Length < 4) return false;
        var source = new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body));
        var items = body[4..];
        while (items.Length >= 2 && items[0] != 0)
        {
            int length = items[1];
            if (items.Length < 2 + length) return false;
            if (items[0] == CnameItem)
            {
                if (length == 0) return false;
                description = new SourceDescription(source, items.Slice(2, length));
                return true;
            }
            items = items[(2 + length)..];
        }
        return false;
    }

    /// <summary>Writes the packet.</summary>
    /// <returns>The packet's length, see <see cref="LengthFor"/>.</returns>
    public int Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Cname.Length, MaxCnameLength);
        var packet = destination[..LengthFor(Cname.Length)];
        packet.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Source.Value);
        packet[8] = CnameItem;
        packet[9] = (byte)Cname.Length;
        Cname.CopyTo(packet[10..]);
        return RtcpPacketHeader.Write(packet, 1, RtcpPacketType.SourceDescription);
    }

    // Two bytes before the text, at least one zero after it, up to whole words.
    private static int PaddedItems(int cnameLength) => (2 + cnameLength + 4) / 4 * 4;
}
