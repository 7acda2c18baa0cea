using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Media.Audio;

/// <summary>Samples as they travel: 16 bits, big-endian (RFC 3551 section 4.5.11).</summary>
public static class L16
{
    /// <summary>Writes samples in network order.</summary>
    /// <param name="samples">The sound.</param>
    /// <param name="bigEndian">Room for two bytes a sample.</param>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<short> samples, Span<byte> bigEndian)
    {
        var size = samples.Length * sizeof(short);
        var destination = MemoryMarshal.Cast<byte, short>(bigEndian[..size]);
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(samples, destination);
        else samples.CopyTo(destination);
        return size;
    }

    /// <summary>Reads samples in network order.</summary>
    /// <param name="bigEndian">The payload of a packet.</param>
    /// <param name="samples">Where the sound goes.</param>
    /// <param name="count">Samples read; 0 on failure.</param>
    /// <returns>False when the length is odd or more than <paramref name="samples"/> holds.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bigEndian, Span<short> samples, out int count)
    {
        count = bigEndian.Length / sizeof(short);
        if ((bigEndian.Length & 1) != 0 || count > samples.Length)
        {
            count = 0;
            return false;
        }
        var source = MemoryMarshal.Cast<byte, short>(bigEndian);
        if (BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(source, samples[..count]);
        else source.CopyTo(samples);
        return true;
    }
}
