using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>The chat of the meeting one is in, as the agent keeps it for a page that comes or comes back.</summary>
/// <remarks>
/// Bounded so that all of it, six bytes a character, is less than may wait in a page's socket. What is older is the server's to tell when the page asks.
/// </remarks>
internal sealed class ChatLog
{
    private const int MaxMessages = Limits.MaxChatLines / 2;
    private const int MaxCharacters = 300_000;

    private readonly List<UiChatMessage> _messages = [];
    private int _characters;
    private bool _hasOlder;

    /// <summary>Everything, for a page that has nothing.</summary>
    public ChatPosted Whole => new(IsReset: true, _hasOlder, [.. _messages]);

    /// <summary>Forgets the meeting before.</summary>
    public void Begin()
    {
        _messages.Clear();
        _characters = 0;
        _hasOlder = false;
    }

    /// <summary>A line came.</summary>
    public ChatPosted Add(ChatLine line) => Put([ToUi(line)]);

    /// <summary>Lines of before came.</summary>
    /// <param name="lines">Oldest first.</param>
    /// <param name="hasOlder">Whether the server has more before them.</param>
    /// <param name="isReset">Whether what is known does not connect to them.</param>
    public ChatPosted Add(IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset)
    {
        if (isReset) Begin();
        if (isReset || (lines.Count > 0 && _messages.Count > 0 && lines[0].Id < _messages[0].Id)) _hasOlder = hasOlder;
        var posted = Put([.. lines.Select(ToUi)]) with { HasOlder = hasOlder };
        return isReset ? Whole : posted;
    }

    /// <summary>The word of the catalogue for a line that was not sent.</summary>
    public static string CodeOf(RejectReason reason) => reason switch
    {
        RejectReason.Gone => "gone",
        RejectReason.TooLong => "tooLong",
        RejectReason.TooFast => "tooFast",
        RejectReason.Invalid => "invalid",
        RejectReason.QueueFull => "queueFull",
        RejectReason.NotRecorded => "notRecorded",
        _ => "notNow",
    };

    private ChatPosted Put(List<UiChatMessage> messages)
    {
        foreach (var message in messages)
        {
            // Nearly always the last place; older ones that were asked for come first, and an answer that was lost may belong in between.
            var at = _messages.Count;
            while (at > 0 && _messages[at - 1].Id > message.Id) at--;
            if (at > 0 && _messages[at - 1].Id == message.Id) continue;
            _messages.Insert(at, message);
            _characters += message.Text.Length;
        }
        while (_messages.Count > MaxMessages || _characters > MaxCharacters)
        {
            _characters -= _messages[0].Text.Length;
            _messages.RemoveAt(0);
            _hasOlder = true;
        }
        return new ChatPosted(IsReset: false, _hasOlder, messages);
    }

    private static UiChatMessage ToUi(ChatLine line) =>
        new(line.Id, line.Kind, line.From, line.Name, line.Text, line.At, line.To, line.ToName, line.ClientId);
}
