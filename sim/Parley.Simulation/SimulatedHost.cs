using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Simulation.Channels;
using Parley.Simulation.Network;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Simulation;

/// <summary>A machine in the simulated network, with one protocol machine on it. Made by <see cref="Simulator.AddHost"/>, which also drives it.</summary>
public sealed class SimulatedHost
{
    private readonly Simulator _simulator;

    internal SimulatedHost(Simulator simulator, int index, string name, IEndpoint endpoint, TransportAddress address, SimulatedHostOptions options)
    {
        _simulator = simulator;
        Index = index;
        Name = name;
        Endpoint = endpoint;
        Address = address;
        Options = options;
        Clock = new HostClock(simulator.Now, options.ClockOrigin + (simulator.Now - new Instant(0)), options.DriftPpm);
    }

    /// <summary>What traces and control connections call it.</summary>
    public string Name { get; }

    /// <summary>The protocol machine that runs on it.</summary>
    public IEndpoint Endpoint { get; internal set; }

    /// <summary>Where its datagrams come from now.</summary>
    public TransportAddress Address { get; internal set; }

    /// <summary>As given when it was added.</summary>
    public SimulatedHostOptions Options { get; }

    /// <summary>What its own, perhaps drifting, clock shows: the <c>now</c> for calls that a scenario makes on its machine.</summary>
    public Instant Now => Clock.Local(_simulator.Now);

    /// <summary>Datagrams it has sent.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Payload bytes of those.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Datagrams that reached it.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Payload bytes of those.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Control connections that it holds now.</summary>
    public int ChannelCount => Ends.Count;

    internal int Index { get; }

    internal HostClock Clock { get; }

    internal List<NetworkPath> Inbound { get; } = [];

    internal List<ChannelEnd> Ends { get; } = [];

    internal byte[] ReceiveBuffer { get; } = new byte[Limits.MaxReceivedDatagram];

    internal Instant StalledUntil { get; set; } = new(long.MinValue);

    /// <summary>Whether something outside the contract's inputs may have changed the machine, so that its outputs must be looked at.</summary>
    internal bool IsDirty { get; set; } = true;

    /// <summary>The machine's last word on when to call it, in virtual time.</summary>
    internal Timeout NextTimeout { get; set; } = Timeout.Never;

    internal Instant LastTurn { get; set; } = new(long.MinValue);

    internal int TurnsAtInstant { get; set; }

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>When the host must have a turn next.</summary>
    internal Instant NextTurn
    {
        get
        {
            var next = IsDirty ? _simulator.Now : NextTimeout.At;
            foreach (var path in Inbound) next = Instant.Min(next, path.Link.NextArrival);
            foreach (var end in Ends) next = Instant.Min(next, end.NextArrival);
            return next == Instant.Never ? next : Instant.Max(next, StalledUntil);
        }
    }

    internal ChannelEnd? FindEnd(ChannelId id)
    {
        foreach (var end in Ends)
        {
            if (end.Id == id) return end;
        }
        return null;
    }
}
