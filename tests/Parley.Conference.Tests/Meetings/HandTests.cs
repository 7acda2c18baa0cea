using Parley.Conference.Tests.Support;
using Parley.Protocol.Control;

namespace Parley.Conference.Tests.Meetings;

public sealed class HandTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;
    private readonly TestClient _cleo;

    public HandTests()
    {
        _anna = _server.Host();
        _ben = _server.Guest(_anna, "Ben");
        _cleo = _server.Guest(_anna, "Cleo");
        Forget();
    }

    [Fact]
    public void Everyone_sees_whose_hand_is_up_in_the_order_of_raising_and_late_joiners_too()
    {
        _cleo.Send(new SetHand(IsRaised: true));
        _ben.Send(new SetHand(IsRaised: true));
        var cleo = _anna.Inbox.OfType<ParticipantChanged>().Single(c => c.Participant.Id == _cleo.Id).Participant;
        var ben = _ben.Inbox.OfType<ParticipantChanged>().Single(c => c.Participant.Id == _ben.Id).Participant;
        // The same millisecond, and still an order.
        Assert.Equal((1_790_000_001_000, 1_790_000_001_001), (cleo.HandRaisedAt, ben.HandRaisedAt));

        var dan = _server.Guest(_anna, "Dan");
        Assert.Equal(["Cleo", "Ben"], dan.Seat!.Meeting.Participants.Where(p => p.HandRaisedAt is not null).OrderBy(p => p.HandRaisedAt).Select(p => p.Name));
    }

    [Fact]
    public void A_hand_is_lowered_by_its_owner_or_the_host_and_by_nobody_else()
    {
        _ben.Send(new SetHand(IsRaised: true));
        _cleo.Send(new SetHand(IsRaised: true));
        Forget();
        _cleo.Send(new LowerHand(_ben.Id)).ExpectRejected("lowerHand", RejectReason.NotHost);
        _anna.ExpectNothing();
        _anna.Send(new LowerHand(_ben.Id));
        Assert.Null(_ben.Expect<ParticipantChanged>().Participant.HandRaisedAt);
        _cleo.Send(new SetHand(IsRaised: false));
        Assert.Equal((_cleo.Id, null), (_ben.Inbox.OfType<ParticipantChanged>().Single().Participant.Id, _ben.Expect<ParticipantChanged>().Participant.HandRaisedAt));
    }

    [Fact]
    public void What_changes_nothing_is_told_to_nobody()
    {
        _ben.Send(new SetHand(IsRaised: false));
        _anna.Send(new LowerHand(_ben.Id));
        _ben.ExpectNothing();
        _anna.ExpectNothing();
        _ben.Send(new SetHand(IsRaised: true)).Send(new SetHand(IsRaised: true));
        _anna.Expect<ParticipantChanged>();
    }

    [Fact]
    public void A_hand_stays_up_through_an_outage()
    {
        _ben.Send(new SetHand(IsRaised: true));
        _ben.Disconnect();
        _server.AdvanceAlive(TimeSpan.FromSeconds(12), _anna, _cleo);
        var back = _server.Connect("Ben", resumeToken: _ben.Seat!.ResumeToken, epoch: _ben.Epoch);
        Assert.NotNull(back.Seat!.Meeting.Participants.Single(p => p.Id == back.Id).HandRaisedAt);
    }

    [Fact]
    public void Waving_up_and_down_is_slowed_and_down_is_always_possible()
    {
        for (var i = 0; i < 8; i++) _ben.Send(new SetHand(IsRaised: true)).Send(new SetHand(IsRaised: false));
        Assert.Equal(5, _anna.Inbox.OfType<ParticipantChanged>().Count(c => c.Participant.HandRaisedAt is not null));
        Assert.Null(_anna.Inbox.OfType<ParticipantChanged>().Last().Participant.HandRaisedAt);
        Assert.Equal(3, _ben.Inbox.Count(m => m is Rejected { Verb: "setHand", Reason: RejectReason.TooFast }));
    }

    private void Forget()
    {
        foreach (var client in new[] { _anna, _ben, _cleo }) client.Forget();
    }
}
