namespace Parley.Net;

/// <summary>How datagram sockets are made.</summary>
public sealed record DatagramSocketOptions
{
    /// <summary>What is used when nothing else is said.</summary>
    public static readonly DatagramSocketOptions Default = new();

    /// <summary>
    /// Bytes asked for in each direction. The usual 208 kB lose packets when the process is held up for 100 ms (performance.md).
    /// </summary>
    public int BufferBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Switches the batched Linux socket off; the environment variable PARLEY_PORTABLE_SOCKETS=1 does the same for a whole process.</summary>
    public bool ForcePortable { get; init; }

    /// <summary>
    /// Hands each datagram to the system on its own even where it takes runs (UDP_SEGMENT); the environment variable PARLEY_GSO=0 does the same for
    /// a whole process.
    /// </summary>
    public bool SplitRuns { get; init; }
}
