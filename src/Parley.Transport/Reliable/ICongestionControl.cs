namespace Parley.Transport.Reliable;

/// <summary>Decides how many bytes of a reliable stream may be on their way, from what is acknowledged and what gets lost.</summary>
/// <remarks>The sender finds losses and counts; this says what they mean. One for each stream; not thread-safe.</remarks>
public interface ICongestionControl
{
    /// <summary>Most bytes on their way.</summary>
    long CongestionWindow { get; }

    /// <summary>Below this window, growth is exponential (RFC 5681 section 3.1). <see cref="long.MaxValue"/> until the first loss.</summary>
    long SlowStartThreshold { get; }

    /// <summary>Bytes were acknowledged for the first time while the window was what held the sender up, outside of a recovery.</summary>
    void OnAcked(long bytes);

    /// <summary>A loss was found by acknowledgements; recovery begins.</summary>
    /// <param name="flight">Bytes that were sent and not acknowledged.</param>
    void OnLoss(long flight);

    /// <summary>The retransmission timer ran out.</summary>
    /// <param name="flight">Bytes that were sent and not acknowledged.</param>
    /// <param name="isRepeated">It had run out for the same bytes before.</param>
    void OnTimeout(long flight, bool isRepeated);

    /// <summary>Nothing was sent for longer than the retransmission time-out.</summary>
    void OnIdle();
}
