namespace Parley.Storage;

/// <summary>A meeting as it is remembered.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Code">Its six digits then.</param>
/// <param name="Title">What its host called it; may be empty.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
/// <param name="EndedAt">Unix milliseconds; null while it runs, and for one that was interrupted.</param>
/// <param name="EndReason">Why it ended, a word of <see cref="Protocol.EndReason"/> in camelCase; null without an end.</param>
/// <param name="InterruptedAt">Time of its last record when its server ended without ending it, Unix milliseconds; else null.</param>
/// <param name="Participants">How many had a seat.</param>
/// <param name="Lines">How many public chat lines there are.</param>
public sealed record StoredMeeting(
    string Id, string Code, string Title, long StartedAt, long? EndedAt, string? EndReason, long? InterruptedAt, long Participants, long Lines);

/// <summary>Someone who had a seat.</summary>
/// <param name="Id">The participant's id.</param>
/// <param name="Name">Unique within the meeting.</param>
/// <param name="KeyHash">SHA-256 of the SPKI of the key; empty when none was shown.</param>
/// <param name="IsHost">Whether this was the host at the end.</param>
/// <param name="JoinedAt">Unix milliseconds.</param>
/// <param name="LeftAt">Unix milliseconds; null while seated, and after an interruption.</param>
/// <param name="LeftReason">Why, as <see cref="StoredMeeting.EndReason"/>.</param>
public sealed record StoredParticipant(
    string Id, string Name, ReadOnlyMemory<byte> KeyHash, bool IsHost, long JoinedAt, long? LeftAt, string? LeftReason);

/// <summary>Something that happened.</summary>
/// <param name="Number">Its place in the meeting, from 1.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="Kind">created, ended, joined, left, away, returned, becameHost, banned, fileShared.</param>
/// <param name="ParticipantId">About whom; null for the meeting itself.</param>
/// <param name="Reason">Why something ended, as <see cref="StoredMeeting.EndReason"/>.</param>
public sealed record StoredEvent(long Number, long At, string Kind, string? ParticipantId, string? Reason);

/// <summary>A chat line.</summary>
/// <param name="Number">Its id in the meeting.</param>
/// <param name="At">Unix milliseconds.</param>
/// <param name="FromId">Who wrote it.</param>
/// <param name="FromName">The writer's name then.</param>
/// <param name="ToId">The one person it is for; null for everyone.</param>
/// <param name="ToName">That person's name then.</param>
/// <param name="ClientId">The id that the writer's client gave it.</param>
/// <param name="Text">Plain text.</param>
public sealed record StoredChatLine(
    long Number, long At, string FromId, string FromName, string? ToId, string? ToName, string? ClientId, string Text);

/// <summary>A file.</summary>
/// <param name="Id">Its id, under which its bytes are kept.</param>
/// <param name="At">When it was announced, Unix milliseconds.</param>
/// <param name="FromId">Who shared it.</param>
/// <param name="FromName">The sharer's name then.</param>
/// <param name="ToId">The one person it is for; null for everyone.</param>
/// <param name="ToName">That person's name then.</param>
/// <param name="Name">What the sharer called it: data, never a path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the whole file; empty while it is not known.</param>
/// <param name="State">receiving, complete or withdrawn.</param>
public sealed record StoredFile(
    string Id, long At, string FromId, string FromName, string? ToId, string? ToName, string Name, long Size, ReadOnlyMemory<byte> Sha256, string State);

/// <summary>A part of a file.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the part.</param>
public sealed record StoredFilePart(int Number, int Length, ReadOnlyMemory<byte> Sha256);

/// <summary>Someone who may not come back.</summary>
/// <param name="KeyHash">SHA-256 of the SPKI of the key.</param>
/// <param name="Name">The name when it was banned.</param>
/// <param name="At">Unix milliseconds.</param>
public sealed record StoredBan(ReadOnlyMemory<byte> KeyHash, string Name, long At);
