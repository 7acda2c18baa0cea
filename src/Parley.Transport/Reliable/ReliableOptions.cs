using Parley.Protocol.Reliable;

namespace Parley.Transport.Reliable;

/// <summary>The bounds of a reliable stream.</summary>
public sealed record ReliableOptions
{
    /// <summary>What is used when nothing else is said.</summary>
    public static ReliableOptions Default { get; } = new();

    /// <summary>Most bytes that wait to be sent or acknowledged; a power of two uses memory best.</summary>
    public int SendBufferBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Most bytes that have come and were not read, gaps included; a power of two uses memory best.</summary>
    public int ReceiveBufferBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// What the socket under it can hold of this stream while nobody reads. Never more than half of it is offered to the other side, so that a late
    /// reader loses nothing.
    /// </summary>
    public int SocketBufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>SMSS: most bytes of the stream in a packet.</summary>
    public int SegmentBytes { get; init; } = StreamData.MaxBytes;

    /// <summary>The least retransmission time-out: the other side may hold an acknowledgement back for <see cref="AckDelay"/>, and its machine may be busy.</summary>
    public TimeSpan LeastTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest retransmission time-out, back-off included, and the longest wait between two probes of a closed window.</summary>
    public TimeSpan MostTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an acknowledgement of one packet waits for a second one.</summary>
    public TimeSpan AckDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the congestion control of a stream, given SMSS.</summary>
    public Func<int, ICongestionControl> Congestion { get; init; } = static segment => new Reno(segment);
}
