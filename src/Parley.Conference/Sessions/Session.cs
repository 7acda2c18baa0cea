using Parley.Conference.Meetings;
using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Conference.Sessions;

/// <summary>Where a control connection stands.</summary>
internal enum SessionState
{
    /// <summary>Nothing but <c>hello</c> is taken.</summary>
    AwaitingHello,

    /// <summary>Nothing but <c>reveal</c> is taken.</summary>
    AwaitingReveal,

    /// <summary>May create or ask to join.</summary>
    Ready,

    /// <summary>At the door of a meeting.</summary>
    Waiting,

    /// <summary>In a meeting.</summary>
    Seated,

    /// <summary>Being closed; whatever still comes is ignored.</summary>
    Closing,
}

/// <summary>One control connection of a client: who it is, where it stands, and the seat or request it speaks for.</summary>
internal sealed class Session(ChannelId channel, ChannelPeer peer, Instant now, ConferenceOptions options)
{
    /// <summary>The connection.</summary>
    public ChannelId Channel { get; } = channel;

    /// <summary>The other end.</summary>
    public ChannelPeer Peer { get; } = peer;

    /// <summary>Where it stands.</summary>
    public SessionState State { get; set; }

    /// <summary>Our nonce for the identity check.</summary>
    public byte[] Nonce { get; set; } = [];

    /// <summary>The client's commitment, between hello and reveal.</summary>
    public byte[] Commitment { get; set; } = [];

    /// <summary>The resume token of the hello.</summary>
    public string? ResumeToken { get; set; }

    /// <summary>The six digits, once both nonces are known.</summary>
    public string Check { get; set; } = "";

    /// <summary>The request while <see cref="SessionState.Waiting"/>.</summary>
    public DoorRequest? Request { get; set; }

    /// <summary>The seat while <see cref="SessionState.Seated"/>.</summary>
    public Seat? Seat { get; set; }

    /// <summary>When anything last came.</summary>
    public Instant LastHeard { get; set; } = now;

    /// <summary>When the present state began.</summary>
    public Instant Since { get; set; } = now;

    private TokenBucket _control = new(options.ControlRate, options.ControlBurst, now);

    /// <summary>Whether another control message is within the rate.</summary>
    public bool TryTakeControlToken(Instant now) => _control.TryTake(now);
}
