using Parley.Protocol;

namespace Parley.Conference.Memory;

/// <summary>A fact about a meeting that is to outlive the process. It is immutable, so that another thread may write it down.</summary>
/// <param name="MeetingId">The meeting's id (UUIDv7).</param>
/// <param name="At">When it happened, Unix milliseconds by the server's clock.</param>
public abstract record MeetingRecord(string MeetingId, long At);

/// <summary>A meeting was made.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Code">Its six digits, which another meeting may have later.</param>
/// <param name="Title">What its host called it; may be empty.</param>
public sealed record MeetingCreatedRecord(string MeetingId, long At, string Code, string Title) : MeetingRecord(MeetingId, At);

/// <summary>A meeting is over, and with it every seat in it.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Reason">Why.</param>
public sealed record MeetingEndedRecord(string MeetingId, long At, EndReason Reason) : MeetingRecord(MeetingId, At);

/// <summary>Someone took a seat for the first time.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="ParticipantId">The participant's id in this meeting.</param>
/// <param name="Name">Unique within the meeting.</param>
/// <param name="KeyHash">SHA-256 of the SPKI of the key that the seat belongs to, 32 bytes; empty when no certificate was shown.</param>
/// <param name="IsHost">Whether this is the meeting's first host.</param>
public sealed record ParticipantJoinedRecord(
    string MeetingId, long At, string ParticipantId, string Name, ReadOnlyMemory<byte> KeyHash, bool IsHost) : MeetingRecord(MeetingId, At);

/// <summary>A seat is gone.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="ParticipantId">Whose.</param>
/// <param name="Reason">Why; <see cref="EndReason.Removed"/> when the host removed the person.</param>
public sealed record ParticipantLeftRecord(string MeetingId, long At, string ParticipantId, EndReason Reason) : MeetingRecord(MeetingId, At);

/// <summary>Something else happened to a participant who stays.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="ParticipantId">To whom.</param>
/// <param name="Kind">What.</param>
public sealed record ParticipantChangedRecord(
    string MeetingId, long At, string ParticipantId, ParticipantChange Kind) : MeetingRecord(MeetingId, At);

/// <summary>What happens to a participant who stays.</summary>
public enum ParticipantChange
{
    /// <summary>Fell silent; the seat is held.</summary>
    Away,

    /// <summary>Came back to the seat.</summary>
    Returned,

    /// <summary>Is the host now.</summary>
    BecameHost,
}

/// <summary>A chat line, to everyone or to one person.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="Number">The line's id in the meeting: unique there, and growing in the order in which lines are shown.</param>
/// <param name="FromId">Who wrote it.</param>
/// <param name="FromName">The writer's name then.</param>
/// <param name="ToId">The one person it is for; null for everyone.</param>
/// <param name="ToName">That person's name then; null for everyone.</param>
/// <param name="ClientId">The id that the writer's client gave it, by which a repeated line is known; null when it gave none.</param>
/// <param name="Text">Normalised plain text.</param>
public sealed record ChatRecord(
    string MeetingId, long At, long Number, string FromId, string FromName, string? ToId, string? ToName, string? ClientId, string Text)
    : MeetingRecord(MeetingId, At);

/// <summary>Whoever holds a key may not come back to the meeting.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="ParticipantId">The seat that was removed.</param>
/// <param name="Name">Its name then.</param>
/// <param name="KeyHash">SHA-256 of the SPKI of the key, 32 bytes.</param>
public sealed record BanRecord(
    string MeetingId, long At, string ParticipantId, string Name, ReadOnlyMemory<byte> KeyHash) : MeetingRecord(MeetingId, At);
