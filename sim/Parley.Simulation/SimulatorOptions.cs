using Parley.Protocol;

namespace Parley.Simulation;

/// <summary>What holds for a whole simulation.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The usual local network.</summary>
    public static readonly SimulatorOptions Default = new();

    /// <summary>
    /// One-way delay of a link for which no delay was asked: a quiet switched network. Never zero, or cause and effect would share an instant.
    /// </summary>
    public TimeSpan LanDelay { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>How long a control connection bears an outage before both ends are told that it is lost.</summary>
    public TimeSpan ChannelPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an attempt to connect waits for an answer.</summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long an accepted connection may stand before its machine says <c>Authenticated</c>; then the driver evicts it.</summary>
    public TimeSpan AuthenticationTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What one lost segment costs a control message: the smallest retransmission time-out of common TCP stacks.</summary>
    public TimeSpan RetransmissionDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Bytes of control messages that may wait for a host which does not read, before the sender's driver gives it up as too slow: 1 MiB as in Parley.Net, and as much in the systems' socket buffers.</summary>
    public int ChannelQueueBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Largest datagram in bytes; a machine that sends more has a bug, as the path may not fragment.</summary>
    public int MaxDatagram { get; init; } = Limits.MaxDatagram;

    /// <summary>Turns of one host at one instant after which the simulation is stuck.</summary>
    public int MaxTurnsPerInstant { get; init; } = 1_000;

    /// <summary>Entries that <see cref="Tracing.Trace"/> keeps.</summary>
    public int TraceEntries { get; init; } = 100_000;
}
