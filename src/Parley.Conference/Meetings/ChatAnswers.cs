using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Meetings;

/// <summary>The last lines of one person by the ids that their client gave them, so that a line that comes again is not a second one.</summary>
/// <remarks>As many as a client may send without an answer, and some: what is older was answered.</remarks>
internal sealed class ChatAnswers
{
    private const int Kept = Limits.MaxUnansweredChat + 7;

    private readonly Queue<ChatLine> _lines = new(Kept);

    /// <summary>Remembers a line.</summary>
    public void Add(ChatLine line)
    {
        if (_lines.Count == Kept) _lines.Dequeue();
        _lines.Enqueue(line);
    }

    /// <summary>Finds a line by the id that its client gave it.</summary>
    public bool TryFind(string clientId, out ChatLine line)
    {
        foreach (var known in _lines)
        {
            if (known.ClientId != clientId) continue;
            line = known;
            return true;
        }
        line = null!;
        return false;
    }
}
