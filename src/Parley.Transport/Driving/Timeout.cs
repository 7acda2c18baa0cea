using Parley.Protocol.Time;

namespace Parley.Transport.Driving;

/// <summary>When a machine wants to be called, and why.</summary>
/// <param name="At">The time.</param>
/// <param name="Reason">For traces and tests.</param>
public readonly record struct Timeout(Instant At, TimeoutReason Reason)
{
    /// <summary>Only on input.</summary>
    public static readonly Timeout Never = new(Instant.Never, TimeoutReason.None);

    /// <summary>The earlier of two.</summary>
    public static Timeout Min(Timeout a, Timeout b) => a.At <= b.At ? a : b;
}

/// <summary>Why a machine waits for a time.</summary>
public enum TimeoutReason
{
    /// <summary>It does not wait.</summary>
    None,

    /// <summary>The next mix or playout tick of 10 ms.</summary>
    AudioTick,

    /// <summary>An RTCP report is due.</summary>
    Report,

    /// <summary>A frame under assembly reaches its deadline.</summary>
    FrameDeadline,

    /// <summary>Nothing was heard of someone for too long.</summary>
    Silence,

    /// <summary>A held seat, host role or meeting runs out.</summary>
    Expiry,

    /// <summary>A handshake must be done by now.</summary>
    Handshake,

    /// <summary>Time to try again.</summary>
    Retry,

    /// <summary>The pacer may release more.</summary>
    Pacing,

    /// <summary>Congestion feedback is due, from us or, long overdue, from the other side (RFC 8888).</summary>
    Feedback,

    /// <summary>A probe of the path goes on.</summary>
    Probe,

    /// <summary>A missing packet is to be asked for, once more or no more.</summary>
    Repair,

    /// <summary>A reliable stream has something to send, to acknowledge or to send again.</summary>
    Stream,
}
