using System.Buffers.Binary;
using System.Numerics;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>Up to 17 lost packets of a <see cref="GenericNack"/>.</summary>
/// <param name="First">A lost packet (PID).</param>
/// <param name="Following">Bit i set: <paramref name="First"/> + i + 1 is lost too (BLP).</param>
public readonly record struct NackEntry(SequenceNumber First, ushort Following)
{
    /// <summary>How many packets are named, 1 to 17.</summary>
    public int Count => 1 + BitOperations.PopCount(Following);

    /// <summary>Whether <paramref name="sequence"/> is named.</summary>
    public bool Contains(SequenceNumber sequence)
    {
        var distance = sequence.DistanceFrom(First);
        return distance == 0 || (distance is >= 1 and <= 16 && ((Following >> (distance - 1)) & 1) != 0);
    }

    /// <summary>Packs lost numbers into as few entries as their order allows.</summary>
    /// <param name="lost">Numbers in sending order.</param>
    /// <param name="entries">Receives the entries; packing stops when it is full.</param>
    /// <returns>How many entries were written.</returns>
    public static int Pack(ReadOnlySpan<SequenceNumber> lost, Span<NackEntry> entries)
    {
        var count = 0;
        foreach (var sequence in lost)
        {
            var distance = count == 0 ? 0 : sequence.DistanceFrom(entries[count - 1].First);
            if (count > 0 && distance is >= 1 and <= 16)
            {
                ref var last = ref entries[count - 1];
                last = last with { Following = (ushort)(last.Following | (1 << (distance - 1))) };
            }
            else if (count == 0 || distance != 0)
            {
                if (count == entries.Length) break;
                entries[count++] = new NackEntry(sequence, 0);
            }
        }
        return count;
    }
}

/// <summary>A receiver names packets that it misses (RFC 4585 section 6.2.1).</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    1    |      205      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                             Media                             |
/// +-------------------------------+-------------------------------+   for every
/// |          First (PID)          |        Following (BLP)        |   entry
/// +-------------------------------+-------------------------------+
/// </code>
/// </remarks>
/// <param name="Sender">Who misses them.</param>
/// <param name="Media">The stream they belong to.</param>
/// <param name="EntryCount">Entries that follow, at least 1; set by parsing, ignored by writing.</param>
public readonly record struct GenericNack(Ssrc Sender, Ssrc Media, int EntryCount)
{
    /// <summary>The feedback format in the header's count.</summary>
    public const byte Format = 1;

    private const int EntriesAt = 8;
    private const int EntryLength = 4;

    /// <summary>Reads the packet.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out GenericNack nack)
    {
        nack = default;
        if (!header.IsFeedback(RtcpPacketType.TransportFeedback, Format) || body.Length < EntriesAt + EntryLength) return false;
        nack = new GenericNack(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)),
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body[4..])),
            (body.Length - EntriesAt) / EntryLength);
        return true;
    }

    /// <summary>Reads one entry of a packet that parsed.</summary>
    /// <param name="body">The body given to <see cref="TryParse"/>.</param>
    /// <param name="index">0 to <see cref="EntryCount"/> - 1.</param>
    public static NackEntry EntryAt(ReadOnlySpan<byte> body, int index)
    {
        var entry = body[(EntriesAt + (index * EntryLength))..];
        return new NackEntry(
            new SequenceNumber(BinaryPrimitives.ReadUInt16BigEndian(entry)), BinaryPrimitives.ReadUInt16BigEndian(entry[2..]));
    }

    /// <summary>Bytes of a packet with this many entries.</summary>
    public static int LengthFor(int entryCount) => RtcpPacketHeader.Length + EntriesAt + (entryCount * EntryLength);

    /// <summary>Writes the packet with one or more entries.</summary>
    /// <returns>The packet's length, see <see cref="LengthFor"/>.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<NackEntry> entries)
    {
        var packet = destination[..LengthFor(entries.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Media.Value);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = packet[(RtcpPacketHeader.Length + EntriesAt + (i * EntryLength))..];
            BinaryPrimitives.WriteUInt16BigEndian(entry, entries[i].First.Value);
            BinaryPrimitives.WriteUInt16BigEndian(entry[2..], entries[i].Following);
        }
        return RtcpPacketHeader.Write(packet, Format, RtcpPacketType.TransportFeedback);
    }
}
