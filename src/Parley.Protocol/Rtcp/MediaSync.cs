using System.Buffers.Binary;
using Parley.Protocol.Rtp;

namespace Parley.Protocol.Rtcp;

/// <summary>What a mix and a video track have in common: the sound at one timestamp was captured together with the picture at the other.</summary>
/// <param name="Video">The speaker's video track, also of a speaker without a camera.</param>
/// <param name="MixTimestamp">On the 48 kHz clock of the mix.</param>
/// <param name="VideoTimestamp">On the 90 kHz clock of the track; 0 without a picture.</param>
/// <param name="Waited">How long the speaker's sound waited before it was mixed, in 0.1 ms: from its earliest possible arrival on; 65535 for that and more.</param>
/// <param name="HasPicture">Whether there is a picture that belongs to the sound. Without one only <paramref name="Waited"/> says something.</param>
public readonly record struct MediaSyncEntry(Ssrc Video, RtpTimestamp MixTimestamp, RtpTimestamp VideoTimestamp, ushort Waited, bool HasPicture)
{
    /// <summary>The unit of <see cref="Waited"/>.</summary>
    public static readonly TimeSpan WaitUnit = TimeSpan.FromMicroseconds(100);

    /// <summary>A time as <see cref="Waited"/> has it; negative ones are 0.</summary>
    public static ushort WaitOf(TimeSpan time) => (ushort)Math.Clamp(time.Ticks / WaitUnit.Ticks, 0, ushort.MaxValue);
}

/// <summary>Whose lips belong to which sound of a mix: an application-defined packet (RFC 3550 section 6.7), named SYNC, subtype 0.</summary>
/// <remarks>
/// <code>
/// +---+-+---------+---------------+-------------------------------+
/// |V=2|P|    0    |      204      |      words that follow        |
/// +---+-+---------+---------------+-------------------------------+
/// |                             Sender                            |
/// +---------------------------------------------------------------+
/// |                            "SYNC"                             |
/// +---------------------------------------------------------------+
/// |                             Video                             |
/// +---------------------------------------------------------------+   for
/// |                          MixTimestamp                         |   every
/// +---------------------------------------------------------------+   entry
/// |                         VideoTimestamp                        |
/// +-------------------------------+-----------------------------+-+
/// |             Waited            |              0              |P|
/// +-------------------------------+-----------------------------+-+
/// </code>
/// </remarks>
/// <param name="Sender">Who mixes.</param>
/// <param name="EntryCount">How many speakers are named, 1 to <see cref="MaxEntries"/>; set by parsing, ignored by writing.</param>
public readonly record struct MediaSync(Ssrc Sender, int EntryCount)
{
    /// <summary>Most entries in a packet: as many as sources in a mixed packet.</summary>
    public const int MaxEntries = Limits.MaxCsrcs;

    private const uint Name = 0x53594E43;
    private const int EntriesAt = 8;
    private const int EntryLength = 16;
    private const ushort PictureFlag = 1;

    /// <summary>Bytes of a packet.</summary>
    /// <param name="entryCount">How many speakers it names.</param>
    public static int LengthFor(int entryCount) => RtcpPacketHeader.Length + EntriesAt + (entryCount * EntryLength);

    /// <summary>Reads the packet. False for another application's.</summary>
    public static bool TryParse(in RtcpPacketHeader header, ReadOnlySpan<byte> body, out MediaSync sync)
    {
        sync = default;
        if (header.PacketType != RtcpPacketType.Application || header.Count != 0) return false;
        if (body.Length < EntriesAt + EntryLength || (body.Length - EntriesAt) % EntryLength != 0) return false;
        var count = (body.Length - EntriesAt) / EntryLength;
        if (count > MaxEntries || BinaryPrimitives.ReadUInt32BigEndian(body[4..]) != Name) return false;
        sync = new MediaSync(new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(body)), count);
        return true;
    }

    /// <summary>Reads one entry of a packet that parsed.</summary>
    /// <param name="body">The body given to <see cref="TryParse"/>.</param>
    /// <param name="index">0 to <see cref="EntryCount"/> - 1.</param>
    public static MediaSyncEntry EntryAt(ReadOnlySpan<byte> body, int index)
    {
        var entry = body[(EntriesAt + (index * EntryLength))..];
        return new MediaSyncEntry(
            new Ssrc(BinaryPrimitives.ReadUInt32BigEndian(entry)),
            new RtpTimestamp(BinaryPrimitives.ReadUInt32BigEndian(entry[4..])),
            new RtpTimestamp(BinaryPrimitives.ReadUInt32BigEndian(entry[8..])),
            BinaryPrimitives.ReadUInt16BigEndian(entry[12..]),
            (BinaryPrimitives.ReadUInt16BigEndian(entry[14..]) & PictureFlag) != 0);
    }

    /// <summary>Writes the packet with 1 to <see cref="MaxEntries"/> entries.</summary>
    /// <returns>The packet's length.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<MediaSyncEntry> entries)
    {
        ArgumentOutOfRangeException.ThrowIfZero(entries.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Length, MaxEntries);
        var packet = destination[..LengthFor(entries.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], Sender.Value);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], Name);
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = packet[(RtcpPacketHeader.Length + EntriesAt + (i * EntryLength))..];
            BinaryPrimitives.WriteUInt32BigEndian(entry, entries[i].Video.Value);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], entries[i].MixTimestamp.Value);
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], entries[i].VideoTimestamp.Value);
            BinaryPrimitives.WriteUInt16BigEndian(entry[12..], entries[i].Waited);
            BinaryPrimitives.WriteUInt16BigEndian(entry[14..], entries[i].HasPicture ? PictureFlag : (ushort)0);
        }
        return RtcpPacketHeader.Write(packet, 0, RtcpPacketType.Application);
    }
}
