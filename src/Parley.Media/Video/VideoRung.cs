using Parley.Protocol.Rtp;

namespace Parley.Media.Video;

/// <summary>One step of picture quality.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="FramesPerSecond">Pictures a second.</param>
/// <param name="JpegQuality">Quality of JPEG, 1 to 100, on the usual scale of Annex K's tables.</param>
/// <param name="Name">What the screen says.</param>
/// <param name="Bitrate">Bits per second of a codec that uses earlier pictures, when it looks good.</param>
/// <param name="LeastBitrate">The same when the step below would look better.</param>
public readonly record struct VideoRung(
    int Width, int Height, int FramesPerSecond, int JpegQuality, string Name, int Bitrate, int LeastBitrate)
{
    /// <summary>JPEG below this much of its quality looks worse than a smaller picture.</summary>
    private const int JpegQualityRange = 30;

    private const int WorstJpegQuality = 25;

    // What a person before a room costs: 0.54 bits a pixel at quality 40, 0.84 at 75 (docs/decisions/0015-two-encodings-chosen-for-each-receiver.md).
    private const double JpegBitsPerPixel = 0.2;
    private const double JpegBitsPerPixelAndQuality = 0.0085;

    /// <summary>The least quality of JPEG for this step.</summary>
    public int LeastJpegQuality => Math.Max(WorstJpegQuality, JpegQuality - JpegQualityRange);

    /// <summary>Bits per second that this step needs to look good.</summary>
    public long BitrateOf(VideoCodec codec) => codec == VideoCodec.Jpeg ? JpegBitrate(JpegQuality) : Bitrate;

    /// <summary>Bits per second below which this step is not worth having.</summary>
    public long LeastBitrateOf(VideoCodec codec) => codec == VideoCodec.Jpeg ? JpegBitrate(LeastJpegQuality) : LeastBitrate;

    /// <summary>Bits per second of JPEG with a quality, for an ordinary scene.</summary>
    public long JpegBitrate(int quality) =>
        (long)(Width * (double)Height * FramesPerSecond * (JpegBitsPerPixel + (JpegBitsPerPixelAndQuality * quality)));

    /// <summary>The best quality of JPEG for so many bits per second, between the least and the full one.</summary>
    public int JpegQualityFor(long bitrate)
    {
        var bitsPerPixel = bitrate / (Width * (double)Height * FramesPerSecond);
        return (int)Math.Clamp((bitsPerPixel - JpegBitsPerPixel) / JpegBitsPerPixelAndQuality, LeastJpegQuality, JpegQuality);
    }
}
