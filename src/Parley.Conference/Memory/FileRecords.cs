namespace Parley.Conference.Memory;

/// <summary>A file was announced; its parts follow.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="FileId">The file's id (UUIDv7), under which the server keeps its bytes.</param>
/// <param name="FromId">Who shares it.</param>
/// <param name="FromName">The sharer's name then.</param>
/// <param name="ToId">The one person it is for; null for everyone.</param>
/// <param name="ToName">That person's name then; null for everyone.</param>
/// <param name="Name">What the sharer calls it: data, never a path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of the whole file, 32 bytes; empty while it is not known.</param>
public sealed record FileAnnouncedRecord(
    string MeetingId, long At, string FileId, string FromId, string FromName, string? ToId, string? ToName, string Name, long Size,
    ReadOnlyMemory<byte> Sha256) : MeetingRecord(MeetingId, At);

/// <summary>A part of a file lies on the server's disk, whole and checked.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="FileId">Of which file.</param>
/// <param name="Number">From 0.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of the part, 32 bytes.</param>
public sealed record FilePartRecord(
    string MeetingId, long At, string FileId, int Number, int Length, ReadOnlyMemory<byte> Sha256) : MeetingRecord(MeetingId, At);

/// <summary>A file changed its state.</summary>
/// <param name="MeetingId">The meeting's id.</param>
/// <param name="At">When, Unix milliseconds.</param>
/// <param name="FileId">Which file.</param>
/// <param name="State">What it is now.</param>
/// <param name="Sha256">Of the whole file when it is complete; else empty, and what was known stays.</param>
public sealed record FileStateRecord(
    string MeetingId, long At, string FileId, FileState State, ReadOnlyMemory<byte> Sha256) : MeetingRecord(MeetingId, At);

/// <summary>Where a file stands on the server.</summary>
public enum FileState
{
    /// <summary>Parts are missing; offered to nobody.</summary>
    Receiving,

    /// <summary>Whole, checked and offered.</summary>
    Complete,

    /// <summary>Given up or taken back; its bytes are to be erased.</summary>
    Withdrawn,
}
