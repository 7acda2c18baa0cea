using Parley.Protocol.Rtp;

namespace Parley.Agent;

/// <summary>What a person wants their camera to be sent in.</summary>
/// <param name="Codec">Used when everyone can show it; null leaves the choice to the program.</param>
public readonly record struct CodecChoice(VideoCodec? Codec)
{
    /// <summary>The words that <see cref="TryParse"/> understands, for whoever wrote another one.</summary>
    public const string Words = "auto, jpeg, h264, vp8, vp9 or av1";

    /// <summary>Reads one of <see cref="Words"/>; false for any other.</summary>
    public static bool TryParse(string text, out CodecChoice choice)
    {
        choice = default;
        if (text.Equals("auto", StringComparison.OrdinalIgnoreCase)) return true;
        // Numbers would be taken for values, and lists for their sum.
        if (text.Length == 0 || !char.IsAsciiLetter(text[0]) || text.Contains(',') || !Enum.TryParse<VideoCodec>(text, ignoreCase: true, out var codec) || !Enum.IsDefined(codec)) return false;
        choice = new CodecChoice(codec);
        return true;
    }
}
