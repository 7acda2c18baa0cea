namespace Parley.Protocol.Rtp;

/// <summary>How pictures of a camera are encoded.</summary>
public enum VideoCodec
{
    /// <summary>Whole JFIF pictures: what every page can encode and decode.</summary>
    Jpeg,

    /// <summary>H.264, Annex B.</summary>
    H264,

    /// <summary>VP8 (RFC 6386).</summary>
    Vp8,

    /// <summary>VP9.</summary>
    Vp9,

    /// <summary>AV1.</summary>
    Av1,
}

/// <summary>How codecs are called on the wire.</summary>
public static class VideoCodecs
{
    /// <summary>The payload type under which a codec travels.</summary>
    public static PayloadType ToPayloadType(this VideoCodec codec) => (PayloadType)((int)PayloadType.Jpeg + (int)codec);

    /// <summary>The codec of a payload type; false for what is no video.</summary>
    public static bool TryGetVideoCodec(this PayloadType type, out VideoCodec codec)
    {
        codec = (VideoCodec)(type - PayloadType.Jpeg);
        return type is >= PayloadType.Jpeg and <= PayloadType.Av1;
    }
}
