namespace Parley.Media.Audio;

/// <summary>Decides which captured frames are worth sending: sound, and a little after it, so that word ends are not cut.</summary>
/// <remarks>One call per 10 ms frame. Not thread-safe.</remarks>
public sealed class TalkDetector
{
    private const int HangOverFrames = 20;

    private int _framesLeft;
    private bool _isSending;

    /// <summary>Whether the frame of the last <see cref="Update"/> is the first to be sent after a pause. It carries the RTP marker (RFC 3551 section 4.1).</summary>
    public bool IsTalkStart { get; private set; }

    /// <summary>Looks at the next captured frame.</summary>
    /// <returns>Whether it should be sent: it has sound, or the last sound is at most 200 ms ago.</returns>
    public bool Update(ReadOnlySpan<short> frame)
    {
        var wasSending = _framesLeft > 0;
        var hasSound = !LevelMeter.IsSilent(frame);
        var sends = hasSound || wasSending;
        if (hasSound) _framesLeft = HangOverFrames;
        else if (wasSending) _framesLeft--;
        IsTalkStart = hasSound && !_isSending;
        _isSending = sends;
        return sends;
    }
}
