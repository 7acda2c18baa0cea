namespace Parley.Protocol.Rtp;

/// <summary>What an RTP packet carries (RFC 3551 section 6; 96 to 127 are ours, listed in docs/protocol/media.md). Seven bits.</summary>
public enum PayloadType : byte
{
    /// <summary>L16 mono at 48 kHz, big-endian (RFC 3551 section 4.5.11), 480 samples a packet.</summary>
    L16At48Khz = 96,

    /// <summary>L16 mono at 16 kHz, big-endian, 160 samples a packet: the seed profile. Its RTP clock is 16 kHz.</summary>
    L16At16Khz = 97,

    /// <summary>Opus (RFC 7587).</summary>
    Opus = 98,

    /// <summary>Redundant audio: the newest payload and one or two before it (RFC 2198).</summary>
    Red = 99,

    /// <summary>Motion JPEG, whole JFIF pictures cut into equal fragments.</summary>
    Jpeg = 104,

    /// <summary>H.264, Annex B access units.</summary>
    H264 = 105,

    /// <summary>VP8 frames.</summary>
    Vp8 = 106,

    /// <summary>VP9 frames.</summary>
    Vp9 = 107,

    /// <summary>AV1 temporal units.</summary>
    Av1 = 108,

    /// <summary>Nothing but padding, to probe how much a path bears; its SSRC is that of the sender's RTCP.</summary>
    Padding = 127,
}
