using System.Net;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Channels;

public sealed class StrangerListTests
{
    private readonly ChannelLimits _limits = ChannelLimits.Default;
    private long _nextId;

    [Fact]
    public void The_seventeenth_of_one_address_pushes_out_its_own_oldest()
    {
        var list = new StrangerList(_limits);
        var bystander = Connection("10.0.0.1");
        Assert.Null(list.Add(new Instant(0), bystander));
        var first = Connection("10.0.0.2");
        Assert.Null(list.Add(new Instant(1), first));
        for (var i = 1; i < _limits.MaxStrangersPerAddress; i++) Assert.Null(list.Add(new Instant(1), Connection("10.0.0.2")));
        Assert.Same(first, list.Add(new Instant(2), Connection("10.0.0.2")));
        Assert.Equal(_limits.MaxStrangersPerAddress + 1, list.Count);
    }

    [Fact]
    public void One_ipv6_network_counts_as_one_address()
    {
        var list = new StrangerList(_limits);
        for (var i = 0; i < _limits.MaxStrangersPerAddress; i++) Assert.Null(list.Add(new Instant(0), Connection($"2001:db8::{i:x}")));
        Assert.Null(list.Add(new Instant(0), Connection("2001:db8:0:1::1")));
        Assert.NotNull(list.Add(new Instant(0), Connection("2001:db8::ffff")));
    }

    [Fact]
    public void When_all_places_are_taken_the_oldest_of_all_goes()
    {
        var list = new StrangerList(_limits);
        var oldest = Connection("10.0.0.0");
        list.Add(new Instant(0), oldest);
        for (var i = 1; i < _limits.MaxStrangers; i++) Assert.Null(list.Add(new Instant(0), Connection($"10.0.{i >> 4}.{i & 15}")));
        Assert.Same(oldest, list.Add(new Instant(0), Connection("10.9.9.9")));
        Assert.Equal(_limits.MaxStrangers, list.Count);
    }

    [Fact]
    public void Loopback_may_take_all_places()
    {
        var list = new StrangerList(_limits);
        for (var i = 0; i < _limits.MaxStrangersFromLoopback; i++) Assert.Null(list.Add(new Instant(0), Connection("127.0.0.1")));
        Assert.NotNull(list.Add(new Instant(0), Connection("127.0.0.1")));
    }

    [Fact]
    public void Who_has_authenticated_is_off_the_list_for_good()
    {
        var list = new StrangerList(_limits);
        var known = Connection("10.0.0.1");
        list.Add(new Instant(0), known);
        list.Remove(known);
        list.Remove(known);
        Assert.Equal(0, list.Count);
        Assert.Null(list.TakeOlderThan(Instant.Never));
        for (var i = 0; i < _limits.MaxStrangersPerAddress; i++) Assert.Null(list.Add(new Instant(0), Connection("10.0.0.1")));
    }

    [Fact]
    public void Only_those_whose_time_is_over_are_taken_oldest_first()
    {
        var list = new StrangerList(_limits);
        var first = Connection("10.0.0.1");
        var second = Connection("10.0.0.2");
        list.Add(new Instant(10), first);
        list.Add(new Instant(20), second);
        Assert.Null(list.TakeOlderThan(new Instant(9)));
        Assert.Same(first, list.TakeOlderThan(new Instant(10)));
        Assert.Null(list.TakeOlderThan(new Instant(19)));
        Assert.Same(second, list.TakeOlderThan(new Instant(20)));
    }

    private ChannelConnection Connection(string address) =>
        new(null!, _limits, new ChannelId(--_nextId), TransportAddress.From(IPAddress.Parse(address), 1000), isIncoming: true);
}
