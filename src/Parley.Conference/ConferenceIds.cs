using System.Buffers.Binary;
using Parley.Protocol;

namespace Parley.Conference;

/// <summary>UUIDv7 (RFC 9562 section 5.7) from the driver's time and randomness.</summary>
internal static class ConferenceIds
{
    /// <summary>Makes an id that sorts by time.</summary>
    public static string Create(long unixMilliseconds, IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, unixMilliseconds);
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
