using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Tests.Meetings;

public sealed class ChatTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;

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
            (i % 3 == 0 ? _anna : _ben).Send(new PostChat($"line {i}"));
            _server.Advance(TimeSpan.FromMilliseconds(7));
        }
        var lines = _anna.Inbox.OfType<ChatLinePosted>().Select(p => p.Line).ToList();
        Assert.Equal(lines, _ben.Inbox.OfType<ChatLinePosted>().Select(p => p.Line));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), lines.Select(l => l.Id));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"line {i}"), lines.Select(l => l.Text));
        Assert.Equal(new ChatLine(2, _ben.Id, "Ben", "line 1", 1_790_000_001_007), lines[1]);
    }

    [Fact]
    public void A_line_is_normalised_and_bounded()
    {
        _ben.Send(new PostChat("e\u0301\u202E\u0000\nsecond")).Expect<ChatLinePosted>();
        Assert.Equal("\u00E9\nsecond", _anna.Expect<ChatLinePosted>().Line.Text);
        _ben.Send(new PostChat(" \n ")).ExpectRejected("chat", RejectReason.Invalid);
        _ben.Send(new PostChat(new string('a', Limits.MaxChatText + 1))).ExpectRejected("chat", RejectReason.TooLong);
        _anna.ExpectNothing();
        _ben.Send(new PostChat(new string('a', Limits.MaxChatText)));
        Assert.Equal(Limits.MaxChatText, _anna.Expect<ChatLinePosted>().Line.Text.Length);
    }

    [Fact]
    public void Thirty_at_once_and_ten_a_second_is_what_one_person_may_write()
    {
        for (var i = 0; i < 40; i++) _ben.Send(new PostChat("x"));
        Assert.Equal(30, _anna.Inbox.OfType<ChatLinePosted>().Count());
        Assert.Equal(10, _ben.Inbox.Count(m => m is Rejected { Verb: "chat", Reason: RejectReason.TooFast }));

        _anna.Forget();
        _server.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 40; i++) _ben.Send(new PostChat("x"));
        Assert.Equal(10, _anna.Inbox.OfType<ChatLinePosted>().Count());

        // One person's haste is not another's.
        _anna.Send(new PostChat("y"));
        Assert.Equal("y", _ben.Inbox.OfType<ChatLinePosted>().Last().Line.Text);
    }
}
