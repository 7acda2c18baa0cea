using Parley.Conference.Memory;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;

namespace Parley.Conference.Meetings;

/// <summary>
/// The chat of one meeting: gives lines their number and time, has them recorded, gives each to whoever may read it, and keeps the last of them
/// for those who come later or come back.
/// </summary>
/// <param name="context">Outputs and calendar time.</param>
/// <param name="meetingId">Whose chat it is.</param>
/// <param name="seats">The meeting's seats, in the order of joining.</param>
internal sealed class MeetingChat(ConferenceContext context, string meetingId, IReadOnlyList<Seat> seats)
{
    private readonly Queue<Entry> _unpublished = new();
    private readonly List<ChatLine> _lines = [];
    private long _characters;
    private long _lastId;

    /// <summary>Takes a line of somebody. Null when it is answered by the line itself.</summary>
    public RejectReason? Post(Instant now, Seat from, PostChat post)
    {
        if (post.Id.Length is 0 or > Limits.MaxChatLineId) return RejectReason.Invalid;
        if (post.Text.Length > Limits.MaxChatText) return RejectReason.TooLong;
        if (!PlainText.TryNormaliseText(post.Text, out var text)) return RejectReason.Invalid;
        if (from.ChatAnswers.TryFind(post.Id, out var known))
        {
            // Our answer was lost on its way: the same answer again, and no second line.
            context.Send(from.Session, new ChatLinePosted(known));
            return null;
        }
        if (Waiting(from, post.Id) is { } waiting) return waiting.State == EntryState.Stalled ? RejectReason.NotRecorded : null;
        Seat? to = null;
        if (post.To is not null)
        {
            to = FindSeat(post.To);
            if (to is null || to == from) return RejectReason.Gone;
        }
        if (!from.TryTakeChatToken(now)) return RejectReason.TooFast;
        var line = new ChatLine(NextId(now), ChatLineKind.Text, from.Id, from.Name, text, context.UnixTime(now), to?.Id, to?.Name, post.Id);
        var record = new ChatRecord(meetingId, line.At, line.Id, line.From, line.Name, line.To, line.ToName, line.ClientId, line.Text);
        var entry = new Entry(line, from);
        _unpublished.Enqueue(entry);
        if (context.Records.TryAppend(now, record, (_, outcome) => OnOutcome(entry, outcome))) return null;
        entry.State = EntryState.Lost;
        PublishSettled();
        return RejectReason.NotRecorded;
    }

    /// <summary>Writes a line of the server's own about somebody. The fact behind it is recorded by itself.</summary>
    public void Note(Instant now, ChatLineKind kind, Seat about)
    {
        var line = new ChatLine(NextId(now), kind, about.Id, about.Name, "", context.UnixTime(now));
        // Behind what still waits for the store: everyone gets the lines in the order of their numbers.
        _unpublished.Enqueue(new Entry(line, about) { State = EntryState.Recorded });
        PublishSettled();
    }

    /// <summary>The last lines that a seat may read.</summary>
    /// <param name="seat">Who reads.</param>
    /// <param name="before">Only lines before this one; null for the newest.</param>
    public ChatHistory Page(Seat seat, long? before = null)
    {
        var page = new List<ChatLine>();
        var bytes = 0;
        var hasOlder = false;
        for (var i = _lines.Count - 1; i >= 0 && !hasOlder; i--)
        {
            var line = _lines[i];
            if (line.Id >= before || !MayRead(seat.Id, line)) continue;
            bytes += JsonBytes(line);
            if (page.Count == Limits.MaxChatPage || bytes > Limits.MaxChatPageBytes) hasOlder = true;
            else page.Add(line);
        }
        page.Reverse();
        return new ChatHistory(page, hasOlder, before);
    }

    /// <summary>Shows a line that is recorded. One that stalled is shown as well when it is recorded in the end: it is in the store then.</summary>
    private void OnOutcome(Entry entry, RecordOutcome outcome)
    {
        if (outcome != RecordOutcome.Recorded && entry.State == EntryState.Waiting)
            context.Send(entry.From.Session, new Rejected("chat", RejectReason.NotRecorded, entry.Line.ClientId));
        entry.State = outcome switch
        {
            RecordOutcome.Recorded => EntryState.Recorded,
            RecordOutcome.Stalled => EntryState.Stalled,
            _ => EntryState.Lost,
        };
        PublishSettled();
    }

    private void PublishSettled()
    {
        while (_unpublished.TryPeek(out var entry) && entry.State is EntryState.Recorded or EntryState.Lost)
        {
            _unpublished.Dequeue();
            if (entry.State == EntryState.Lost) continue;
            if (entry.Line.Kind == ChatLineKind.Text) entry.From.ChatAnswers.Add(entry.Line);
            Publish(entry.Line);
        }
    }

    private Entry? Waiting(Seat from, string clientId)
    {
        foreach (var entry in _unpublished)
        {
            if (entry.From == from && entry.Line.ClientId == clientId && entry.State != EntryState.Lost) return entry;
        }
        return null;
    }

    private void Publish(ChatLine line)
    {
        _lines.Add(line);
        _characters += line.Text.Length;
        while (_lines.Count > Limits.MaxChatLines || _characters > Limits.MaxChatCharacters)
        {
            _characters -= _lines[0].Text.Length;
            _lines.RemoveAt(0);
        }
        byte[]? body = null;
        foreach (var seat in seats)
        {
            if (seat.Session is not null && MayRead(seat.Id, line)) context.Send(seat.Session, body ??= ControlProtocol.Write(new ChatLinePosted(line)));
        }
    }

    private static bool MayRead(string id, ChatLine line) => line.To is null || line.To == id || line.From == id;

    /// <summary>From the clock, so that the numbers that others get do not tell how many private lines lie between.</summary>
    private long NextId(Instant now) => _lastId = Math.Max(_lastId + 1, context.UnixTime(now) * 1000);

    private Seat? FindSeat(string id)
    {
        foreach (var seat in seats)
        {
            if (seat.Id == id) return seat;
        }
        return null;
    }

    /// <summary>What a line takes in a message, at most: beyond ASCII a unit is written as six characters.</summary>
    private static int JsonBytes(ChatLine line)
    {
        const int Members = 320;
        var bytes = Members + (6 * (line.Name.Length + (line.ToName?.Length ?? 0) + (line.ClientId?.Length ?? 0)));
        foreach (var unit in line.Text) bytes += char.IsAsciiLetterOrDigit(unit) || unit == ' ' ? 1 : 6;
        return bytes;
    }

    private enum EntryState
    {
        Waiting,
        Stalled,
        Recorded,
        Lost,
    }

    /// <summary>A line that has its number and is not shown yet.</summary>
    private sealed class Entry(ChatLine line, Seat from)
    {
        public ChatLine Line { get; } = line;

        public Seat From { get; } = from;

        public EntryState State { get; set; }
    }
}
