using Parley.Conference.Meetings;
using Parley.Conference.Relay;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Meetings;

public sealed class HostSuccessionTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1_000);

    private readonly HostSuccession _host = new(TimeSpan.FromSeconds(60));
    private readonly List<Seat> _seats = [NewSeat("anna"), NewSeat("ben"), NewSeat("cleo")];

    public HostSuccessionTests() => _host.Appoint("anna");

    [Fact]
    public void Nothing_changes_while_the_host_is_there()
    {
        Assert.False(_host.Update(Start + TimeSpan.FromHours(1), _seats));
        Assert.Equal("anna", _host.HostId);
    }

    [Fact]
    public void The_role_travels_down_the_line_and_back_to_its_owner()
    {
        Leave("anna", at: 0);
        Assert.Equal("anna", After(59));
        Assert.Equal("ben", After(60));
        Leave("ben", at: 61);
        Assert.Equal("ben", After(100));
        Assert.Equal("cleo", After(121));
        Return("ben");
        Assert.Equal("cleo", After(122)); // Ben only had it on loan
        Return("anna");
        Assert.Equal("anna", After(123));
    }

    [Fact]
    public void With_nobody_there_the_role_stays_until_somebody_comes()
    {
        foreach (var seat in _seats) Leave(seat.Id, at: 0);
        Assert.Equal("anna", After(500));
        Return("cleo");
        Assert.Equal("cleo", After(501));
        Return("anna");
        Assert.Equal("anna", After(502));
    }

    [Fact]
    public void An_owner_whose_seat_is_gone_gets_nothing_back()
    {
        Leave("anna", at: 0);
        Assert.Equal("ben", After(60));
        _seats.RemoveAt(0);
        Assert.Equal("ben", After(61));
        _seats.Add(NewSeat("anna"));
        _host.Appoint("cleo");
        Assert.Equal("cleo", After(62));
    }

    [Fact]
    public void A_host_who_left_is_followed_by_who_is_present_longest_or_by_anyone()
    {
        Leave("ben", at: 0);
        _seats.RemoveAll(s => s.Id == "anna");
        Assert.Equal("cleo", After(1));
        _seats.RemoveAll(s => s.Id == "cleo");
        Assert.Equal("ben", After(2)); // away, but the only one
        _seats.Clear();
        Assert.Equal("", After(3));
    }

    private string After(int seconds)
    {
        _host.Update(Start + TimeSpan.FromSeconds(seconds), _seats);
        return _host.HostId;
    }

    private void Leave(string id, int at)
    {
        var seat = _seats.Find(s => s.Id == id)!;
        seat.Presence = Presence.Away;
        seat.AwaySince = Start + TimeSpan.FromSeconds(at);
    }

    private void Return(string id) => _seats.Find(s => s.Id == id)!.Presence = Presence.Present;

    private static Seat NewSeat(string id) => new(id, id, AudioProfile.L16At48Khz, default(SeatSsrcs), Start, ConferenceOptions.Default);
}
