using Parley.Transport.Impairment;

namespace Parley.Simulation.Network;

/// <summary>The way of datagrams from one host to another.</summary>
internal sealed class NetworkPath(SimulatedHost from, SimulatedHost to, ImpairedLink link)
{
    public SimulatedHost From { get; } = from;

    public SimulatedHost To { get; } = to;

    public ImpairedLink Link { get; } = link;

    /// <summary>Whether nothing passes: the cable is out.</summary>
    public bool IsOut { get; set; }
}
