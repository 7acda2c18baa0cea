using Parley.Agent.Meetings;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Meetings;

public sealed class ChatLogTests
{
    private const string Id = "0198c0de-0000-7000-8000-000000000001";

    private readonly ChatLog _log = new();

    [Fact]
    public void A_page_that_comes_is_told_everything_in_the_order_of_the_servers_numbers()
    {
        _log.Add([Line(5), Line(7)], hasOlder: true, isReset: true);
        _log.Add(Line(9));
        var older = _log.Add([Line(1), Line(3)], hasOlder: false, isReset: false);
        Assert.Equal([1, 3], older.Messages.Select(m => m.Id));
        // An answer that was lost on its way belongs where its number is.
        _log.Add(Line(8));
        Assert.Equal([1, 3, 5, 7, 8, 9], _log.Whole.Messages.Select(m => m.Id));
        Assert.Equal((true, false), (_log.Whole.IsReset, _log.Whole.HasOlder));
    }

    [Fact]
    public void A_line_that_comes_twice_is_kept_once()
    {
        _log.Add(Line(1));
        _log.Add([Line(1), Line(2)], hasOlder: false, isReset: false);
        Assert.Equal([1, 2], _log.Whole.Messages.Select(m => m.Id));
    }

    [Fact]
    public void Lines_that_do_not_connect_to_what_is_known_replace_it_and_the_page_is_told_so()
    {
        _log.Add(Line(1));
        var posted = _log.Add([Line(50)], hasOlder: true, isReset: true);
        Assert.Equal((true, true), (posted.IsReset, posted.HasOlder));
        Assert.Equal([50], _log.Whole.Messages.Select(m => m.Id));
        _log.Begin();
        Assert.Empty(_log.Whole.Messages);
        Assert.False(_log.Whole.HasOlder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(Limits.MaxChatText)]
    public void What_a_page_is_told_at_once_fits_its_socket_however_much_was_written(int length)
    {
        const int Socket = 4 * 1024 * 1024;
        var name = new string('\u4E2D', Limits.MaxName);
        for (var i = 1; i <= Limits.MaxChatLines; i++)
        {
            var id = 1_790_000_000_000_000 + i;
            _log.Add(new ChatLine(id, ChatLineKind.Text, Id, name, new string('\u4E2D', length), id / 1000, Id, name, new string('\u4E2D', Limits.MaxChatLineId)));
        }
        Assert.InRange(UiProtocol.Write(_log.Whole).Length, 1, Socket);
        Assert.True(_log.Whole.HasOlder);
        Assert.Equal(1_790_000_000_000_000 + Limits.MaxChatLines, _log.Whole.Messages[^1].Id);
    }

    [Fact]
    public void Older_lines_that_were_asked_for_reach_the_page_also_when_there_is_no_room_for_them_here()
    {
        for (var i = 5_001; i <= 7_000; i++) _log.Add(Line(i));
        var posted = _log.Add([Line(1), Line(2)], hasOlder: false, isReset: false);
        Assert.Equal((2, false, false), (posted.Messages.Count, posted.HasOlder, posted.IsReset));
        Assert.True(_log.Whole.HasOlder);
    }

    [Fact]
    public void Every_reason_has_a_word_of_the_catalogue()
    {
        string[] words = ["gone", "tooLong", "tooFast", "queueFull", "invalid", "notRecorded", "notNow"];
        Assert.All(Enum.GetValues<RejectReason>(), reason => Assert.Contains(ChatLog.CodeOf(reason), words));
        Assert.All(words, word => Assert.Contains(word, Enum.GetValues<RejectReason>().Select(ChatLog.CodeOf)));
    }

    private static ChatLine Line(long id) => new(id, ChatLineKind.Text, "a", "Anna", $"line {id}", id, ClientId: $"{id}");
}
