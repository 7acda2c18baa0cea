namespace Parley.Transport.Reliable;

/// <summary>What a sender of a reliable stream is doing about losses.</summary>
public enum RecoveryPhase
{
    /// <summary>Nothing is known to be lost.</summary>
    Open,

    /// <summary>Lost segments go again while the rest flows (RFC 6675).</summary>
    FastRecovery,

    /// <summary>The timer ran out; all that is missing goes again, from a window of one segment (RFC 5681 section 3.1).</summary>
    AfterTimeout,
}

/// <summary>What a reliable stream has measured and counted: a copy that does not change.</summary>
public readonly record struct ReliableStats
{
    /// <summary>What the sender is doing about losses.</summary>
    public RecoveryPhase Phase { get; init; }

    /// <summary>Most bytes on their way, by congestion control.</summary>
    public long CongestionWindow { get; init; }

    /// <summary>Where slow start ends, in bytes; <see cref="long.MaxValue"/> until the first loss.</summary>
    public long SlowStartThreshold { get; init; }

    /// <summary>Most bytes on their way while media flows beside; <see cref="long.MaxValue"/> while none does.</summary>
    public long YieldingWindow { get; init; }

    /// <summary>How long to wait for an acknowledgement before sending again.</summary>
    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>The smoothed round trip; null until it was measured.</summary>
    public TimeSpan? SmoothedRtt { get; init; }

    /// <summary>Bytes sent and not acknowledged as a whole.</summary>
    public long BytesInFlight { get; init; }

    /// <summary>Bytes of the stream sent, repetitions included.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes of the stream that the other side has.</summary>
    public long BytesAcked { get; init; }

    /// <summary>Bytes of the stream that have come here in order.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Packets sent again.</summary>
    public long Retransmissions { get; init; }

    /// <summary>Bytes sent again.</summary>
    public long RetransmittedBytes { get; init; }

    /// <summary>How often the retransmission timer ran out.</summary>
    public long Timeouts { get; init; }

    /// <summary>How often losses were found by acknowledgements.</summary>
    public long FastRecoveries { get; init; }

    /// <summary>Acknowledgements and data that no honest other side sends: beyond what was sent, beyond the window, behind the end.</summary>
    public long Refused { get; init; }
}
