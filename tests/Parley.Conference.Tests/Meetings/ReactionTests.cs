using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Tests.Meetings;

public sealed class ReactionTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;

    public ReactionTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _anna.Forget();
        _ben.Forget();
    }

    [Fact]
    public void Everyone_gets_each_of_the_ten_once_the_sender_too()
    {
        var reactions = Enum.GetValues<Reaction>();
        Assert.Equal(10, reactions.Length);
        foreach (var reaction in reactions)
        {
            _ben.Send(new React(reaction));
            Assert.Equal(new Reacted(_ben.Id, reaction), _anna.Expect<Reacted>());
            Assert.Equal(new Reacted(_ben.Id, reaction), _ben.Expect<Reacted>());
            _server.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData("\"party!\"")]
    [InlineData("\"\\uD83C\\uDF89\"")]
    [InlineData("7")]
    public void What_is_none_of_the_ten_is_no_reaction(string word)
    {
        _ben.SendRaw($$"""{"type":"react","reaction":{{word}}}""");
        _ben.ExpectRefused(EndReason.ProtocolError);
        _anna.ExpectNothing();
    }

    [Fact]
    public void Five_at_once_and_one_a_second_is_what_one_person_may_show()
    {
        for (var i = 0; i < 10; i++) _ben.Send(new React(Reaction.Party));
        Assert.Equal(5, _anna.Inbox.Count(m => m is Reacted));
        Assert.Equal(5, _ben.Inbox.Count(m => m is Rejected { Verb: "react", Reason: RejectReason.TooFast }));
        _server.Advance(TimeSpan.FromSeconds(2));
        _anna.Forget();
        for (var i = 0; i < 10; i++) _ben.Send(new React(Reaction.Party));
        Assert.Equal(2, _anna.Inbox.Count(m => m is Reacted));
    }

    [Fact]
    public void A_whole_hall_of_them_is_thinned()
    {
        var crowd = Enumerable.Range(0, 20).Select(i => _server.Guest(_anna, $"Person {i}")).ToList();
        _anna.Forget();
        foreach (var person in crowd)
        {
            for (var i = 0; i < 5; i++) person.Send(new React(Reaction.Cheer));
        }
        Assert.Equal(40, _anna.Inbox.Count(m => m is Reacted));
    }
}
