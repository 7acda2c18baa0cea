namespace Parley.Media.Audio;

/// <summary>A machine without any codec library: L16 alone.</summary>
public sealed class NoAudioCodecs : IAudioCodecs
{
    /// <summary>The only one.</summary>
    public static readonly NoAudioCodecs Instance = new();

    private NoAudioCodecs()
    {
    }

    /// <inheritdoc />
    public string Name => "L16 only";

    /// <inheritdoc />
    public bool HasOpus => false;

    /// <inheritdoc />
    public IAudioEncoder? CreateOpusEncoder() => null;

    /// <inheritdoc />
    public IAudioDecoder? CreateOpusDecoder() => null;
}
