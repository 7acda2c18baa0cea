using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>The chat of the meeting one is in, as the agent keeps it for a page that comes or comes back.</summary>
internal sealed class ChatLog
{
    private readonly List<UiChatMessage> _messages = [];
    private bool _hasOlder;

    /// <summary>Everything, for a page that has nothing.</summary>
    public ChatPosted Whole => new(IsReset: true, _hasOlder, [.. _messages]);

    /// <summary>Forgets the meeting before.</summary>
    public void Begin()
    {
        _messages.Clear();
        _hasOlder = false;
    }

    /// <summary>A line came.</summary>
    public ChatPosted Add(ChatLine line) => Put([ToUi(line)]);

    /// <summary>Lines of before came.</summary>
    /// <param name="lines">Oldest first.</param>
    /// <param name="hasOlder">Whether the server has more before what is known now.</param>
    /// <param name="isReset">Whether what is known does not connect to them.</param>
    public ChatPosted Add(IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset)
    {
        if (isReset) _messages.Clear();
        _hasOlder = hasOlder;
        var posted = Put([.. lines.Select(ToUi)]);
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
        }
        if (_messages.Count > Limits.MaxChatLines)
        {
            _messages.RemoveRange(0, _messages.Count - Limits.MaxChatLines);
            // What is beyond this many is the server's no more either.
            _hasOlder = false;
        }
        return new ChatPosted(IsReset: false, _hasOlder, messages);
    }

    private static UiChatMessage ToUi(ChatLine line) =>
        new(line.Id, line.Kind, line.From, line.Name, line.Text, line.At, line.To, line.ToName, line.ClientId);
}
