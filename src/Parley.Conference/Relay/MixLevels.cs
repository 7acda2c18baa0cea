namespace Parley.Conference.Relay;

/// <summary>
/// The levels of the contributing sources in a mixed packet, as a one-byte header extension (RFC 6465 in the form of RFC 8285, id 1): one byte
/// a source in the order of the CSRCs, the level in -dBov, 0 (full scale) to 127 (silent).
/// </summary>
internal static class MixLevels
{
    private const int ExtensionId = 1;
    private const int ExtensionHeader = 4;

    /// <summary>Bytes of the extension for a number of sources.</summary>
    public static int Length(int count) => count == 0 ? 0 : ExtensionHeader + ((1 + count + 3) & ~3);

    /// <summary>Sets the X bit of an RTP header and writes the extension behind its CSRCs; returns the new header length.</summary>
    public static int Append(Span<byte> header, int headerLength, ReadOnlySpan<byte> levels)
    {
        if (levels.Length == 0) return headerLength;
        header[0] |= 0x10;
        var extension = header[headerLength..(headerLength + Length(levels.Length))];
        extension.Clear();
        extension[0] = 0xBE;
        extension[1] = 0xDE;
        extension[3] = (byte)((extension.Length - ExtensionHeader) / 4);
        extension[4] = (byte)((ExtensionId << 4) | (levels.Length - 1));
        levels.CopyTo(extension[5..]);
        return headerLength + extension.Length;
    }

    /// <summary>Reads the levels of a packet; empty when it carries none that fit its CSRCs.</summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> packet, int csrcCount, int headerLength)
    {
        var at = 12 + (4 * csrcCount);
        if ((packet[0] & 0x10) == 0 || csrcCount == 0 || headerLength < at + Length(csrcCount) || headerLength > packet.Length) return [];
        var extension = packet[at..headerLength];
        if (extension[0] != 0xBE || extension[1] != 0xDE || extension[4] != (byte)((ExtensionId << 4) | (csrcCount - 1))) return [];
        return extension.Slice(5, csrcCount);
    }

    /// <summary>dBFS to the byte on the wire.</summary>
    public static byte ToByte(double dbfs) => (byte)Math.Clamp(Math.Round(-dbfs), 0, 127);
}
