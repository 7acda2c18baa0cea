using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>Sources that will send no more (RFC 3550 section 6.6). A reason text is skipped.</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P| Sources |      203      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                     Sources times an SSRC                     |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="SourceCount">How many sources leave, 0 to 31.</param>
public readonly record struct Goodbye(int SourceCount)
{
    /// <summary>Reads the packet.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out Goodbye goodbye)
    {
        goodbye = default;
        if (header.PacketType != RtcpPacketType.Goodbye || body.Length < 4 * header.Count) return false;
        goodbye = new Goodbye(header.Count);
        return true;
    }

    /// <summary>Reads one source of a packet that parsed.</summary>
    /// <param name="body">The body given to <see cref="TryParse"/>.</param>
    /// <param name="index">0 to <see cref="SourceCount"/> - 1.</param>
    public static Ssrc SourceAt(ReadOnlySpan<byte> body, int index) => new(BinaryPrimitives.ReadUInt32BigEndian(body[(4 * index)..]));

    /// <summary>Writes a packet that names at most 31 sources.</summary>
    /// <returns>The packet's length.</returns>
    public static int Write(Span<byte> destination, ReadOnlySpan<Ssrc> sources)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sources.Length, RtcpPacketHeader.MaxCount);
        var packet = destination[..(RtcpPacketHeader.Length + (4 * sources.Length))];
        for (var i = 0; i < sources.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(packet[(RtcpPacketHeader.Length + (4 * i))..], sources[i].Value);
        return RtcpPacketHeader.Write(packet, sources.Length, RtcpPacketType.Goodbye);
    }
}
