namespace Parley.Simulation.Tracing;

/// <summary>What happened at a host.</summary>
public enum TraceKind
{
    /// <summary>The scenario speaks: a step, a change of the network.</summary>
    Note,

    /// <summary>It sent a datagram, and the network took it.</summary>
    DatagramSent,

    /// <summary>It sent a datagram that will not arrive: lost, no room in a queue, nobody there.</summary>
    DatagramLost,

    /// <summary>A datagram reached it.</summary>
    DatagramReceived,

    /// <summary>A time-out was due.</summary>
    TimedOut,

    /// <summary>It asked for a control connection.</summary>
    ChannelRequested,

    /// <summary>A control connection stands, as this host sees it.</summary>
    ChannelOpened,

    /// <summary>A control connection is gone, and it was told so.</summary>
    ChannelClosed,

    /// <summary>It closed a control connection itself.</summary>
    ChannelLeft,

    /// <summary>It sent a control message.</summary>
    MessageSent,

    /// <summary>A control message reached it.</summary>
    MessageReceived,
}
