using Parley.Protocol.Time;

namespace Parley.Simulation;

/// <summary>What sets one simulated machine apart from another.</summary>
public sealed record SimulatedHostOptions
{
    /// <summary>No key, an exact clock, connections accepted.</summary>
    public static readonly SimulatedHostOptions Default = new();

    /// <summary>SHA-256 of the host's SubjectPublicKeyInfo, which the other side of a control connection sees; empty when it shows no certificate.</summary>
    public ReadOnlyMemory<byte> KeyHash { get; init; }

    /// <summary>How much faster than true time the host's clock runs, in parts per million. Crystals are within ±100.</summary>
    public double DriftPpm { get; init; }

    /// <summary>What the host's clock shows when virtual time is zero. Other than 0 it finds machines that compare clocks of two hosts.</summary>
    public Instant ClockOrigin { get; init; }

    /// <summary>Whether control connections to the host are accepted; otherwise they are refused.</summary>
    public bool IsListening { get; init; } = true;

    /// <summary>The TCP port of the control connections; 0 takes them on any port.</summary>
    public int ControlPort { get; init; }
}
