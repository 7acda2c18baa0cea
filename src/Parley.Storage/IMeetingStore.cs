using Parley.Conference.Memory;

namespace Parley.Storage;

/// <summary>
/// Where the history of meetings is kept: in SQLite on one server, in a shared database for several. What every implementation must do is in
/// the contract tests.
/// </summary>
/// <remarks>
/// <see cref="Append"/> is called by one thread; every other member may be called by any thread at any time. All calls block, so none may come
/// from a shard. Failures are <see cref="StoreException"/> with a sentence for a person.
/// </remarks>
public interface IMeetingStore : IDisposable
{
    /// <summary>Name and version of the engine, for logs.</summary>
    string Engine { get; }

    /// <summary>Writes records in their order, all or none. After it returns, the end of the process loses none of them.</summary>
    /// <remarks>A record that is there already (by id, or a chat line by the id its client gave) changes nothing, so a repeated call does no harm.</remarks>
    /// <exception cref="StoreException">Nothing was written.</exception>
    void Append(IReadOnlyList<MeetingRecord> records);

    /// <summary>Brings everything that was appended to where a power cut does not reach it. Appending goes on meanwhile.</summary>
    void Flush();

    /// <summary>Marks the meetings that have no end as interrupted at their last record. Only while no server writes to this store.</summary>
    /// <returns>How many.</returns>
    int MarkInterrupted();

    /// <summary>The meetings, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    IReadOnlyList<StoredMeeting> ListMeetings(int limit);

    /// <summary>The meeting with this id, or the newest with this code; null when there is none.</summary>
    StoredMeeting? FindMeeting(string codeOrId);

    /// <summary>Everyone who had a seat, in the order of joining.</summary>
    IReadOnlyList<StoredParticipant> ReadParticipants(string meetingId);

    /// <summary>What happened, in order.</summary>
    IReadOnlyList<StoredEvent> ReadEvents(string meetingId);

    /// <summary>The chat, in order: every public line, and the private lines to and from one key.</summary>
    /// <param name="meetingId">The meeting's id.</param>
    /// <param name="ownKeyHash">SHA-256 of the SPKI of whoever reads; empty for the public lines alone.</param>
    IReadOnlyList<StoredChatLine> ReadChat(string meetingId, ReadOnlySpan<byte> ownKeyHash);

    /// <summary>The files of a meeting, in the order of announcing; those for one person only for that person's key, as with chat.</summary>
    /// <param name="meetingId">The meeting's id.</param>
    /// <param name="ownKeyHash">SHA-256 of the SPKI of whoever reads; empty for what everyone was offered.</param>
    IReadOnlyList<StoredFile> ReadFiles(string meetingId, ReadOnlySpan<byte> ownKeyHash);

    /// <summary>The parts of a file that are on disk, in order.</summary>
    IReadOnlyList<StoredFilePart> ReadFileParts(string fileId);

    /// <summary>Who may not come back to a meeting.</summary>
    IReadOnlyList<StoredBan> ReadBans(string meetingId);

    /// <summary>Ids of all files that are known: bytes on disk under any other name belong to nobody.</summary>
    IReadOnlySet<string> ReadFileIds();

    /// <summary>Erases a meeting and all that belongs to it, so that it cannot be read from the disk's files either.</summary>
    /// <returns>False when there is none with this id, or it has not ended.</returns>
    bool Erase(string meetingId);

    /// <summary>Erases every meeting that ended, or was interrupted, before a time.</summary>
    /// <param name="at">Unix milliseconds.</param>
    /// <returns>How many.</returns>
    int EraseEndedBefore(long at);

    /// <summary>Writes a whole copy while everything goes on. A file that exists is not overwritten.</summary>
    void Backup(string path);

    /// <summary>Looks through everything; empty when all is well, else what is wrong, in words.</summary>
    IReadOnlyList<string> Check();
}
