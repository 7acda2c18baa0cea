namespace Parley.Protocol.Control;

/// <summary>What a line of the chat is.</summary>
public enum ChatLineKind
{
    /// <summary>Somebody wrote it.</summary>
    Text,

    /// <summary>The server's: somebody took a seat.</summary>
    Joined,

    /// <summary>The server's: somebody's seat is gone.</summary>
    Left,

    /// <summary>The server's: somebody became host.</summary>
    HostChanged,
}

/// <summary>One line of the chat: written by somebody to everyone or to one person, or the server's about somebody.</summary>
/// <param name="Id">Given by the server; greater than that of every line before it in this meeting. What lies between two of them means nothing.</param>
/// <param name="Kind">What it is.</param>
/// <param name="From">Participant id of who wrote it, or whom it is about.</param>
/// <param name="Name">Their name at that time.</param>
/// <param name="Text">Normalised plain text; empty in the server's lines.</param>
/// <param name="At">The server's time, Unix milliseconds.</param>
/// <param name="To">Participant id of the one person besides the sender who gets it; null for everyone.</param>
/// <param name="ToName">Their name at that time.</param>
/// <param name="ClientId">The <see cref="PostChat.Id"/> by which its sender knows it; null in the server's lines.</param>
public sealed record ChatLine(
    long Id, ChatLineKind Kind, string From, string Name, string Text, long At, string? To = null, string? ToName = null, string? ClientId = null);
