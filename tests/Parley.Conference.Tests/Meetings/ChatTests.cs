using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Tests.Meetings;

public sealed class ChatTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private int _lines;

    public ChatTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _anna.Forget();
        _ben.Forget();
    }

    [Fact]
    public void Everyone_gets_every_line_in_the_same_order_with_the_servers_number_and_time()
    {
        for (var i = 0; i < 20; i++)
        {
            (i % 3 == 0 ? _anna : _ben).Send(new PostChat($"{i}", $"line {i}"));
            _server.Advance(TimeSpan.FromMilliseconds(7));
        }
        var lines = _anna.Inbox.OfType<ChatLinePosted>().Select(p => p.Line).ToList();
        Assert.Equal(lines, _ben.Inbox.OfType<ChatLinePosted>().Select(p => p.Line));
        Assert.Equal(lines.Select(l => l.Id).Distinct().Order(), lines.Select(l => l.Id));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"line {i}"), lines.Select(l => l.Text));
        Assert.Equal(new ChatLine(1_790_000_001_007_000, ChatLineKind.Text, _ben.Id, "Ben", "line 1", 1_790_000_001_007, ClientId: "1"), lines[1]);
    }

    [Fact]
    public void A_line_is_normalised_and_bounded()
    {
        _ben.Send(Line("e\u0301\u202E\u0000\nsecond")).Expect<ChatLinePosted>();
        Assert.Equal("\u00E9\nsecond", _anna.Expect<ChatLinePosted>().Line.Text);
        _ben.Send(Line(" \n ")).ExpectRejected("chat", RejectReason.Invalid);
        _ben.Send(Line(new string('a', Limits.MaxChatText + 1))).ExpectRejected("chat", RejectReason.TooLong);
        _anna.ExpectNothing();
        _ben.Send(Line(new string('a', Limits.MaxChatText)));
        Assert.Equal(Limits.MaxChatText, _anna.Expect<ChatLinePosted>().Line.Text.Length);
    }

    [Fact]
    public void Thirty_at_once_and_ten_a_second_is_what_one_person_may_write()
    {
        for (var i = 0; i < 40; i++) _ben.Send(Line("x"));
        Assert.Equal(30, _anna.Inbox.OfType<ChatLinePosted>().Count());
        Assert.Equal(10, _ben.Inbox.Count(m => m is Rejected { Verb: "chat", Reason: RejectReason.TooFast }));

        _anna.Forget();
        _server.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 40; i++) _ben.Send(Line("x"));
        Assert.Equal(10, _anna.Inbox.OfType<ChatLinePosted>().Count());

        // One person's haste is not another's.
        _anna.Send(Line("y"));
        Assert.Equal("y", _ben.Inbox.OfType<ChatLinePosted>().Last().Line.Text);
    }

    [Fact]
    public void A_private_line_reaches_its_two_people_and_nobody_else()
    {
        var cleo = _server.Guest(_anna, "Cleo");
        foreach (var client in new[] { _anna, _ben, cleo }) client.Forget();
        _ben.Send(Line("between us", cleo));
        var line = cleo.Expect<ChatLinePosted>().Line;
        Assert.Equal(("between us", _ben.Id, "Ben", cleo.Id, "Cleo"), (line.Text, line.From, line.Name, line.To, line.ToName));
        Assert.Equal(line, _ben.Expect<ChatLinePosted>().Line);
        _anna.ExpectNothing();

        cleo.Send(Line("and back", _ben));
        Assert.Equal("and back", _ben.Expect<ChatLinePosted>().Line.Text);
        _anna.ExpectNothing();
    }

    [Fact]
    public void A_private_line_to_somebody_who_is_not_there_says_so_and_names_the_line()
    {
        var cleo = _server.Guest(_anna, "Cleo");
        cleo.Send(new LeaveMeeting());
        _ben.Forget();
        foreach (var to in new[] { cleo.Id, "nobody", "", _ben.Id })
        {
            _ben.Send(new PostChat($"to {to}", "are you there?", to));
            Assert.Equal(new Rejected("chat", RejectReason.Gone, $"to {to}"), _ben.Expect<Rejected>());
        }
        _anna.Forget();
        _ben.ExpectNothing();
    }

    [Fact]
    public void Somebody_who_is_away_gets_private_lines_when_they_are_back()
    {
        _ben.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(12), _anna);
        _anna.Send(Line("when you are back", _ben)).Send(Line("to all"));
        var back = _server.Connect("Ben", resumeToken: _ben.Seat!.ResumeToken, epoch: _ben.Epoch);
        Assert.Equal(["when you are back", "to all"], Texts(back.Expect<ChatHistory>()));
    }

    [Fact]
    public void A_line_that_is_sent_again_is_answered_again_and_shown_once()
    {
        var line = Line("once");
        _ben.Send(line);
        var first = _ben.Expect<ChatLinePosted>().Line;
        Assert.Equal(line.Id, first.ClientId);
        _anna.Expect<ChatLinePosted>();
        _ben.Send(line);
        Assert.Equal(first, _ben.Expect<ChatLinePosted>().Line);
        _anna.ExpectNothing();

        // An answer that was lost with the connection is found in the history, and given again when asked for.
        _ben.Disconnect();
        var back = _server.Connect("Ben", resumeToken: _ben.Seat!.ResumeToken, epoch: _ben.Epoch);
        Assert.Equal(first, Assert.Single(back.Expect<ChatHistory>().Lines, l => l.Kind == ChatLineKind.Text));
        back.Forget();
        back.Send(line);
        Assert.Equal(first, back.Expect<ChatLinePosted>().Line);
        Assert.DoesNotContain(_anna.Inbox, m => m is ChatLinePosted);

        // The same id of somebody else is another line.
        _anna.Send(line with { Text = "mine" });
        Assert.Equal("mine", back.Expect<ChatLinePosted>().Line.Text);
    }

    [Fact]
    public void As_many_lines_as_a_client_may_send_without_an_answer_are_known_again()
    {
        var lines = Enumerable.Range(0, Limits.MaxUnansweredChat).Select(i => Line($"{i}")).ToList();
        foreach (var line in lines) _ben.Send(line);
        var first = _ben.Inbox.OfType<ChatLinePosted>().ToList();
        Assert.Equal(Limits.MaxUnansweredChat, first.Count);
        _ben.Forget();
        _anna.Forget();
        foreach (var line in lines) _ben.Send(line);
        Assert.Equal(first, _ben.Inbox.OfType<ChatLinePosted>());
        _anna.ExpectNothing();
    }

    [Fact]
    public void A_line_without_an_id_of_its_own_is_refused()
    {
        foreach (var id in new[] { "", new string('x', Limits.MaxChatLineId + 1) })
        {
            _ben.Send(new PostChat(id, "hello")).ExpectRejected("chat", RejectReason.Invalid);
        }
        _anna.ExpectNothing();
        _ben.Send(new PostChat(new string('x', Limits.MaxChatLineId), "hello")).Expect<ChatLinePosted>();
    }

    [Fact]
    public void Who_joined_left_and_became_host_is_told_in_lines_that_stay()
    {
        var cleo = _server.Guest(_anna, "Cleo");
        _anna.Send(Line("hello")).Send(new HandOver(_ben.Id)).Send(new LeaveMeeting());
        cleo.Send(new LeaveMeeting());
        var dan = _server.Guest(_ben, "Dan");
        Assert.Equal(
            ["Ben Joined", "Cleo Joined", "Anna Text", "Ben HostChanged", "Anna Left", "Cleo Left"],
            dan.Expect<ChatHistory>().Lines.Select(l => $"{l.Name} {l.Kind}"));
        Assert.Equal(["Cleo Joined", "Anna Text", "Ben HostChanged", "Anna Left", "Cleo Left", "Dan Joined"], Posted(_ben).Select(l => $"{l.Name} {l.Kind}"));
    }

    [Fact]
    public void Whoever_comes_later_gets_the_public_lines_and_nobodys_private_ones()
    {
        _anna.Send(Line("public"));
        _ben.Send(Line("private", _anna));
        var cleo = _server.Guest(_anna, "Cleo");
        Assert.Equal(["public"], Texts(cleo.Expect<ChatHistory>()));
        cleo.Send(new RequestChatHistory(long.MaxValue));
        Assert.Equal(["public"], Texts(cleo.Expect<ChatHistory>()));
    }

    [Fact]
    public void Whoever_left_and_comes_back_has_their_private_lines_both_ways_and_somebody_else_at_that_computer_has_not()
    {
        _ben.Send(Line("from Ben", _anna));
        _anna.Send(Line("to Ben", _ben));
        var id = _ben.Id;
        _ben.Send(new LeaveMeeting());

        var other = _server.Connect("Ben").Join(_anna.Code, "Bill");
        _anna.Admit("Bill");
        Assert.Empty(Texts(other.Expect<ChatHistory>()));
        Assert.NotEqual(id, other.Id);

        var impostor = _server.Connect("another key").Join(_anna.Code, "Ben");
        _anna.Admit("Ben");
        Assert.Empty(Texts(impostor.Expect<ChatHistory>()));
        Assert.NotEqual(id, impostor.Id);
        impostor.Send(new LeaveMeeting());

        _anna.Forget();
        var back = _server.Connect("Ben").Join(_anna.Code, "ben");
        _anna.Admit("ben");
        Assert.Equal(["from Ben", "to Ben"], Texts(back.Expect<ChatHistory>()));
        Assert.Equal(id, back.Id);
        _anna.Send(Line("welcome back", back));
        Assert.Equal("welcome back", Posted(back)[^1].Text);

        // While somebody holds the id it is nobody else's.
        _anna.Forget();
        var twice = _server.Connect("Ben").Join(_anna.Code, "ben");
        _anna.Admit("ben");
        Assert.NotEqual(id, twice.Id);
        Assert.Empty(Texts(twice.Expect<ChatHistory>()));
    }

    [Fact]
    public void The_history_comes_in_pages_that_fit_a_message_and_miss_nothing()
    {
        var texts = new List<string>();
        for (var i = 0; i < 240; i++)
        {
            // Every tenth is as large as a line can be on the wire.
            texts.Add(i % 10 == 0 ? $"{i:D3} {new string('\u4E2D', Limits.MaxChatText - 4)}" : $"{i:D3} short");
            _ben.Send(Line(texts[^1]));
            _server.Advance(TimeSpan.FromMilliseconds(100));
        }
        var cleo = _server.Guest(_anna, "Cleo");
        var page = cleo.Expect<ChatHistory>();
        Assert.Null(page.Before);
        var read = new List<ChatLine>(page.Lines);
        while (page.HasOlder)
        {
            Assert.InRange(ControlProtocol.Write(page).Length, 1, Limits.MaxChatPageBytes + 1024);
            Assert.InRange(page.Lines.Count, 1, Limits.MaxChatPage);
            var before = read[0].Id;
            cleo.Send(new RequestChatHistory(before));
            page = cleo.Expect<ChatHistory>();
            Assert.Equal(before, page.Before);
            read.InsertRange(0, page.Lines);
            _server.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(texts, read.Where(l => l.Kind == ChatLineKind.Text).Select(l => l.Text));
        Assert.Equal(read.Select(l => l.Id).Order(), read.Select(l => l.Id));
    }

    [Fact]
    public void So_many_lines_are_kept_and_no_more()
    {
        for (var i = 0; i <= Limits.MaxChatLines; i++)
        {
            _ben.Send(Line($"{i}"));
            _server.AdvanceAlive(TimeSpan.FromMilliseconds(100), _anna);
        }
        _ben.Send(new RequestChatHistory(Posted(_ben)[1].Id));
        var page = _ben.Expect<ChatHistory>();
        Assert.Equal((0, false), (page.Lines.Count, page.HasOlder));
        _ben.Send(new RequestChatHistory(Posted(_ben)[2].Id));
        Assert.Equal(["1"], Texts(_ben.Expect<ChatHistory>()));
    }

    [Fact]
    public void Whoever_asks_for_the_history_again_and_again_is_told_to_wait()
    {
        for (var i = 0; i < 10; i++) _ben.Send(new RequestChatHistory(long.MaxValue));
        Assert.Equal(6, _ben.Inbox.Count(m => m is ChatHistory));
        Assert.Equal(4, _ben.Inbox.Count(m => m is Rejected { Verb: "chatHistory", Reason: RejectReason.TooFast }));
    }

    private static List<ChatLine> Posted(TestClient client) => [.. client.Inbox.OfType<ChatLinePosted>().Select(p => p.Line)];

    private static List<string> Texts(ChatHistory history) => [.. history.Lines.Where(l => l.Kind == ChatLineKind.Text).Select(l => l.Text)];

    private PostChat Line(string text, TestClient? to = null) => new($"line {++_lines}", text, to?.Id);
}
