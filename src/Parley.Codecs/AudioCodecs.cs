using Parley.Media.Audio;

namespace Parley.Codecs;

/// <summary>Finds at run time which codecs of sound this machine has.</summary>
public static class AudioCodecs
{
    /// <summary>Set to 0, it leaves libopus aside.</summary>
    public const string OpusVariable = "PARLEY_OPUS";

    /// <summary>Opus by libopus where it works, none elsewhere. Takes some milliseconds; whoever composes a machine asks once.</summary>
    public static IAudioCodecs Choose() =>
        Environment.GetEnvironmentVariable(OpusVariable) != "0" && LibOpus.TryLoad(out var opus) ? opus : NoAudioCodecs.Instance;
}
