using System.Buffers.Binary;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Protocol.Rtcp;

/// <summary>How someone who sends no media still measures the round trip (RFC 3611 sections 4.4 and 4.5). Other blocks are skipped.</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    0    |      207      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------+---------------+-------------------------------+   receiver
/// |       4       |       0       |               2               |   reference
/// +---------------+---------------+-------------------------------+   time,
/// |                    ReferenceTime, 64 bits                     |   optional
/// +---------------+---------------+-------------------------------+   delay since
/// |       5       |       0       |               3               |   last such
/// +---------------+---------------+-------------------------------+   time,
/// |                          EchoSource                           |   optional
/// |                        EchoedReference                        |
/// |                           EchoDelay                           |
/// +---------------------------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who writes.</param>
/// <param name="ReferenceTime">The writer's time now, to be echoed; null when absent.</param>
/// <param name="EchoSource">Whose reference time is echoed.</param>
/// <param name="EchoedReference">Middle 32 bits of the reference time received last; 0 when nothing is echoed.</param>
/// <param name="EchoDelay">Time since it came, in 1/65536 s.</param>
public readonly record struct ExtendedReport(Ssrc Sender, NtpTime? ReferenceTime, Ssrc EchoSource, uint EchoedReference, uint EchoDelay)
{
    /// <summary>Bytes of the longest packet we write.</summary>
    public const int MaxLength = 8 + ReferenceLength + EchoLength;

    private const byte ReferenceBlock = 4;
    private const byte EchoBlock = 5;
    private const int ReferenceLength = 12;
    private const int EchoLength = 16;

    /// <summary>Reads the packet; of several blocks of a kind the last counts, of several echoes in a block the first.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out ExtendedReport report)
    {
        report = default;
        if (header.PacketType != RtcpPacketType.ExtendedReport || body.Length < 4) return false;
        var result = new ExtendedReport(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), null, default, 0, 0);
        var rest = body[4..];
        while (rest.Length >= 4)
        {
            var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) + 1);
            if (rest.Length < length) return false;
            if (rest[0] == ReferenceBlock && length == ReferenceLength)
            {
                result = result with { ReferenceTime = new NtpTime(BinaryPrimitives.ReadUInt64BigEndian(rest[4..])) };
            }
            else if (rest[0] == EchoBlock && length >= EchoLength)
            {
                result = result with
                {
                    EchoSource = new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(rest[4..])),
                    EchoedReference = BinaryPrimitives.ReadUInt32BigEndian(rest[8..]),
                    EchoDelay = BinaryPrimitives.ReadUInt32BigEndian(rest[12..]),
                };
            }
            rest = rest[length..];
        }
        report = result;
        return rest.IsEmpty;
    }

    /// <summary>Writes the packet with the blocks that have something to say.</summary>
    /// <returns>The packet's length; at most <see cref="MaxLength"/>.</returns>
    public int Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Sender.Value);
        var length = 8;
        if (ReferenceTime is { } time)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[length..], (ReferenceBlock << 24) | 2);
            BinaryPrimitives.WriteUInt64BigEndian(destination[(length + 4)..], time.Value);
            length += ReferenceLength;
        }
        if (EchoedReference != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination[length..], (EchoBlock << 24) | 3);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(length + 4)..], EchoSource.Value);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(length + 8)..], EchoedReference);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(length + 12)..], EchoDelay);
            length += EchoLength;
        }
        return RtcpPacketHeader.Write(destination[..length], 0, RtcpPacketType.ExtendedReport);
    }
}
