using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>One stream of a <see cref="FullIntraRequest"/>.</summary>
/// <param name="Media">The stream of which a key frame is wanted.</param>
/// <param name="CommandSequence">Grows with every new request; a repetition keeps it and asks for nothing new.</param>
public readonly record struct FullIntraEntry(Ssrc Media, byte CommandSequence);

/// <summary>Somebody new must be able to decode and wants a key frame (RFC 5104 section 4.3.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    4    |      206      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                   0 (the entries name media)                  |
/// +---------------------------------------------------------------+   for
/// |                             Media                             |   every
/// +---------------+-----------------------------------------------+   entry
/// |CommandSequence|                       0                       |
/// +---------------+-----------------------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who asks.</param>
/// <param name="EntryCount">How many streams are named; set by parsing, ignored by writing.</param>
public readonly record struct FullIntraRequest(Ssrc Sender, int EntryCount)
{
    /// <summary>The feedback format in the header's count.</summary>
    public const byte Format = 4;

    private const int EntriesAt = 8;
    private const int EntryLength = 8;

    /// <summary>Reads the packet.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out FullIntraRequest request)
    {
        request = default;
        if (!header.IsFeedback(RtcpPacketType.PayloadFeedback, Format)) return false;
        if (body.Length < EntriesAt + EntryLength || (body.Length - EntriesAt) % EntryLength != 0) return false;
        request = new FullIntraRequest(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), (body.Length - EntriesAt) / EntryLength);
        return true;
    }

    /// <summary>Reads one entry of a packet that parsed.</summary>
    /// <param name="body">The body given to <see cref="TryParse"/>.</param>
    /// <param name="index">0 to <see cref="EntryCount"/> - 1.</param>
    public static FullIntraEntry EntryAt(ReadOnlySpan<byte> body, int index)
    {
        var entry = body[(EntriesAt + (index * EntryLength))..];
        return new FullIntraEntry(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(entry)), entry[4]);
    }

    /// <summary>Writes the packet with one or more entries.</summary>
    /// <returns>The packet's length.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<FullIntraEntry> entries)
    {
        var packet = destination[..(RtcpPacketHeader.Length + EntriesAt + (entries.Length * EntryLength))];
        packet.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Sender.Value);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = packet[(RtcpPacketHeader.Length + EntriesAt + (i * EntryLength))..];
            BinaryPrimitives.WriteUInt32BigEndian(entry, entries[i].Media.Value);
            entry[4] = entries[i].CommandSequence;
        }
        return RtcpPacketHeader.Write(packet, Format, RtcpPacketType.PayloadFeedback);
    }
}
