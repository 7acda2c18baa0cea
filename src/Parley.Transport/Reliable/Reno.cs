namespace Parley.Transport.Reliable;

/// <summary>Reno: slow start, congestion avoidance, halving at a loss (RFC 5681), counted in bytes (RFC 3465), begun with ten segments (RFC 6928).</summary>
/// <remarks>
/// Recovery itself is the sender's, by selective acknowledgements (RFC 6675): the window is the threshold from its beginning, so there is no inflation.
/// In slow start all acknowledged bytes count, without RFC 3465's limit of two segments for each acknowledgement: packets are paced, so an acknowledgement of many causes no burst.
/// </remarks>
public sealed class Reno : ICongestionControl
{
    /// <summary>Segments of the first window, and of the one after a pause (RFC 6928 section 2, RFC 5681 section 4.1).</summary>
    public const int InitialSegments = 10;

    private readonly int _segment;
    private readonly long _initial;
    private double _window;

    /// <summary>Begins in slow start.</summary>
    /// <param name="segment">SMSS: most bytes of the stream in a packet.</param>
    /// <param name="initialSegments">Segments of the first window.</param>
    public Reno(int segment, int initialSegments = InitialSegments)
    {
        _segment = segment;
        _initial = (long)segment * initialSegments;
        _window = _initial;
    }

    /// <inheritdoc />
    public long CongestionWindow => (long)_window;

    /// <inheritdoc />
    public long SlowStartThreshold { get; private set; } = long.MaxValue;

    /// <inheritdoc />
    public void OnAcked(long bytes)
    {
        if (CongestionWindow < SlowStartThreshold)
        {
            var room = SlowStartThreshold - CongestionWindow;
            _window += Math.Min(bytes, room);
            bytes -= Math.Min(bytes, room);
        }
        // Congestion avoidance: a segment more for each window that was acknowledged (RFC 5681, equation 3), bit by bit.
        _window += (double)_segment * bytes / _window;
    }

    /// <inheritdoc />
    public void OnLoss(long flight)
    {
        SlowStartThreshold = HalfOf(flight);
        _window = SlowStartThreshold;
    }

    /// <inheritdoc />
    public void OnTimeout(long flight, bool isRepeated)
    {
        // RFC 5681 section 3.1: the threshold stays when the same bytes time out again.
        if (!isRepeated) SlowStartThreshold = HalfOf(flight);
        _window = _segment;
    }

    /// <inheritdoc />
    public void OnIdle() => _window = Math.Min(_window, _initial);

    // Bytes that limited transmit sent beyond the window do not count (RFC 5681 section 3.2, step 2).
    private long HalfOf(long flight) => Math.Max(Math.Min(flight, CongestionWindow) / 2, 2L * _segment);
}
