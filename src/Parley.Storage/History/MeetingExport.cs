using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Storage.History;

/// <summary>
/// A meeting as it leaves the store: for everyone, or for one person with that person's private lines. Private lines of others are not in it in
/// either case, and keys are in none.
/// </summary>
/// <param name="Id">The meeting's id.</param>
/// <param name="Code">Its six digits then.</param>
/// <param name="Title">What its host called it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When; null without an end.</param>
/// <param name="EndReason">Why it ended; null without an end.</param>
/// <param name="InterruptedAt">Time of the last that is known, when its server ended without ending it.</param>
/// <param name="IncludesPrivate">Whether one person's private lines are in it.</param>
/// <param name="Participants">In the order of joining.</param>
/// <param name="Events">In order.</param>
/// <param name="Chat">In order.</param>
/// <param name="Files">In the order of announcing.</param>
public sealed record MeetingExport(
    string Id, string Code, string Title, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? EndReason, DateTimeOffset? InterruptedAt,
    bool IncludesPrivate, IReadOnlyList<ExportedParticipant> Participants, IReadOnlyList<ExportedEvent> Events, IReadOnlyList<ExportedLine> Chat,
    IReadOnlyList<ExportedFile> Files)
{
    private static readonly ExportJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        // A file for people's own use, not a part of a page: their letters stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Reads a meeting.</summary>
    /// <param name="store">From where.</param>
    /// <param name="meeting">Which.</param>
    /// <param name="ownKeyHash">SHA-256 of the SPKI of whoever reads; empty for what everyone may read.</param>
    public static MeetingExport Read(IMeetingStore store, StoredMeeting meeting, ReadOnlySpan<byte> ownKeyHash) => new(
        meeting.Id, meeting.Code, meeting.Title, Time(meeting.StartedAt), Time(meeting.EndedAt), meeting.EndReason, Time(meeting.InterruptedAt),
        IncludesPrivate: !ownKeyHash.IsEmpty,
        [.. store.ReadParticipants(meeting.Id).Select(p => new ExportedParticipant(p.Id, p.Name, p.IsHost, Time(p.JoinedAt), Time(p.LeftAt), p.LeftReason))],
        [.. store.ReadEvents(meeting.Id).Select(e => new ExportedEvent(Time(e.At), e.Kind, e.ParticipantId, e.Reason))],
        [.. store.ReadChat(meeting.Id, ownKeyHash).Select(l => new ExportedLine(l.Number, Time(l.At), l.FromId, l.FromName, l.ToId, l.ToName, l.Text))],
        [.. store.ReadFiles(meeting.Id, ownKeyHash).Select(f => new ExportedFile(
            f.Id, Time(f.At), f.FromId, f.FromName, f.ToId, f.ToName, f.Name, f.Size, f.Sha256.IsEmpty ? null : Convert.ToHexStringLower(f.Sha256.Span), f.State))]);

    /// <summary>One JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json.MeetingExport);

    /// <summary>A time of the store.</summary>
    public static DateTimeOffset Time(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    private static DateTimeOffset? Time(long? unixMilliseconds) => unixMilliseconds is { } at ? Time(at) : null;
}

/// <summary>Someone who had a seat.</summary>
/// <param name="Id">The participant's id.</param>
/// <param name="Name">The name then.</param>
/// <param name="Host">Whether this was the host at the end.</param>
/// <param name="JoinedAt">When.</param>
/// <param name="LeftAt">When; null without an end.</param>
/// <param name="LeftReason">Why.</param>
public sealed record ExportedParticipant(string Id, string Name, bool Host, DateTimeOffset JoinedAt, DateTimeOffset? LeftAt, string? LeftReason);

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What, as in <see cref="StoredEvent.Kind"/>.</param>
/// <param name="Participant">About whom, by id.</param>
/// <param name="Reason">Why something ended.</param>
public sealed record ExportedEvent(DateTimeOffset At, string Kind, string? Participant, string? Reason);

/// <summary>A chat line.</summary>
/// <param name="Number">Its id in the meeting.</param>
/// <param name="At">When.</param>
/// <param name="From">Who wrote it, by id.</param>
/// <param name="FromName">The name then.</param>
/// <param name="To">The one person it is for, by id; null for everyone.</param>
/// <param name="ToName">The name then.</param>
/// <param name="Text">Plain text.</param>
public sealed record ExportedLine(long Number, DateTimeOffset At, string From, string FromName, string? To, string? ToName, string Text);

/// <summary>A file, without its bytes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was announced.</param>
/// <param name="From">Who shared it, by id.</param>
/// <param name="FromName">The name then.</param>
/// <param name="To">The one person it is for, by id; null for everyone.</param>
/// <param name="ToName">The name then.</param>
/// <param name="Name">What the sharer called it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">In hexadecimal; null while it was not known.</param>
/// <param name="State">receiving, complete or withdrawn.</param>
public sealed record ExportedFile(
    string Id, DateTimeOffset At, string From, string FromName, string? To, string? ToName, string Name, long Size, string? Sha256, string State);

[JsonSerializable(typeof(MeetingExport))]
internal sealed partial class ExportJson : JsonSerializerContext;
