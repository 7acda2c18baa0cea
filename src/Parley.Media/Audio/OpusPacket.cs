namespace Parley.Media.Audio;

/// <summary>What the first bytes of an Opus packet tell without decoding it (RFC 6716 section 3.1).</summary>
public static class OpusPacket
{
    private const int HybridModes = 12;
    private const int CeltModes = 16;

    /// <summary>Whether a packet is one frame of 10 ms, the only kind in use here.</summary>
    public static bool IsOneFrame(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty || (packet[0] & 3) != 0) return false;
        var configuration = packet[0] >> 3;
        return configuration switch
        {
            < HybridModes => configuration % 4 == 0,
            < CeltModes => configuration % 2 == 0,
            _ => configuration % 4 == 2,
        };
    }

    /// <summary>Whether a packet of one frame carries a copy of the frame before it (RFC 6716 section 4.2.4). Only speech modes can.</summary>
    public static bool HasFrameBefore(ReadOnlySpan<byte> packet)
    {
        // The first bits of the range coder are plain ones: voice activity, then whether there is a copy.
        const int CopyBit = 0x40;
        return packet.Length > 1 && packet[0] >> 3 < CeltModes && (packet[1] & CopyBit) != 0;
    }
}
