using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Simulation.Channels;

/// <summary>One end of a control connection: what is on its way to it, in order.</summary>
internal sealed class ChannelEnd(SimulatedHost host, ChannelId id, SimulatedHost? remote, bool isIncoming)
{
    private readonly Queue<ChannelInput> _inbox = new();
    private Instant _lastArrival = new(long.MinValue);

    public SimulatedHost Host { get; } = host;

    public ChannelId Id { get; } = id;

    /// <summary>Whether the other side asked for the connection.</summary>
    public bool IsIncoming { get; } = isIncoming;

    /// <summary>The host at the other end; null when the name led nowhere.</summary>
    public SimulatedHost? Remote { get; } = remote;

    /// <summary>The other end; null when it never came to be.</summary>
    public ChannelEnd? Peer { get; set; }

    /// <summary>Whether the machine was told that it stands.</summary>
    public bool IsOpen { get; set; }

    /// <summary>Whether this end closed, or was told that the connection is gone. Nothing reaches it any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the machine said that the other side has authenticated. Whom it called itself is no stranger.</summary>
    public bool IsAuthenticated { get; set; } = !isIncoming;

    /// <summary>Whether an outage holds back what is on its way.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Counts the outages, so that the patience with one does not end the next.</summary>
    public int HoldNumber { get; set; }

    /// <summary>Bytes of the messages on their way.</summary>
    public int QueuedBytes { get; private set; }

    public Instant NextArrival => !IsHeld && _inbox.TryPeek(out var next) ? next.Arrival : Instant.Never;

    /// <summary>Puts something behind what is on its way already: it does not arrive before that.</summary>
    /// <param name="input">What, and when its first bit could arrive.</param>
    /// <param name="transmission">How long its bits keep a slow path busy; what comes behind waits for that.</param>
    public void Enqueue(in ChannelInput input, TimeSpan transmission = default)
    {
        _lastArrival = Instant.Max(_lastArrival, input.Arrival) + transmission;
        QueuedBytes += input.Body.Length;
        _inbox.Enqueue(input with { Arrival = _lastArrival });
    }

    public ChannelInput Dequeue()
    {
        var input = _inbox.Dequeue();
        QueuedBytes -= input.Body.Length;
        return input;
    }

    /// <summary>Forgets what is on its way, for an end that is torn off.</summary>
    public void Discard()
    {
        _inbox.Clear();
        QueuedBytes = 0;
        _lastArrival = new(long.MinValue);
        IsHeld = false;
    }

    /// <summary>Lets what an outage held back go on its way now, in order.</summary>
    /// <param name="arrivalOf">When something of this kind arrives that sets out now.</param>
    public void Release(Func<ChannelInputKind, Instant> arrivalOf)
    {
        IsHeld = false;
        var waiting = _inbox.ToArray();
        Discard();
        foreach (var input in waiting) Enqueue(input with { Arrival = arrivalOf(input.Kind) });
    }
}
