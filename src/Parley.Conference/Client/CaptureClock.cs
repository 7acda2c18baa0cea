using Parley.Media.Audio;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>Believes when the frames of a microphone were captured, from when they came: the way to us delays some, and hastens none.</summary>
internal sealed class CaptureClock
{
    /// <summary>How fast what is believed may get later, for each second: ten times what a crystal drifts.</summary>
    private const double Creep = 0.001;

    private const int FarthestFrames = 100;

    private Instant _captured;
    private long _frame = -FarthestFrames - 1;

    /// <summary>Takes the next frame.</summary>
    /// <param name="now">When it came, whole.</param>
    /// <param name="frame">Its number; what is skipped was time without a frame.</param>
    /// <returns>When its first sample was captured.</returns>
    public Instant OnFrame(Instant now, long frame)
    {
        var latest = now - AudioFormat.FrameDuration;
        var frames = frame - _frame;
        _captured = frames is > 0 and <= FarthestFrames
            ? Instant.Min(latest, _captured + (AudioFormat.FrameDuration * (frames * (1 + Creep))))
            : latest;
        _frame = frame;
        return _captured;
    }
}
