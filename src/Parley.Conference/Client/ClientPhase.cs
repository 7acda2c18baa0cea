namespace Parley.Conference.Client;

/// <summary>Where a client stands.</summary>
public enum ClientPhase
{
    /// <summary>Not begun.</summary>
    Idle,

    /// <summary>Connecting, or the handshake is under way.</summary>
    Connecting,

    /// <summary>At the door.</summary>
    Waiting,

    /// <summary>In the meeting.</summary>
    Seated,

    /// <summary>In the meeting, with the control connection lost; media may go on. The seat is held.</summary>
    Reconnecting,

    /// <summary>It is over; see <see cref="ClientProblem"/>.</summary>
    Over,
}

/// <summary>Why it is over.</summary>
/// <param name="Reason">The catalogue key.</param>
/// <param name="RetryAfterMs">For rate limits.</param>
/// <param name="Detail">A technical line, or null.</param>
public sealed record ClientProblem(Parley.Protocol.EndReason Reason, int? RetryAfterMs = null, string? Detail = null);
