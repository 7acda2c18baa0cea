namespace Parley.Protocol.Rtp;

/// <summary>What a UDP payload is, told from its first two bytes (RFC 7983 section 7, RFC 5761 section 4).</summary>
public enum DatagramKind
{
    /// <summary>Empty, or a first byte that nobody of ours sends.</summary>
    Unknown,

    /// <summary>Connectivity checks of WebRTC guests (RFC 8489).</summary>
    Stun,

    /// <summary>Key agreement of WebRTC guests (RFC 6347).</summary>
    Dtls,

    /// <summary>Media.</summary>
    Rtp,

    /// <summary>Reports and feedback about media.</summary>
    Rtcp,

    /// <summary>Parley's own: files and probes.</summary>
    Parley,
}

/// <summary>The first-byte map of the one UDP port (docs/protocol/media.md).</summary>
public static class FirstByte
{
    /// <summary>Says which parser a datagram belongs to. Looks at two bytes and proves nothing.</summary>
    /// <param name="datagram">The UDP payload; may be empty.</param>
    public static DatagramKind Classify(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty) return DatagramKind.Unknown;
        return datagram[0] switch
        {
            <= 3 => DatagramKind.Stun,
            >= 20 and <= 63 => DatagramKind.Dtls,
            >= 128 and <= 191 => datagram.Length > 1 && datagram[1] is >= 192 and <= 223 ? DatagramKind.Rtcp : DatagramKind.Rtp,
            >= 192 and <= 223 => DatagramKind.Parley,
            _ => DatagramKind.Unknown,
        };
    }
}
