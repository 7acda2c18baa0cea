namespace Parley.Agent.Statistics;

/// <summary>What one second says about a connection; null where nothing was measured.</summary>
internal readonly record struct ConnectionReadings
{
    /// <summary>Round trip to the server.</summary>
    public double? RoundTripMs { get; init; }

    /// <summary>Share of our packets that the network lost, 0 to 1.</summary>
    public double? LossUp { get; init; }

    /// <summary>Share of their packets that the network lost, 0 to 1.</summary>
    public double? LossDown { get; init; }

    /// <summary>Jitter of what we send, as the other side reports it.</summary>
    public double? JitterUpMs { get; init; }

    /// <summary>Jitter of what we receive.</summary>
    public double? JitterDownMs { get; init; }

    /// <summary>Bits per second that the estimate allows us to send.</summary>
    public double? TargetUp { get; init; }

    /// <summary>Bits per second that we would send if we were allowed to.</summary>
    public double? WantedUp { get; init; }

    /// <summary>Whether this machine does not keep up with encoding.</summary>
    public bool IsCpuOverloaded { get; init; }

    /// <summary>Pictures a second that this machine makes.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Since when nothing came from the server.</summary>
    public TimeSpan Silence { get; init; }
}
