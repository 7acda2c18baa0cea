using System.Buffers.Binary;
using Parley.Media.Video;

namespace Parley.Media.Synthesis;

/// <summary>
/// Stands in for a picture: of a size that a codec would give, with nothing to see in it but the time of capture. For tests and load; no decoder
/// takes it.
/// </summary>
public static class ModelPicture
{
    /// <summary>Bytes of the smallest one.</summary>
    public const int LeastLength = 12;

    /// <summary>A key frame has this many times the bytes of the others.</summary>
    public const int KeyFrameRatio = 8;

    /// <summary>Bytes of a picture at a bitrate, key frames being rare.</summary>
    /// <param name="bitrate">Bits per second.</param>
    /// <param name="framesPerSecond">Pictures a second.</param>
    /// <param name="isKeyFrame">Whether it stands alone.</param>
    public static int Length(int bitrate, int framesPerSecond, bool isKeyFrame) =>
        Math.Max(LeastLength, bitrate / 8 / Math.Max(1, framesPerSecond) * (isKeyFrame ? KeyFrameRatio : 1));

    /// <summary>Bytes of an ordinary scene as JPEG.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="quality">1 to 100.</param>
    public static int JpegLength(int width, int height, int quality) =>
        Math.Max(LeastLength, (int)(new VideoRung(width, height, 1, quality, "", 0, 0).JpegBitrate(quality) / 8));

    /// <summary>Writes the time of capture into the start of a picture; the rest is left as it is.</summary>
    public static void Write(long captureTicks, Span<byte> destination)
    {
        "MODL"u8.CopyTo(destination);
        BinaryPrimitives.WriteInt64BigEndian(destination[4..], captureTicks);
    }

    /// <summary>Reads the time of capture; false for any other picture.</summary>
    public static bool TryReadCaptureTicks(ReadOnlySpan<byte> picture, out long ticks)
    {
        ticks = 0;
        if (picture.Length < LeastLength || !picture.StartsWith("MODL"u8)) return false;
        ticks = BinaryPrimitives.ReadInt64BigEndian(picture[4..]);
        return true;
    }
}
