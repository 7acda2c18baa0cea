using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>
/// The chat as one client sees it: keeps its own lines until the server answers and sends them again after an outage, and gives each line to the
/// observer once.
/// </summary>
/// <param name="observer">Who shows it.</param>
/// <param name="send">Sends to the server; only called while seated.</param>
internal sealed class ClientChat(IMeetingClientObserver observer, Action<ClientMessage> send)
{
    private static readonly string HistoryVerb = ControlProtocol.TypeOf(new RequestChatHistory(0));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly List<Unanswered> _unanswered = [];
    private string _me = "";
    private bool _isSeated;
    private long _asked;
    private bool _hasOlder;
    private long _newest;

    /// <summary>Takes a line of one's own. A line with an id that waits already is the same line.</summary>
    /// <returns>Why it is not kept; null when it is, and will be answered.</returns>
    public RejectReason? Post(Instant now, PostChat line)
    {
        if (_unanswered.Exists(u => u.Line.Id == line.Id)) return null;
        if (_unanswered.Count == Limits.MaxUnansweredChat) return RejectReason.QueueFull;
        _unanswered.Add(new Unanswered(line, now));
        if (_isSeated) send(line);
        return null;
    }

    /// <summary>Asks for the lines before one; once, until it is answered.</summary>
    public void RequestOlder(long before)
    {
        if (!_isSeated || _asked == before) return;
        _asked = before;
        send(new RequestChatHistory(before));
    }

    /// <summary>A seat was taken or taken back: what was not answered is sent again; the server knows what it has.</summary>
    public void OnSeated(Instant now, string me)
    {
        _me = me;
        _isSeated = true;
        _asked = 0;
        for (var i = 0; i < _unanswered.Count; i++) Send(now, i);
    }

    /// <summary>The connection is lost.</summary>
    public void OnLost() => _isSeated = false;

    /// <summary>Sends again what has had no answer for long: a server drops what comes too fast without a word.</summary>
    public void HandleTimeout(Instant now)
    {
        if (!_isSeated) return;
        for (var i = 0; i < _unanswered.Count; i++)
        {
            if (now - _unanswered[i].SentAt >= Patience) Send(now, i);
        }
    }

    /// <summary>A line came.</summary>
    public void OnLine(Instant now, ChatLine line)
    {
        var isAnswer = Answer(line);
        if (line.Id <= _newest && !isAnswer) return;
        _newest = Math.Max(_newest, line.Id);
        observer.OnChat(now, line);
    }

    /// <summary>Lines of before came.</summary>
    public void OnHistory(Instant now, ChatHistory history)
    {
        foreach (var line in history.Lines) Answer(line);
        if (history.Before is { } before)
        {
            if (before != _asked) return;
            _asked = 0;
            observer.OnChatHistory(now, history.Lines, history.HasOlder, isReset: false);
            return;
        }
        var isContinuous = _newest > 0 && (!history.HasOlder || (history.Lines.Count > 0 && history.Lines[0].Id <= _newest));
        var fresh = isContinuous ? [.. history.Lines.Where(l => l.Id > _newest)] : history.Lines;
        if (!isContinuous) _hasOlder = history.HasOlder;
        if (fresh.Count > 0) _newest = Math.Max(_newest, fresh[^1].Id);
        observer.OnChatHistory(now, fresh, _hasOlder, isReset: !isContinuous);
    }

    /// <summary>The server did not take a line, or gives no history just now.</summary>
    /// <returns>Whether there is nothing more to tell about it.</returns>
    public bool OnRejected(Instant now, Rejected rejected)
    {
        if (rejected.Verb == HistoryVerb)
        {
            _asked = 0;
            return true;
        }
        if (rejected.Id is not { } id || _unanswered.RemoveAll(u => u.Line.Id == id) == 0) return false;
        observer.OnChatFailed(now, id, rejected.Reason);
        return true;
    }

    private void Send(Instant now, int at)
    {
        _unanswered[at] = _unanswered[at] with { SentAt = now };
        send(_unanswered[at].Line);
    }

    private bool Answer(ChatLine line) => line.From == _me && line.ClientId is { } id && _unanswered.RemoveAll(u => u.Line.Id == id) > 0;

    private readonly record struct Unanswered(PostChat Line, Instant SentAt);
}
