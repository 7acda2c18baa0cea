using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Impairment;

namespace Parley.Net.Tests.Driving;

public sealed class ImpairmentFilterTests
{
    private static readonly TransportAddress Peer = new(1, 2, 5001);
    private static readonly ImpairmentOptions Late = ImpairmentOptions.None with { Delay = TimeSpan.FromMilliseconds(25) };

    [Fact]
    public void Without_impairment_everything_passes_and_the_driver_need_not_ask()
    {
        var filter = new ImpairmentFilter(ImpairmentOptions.None);
        Assert.True(filter.IsTransparent);
        Assert.True(filter.Pass(At(0), DatagramDirection.Outgoing, Peer, [1]));
        Assert.Equal(Instant.Never, filter.NextRelease);
    }

    [Theory]
    [InlineData(ImpairmentDirection.Up, true, false)]
    [InlineData(ImpairmentDirection.Down, false, true)]
    [InlineData(ImpairmentDirection.Both, true, true)]
    public void A_change_holds_from_then_on_in_its_direction(ImpairmentDirection direction, bool delaysOutgoing, bool delaysIncoming)
    {
        var filter = new ImpairmentFilter(ImpairmentOptions.None) { Options = Late with { Direction = direction } };
        Assert.False(filter.IsTransparent);
        Assert.Equal(!delaysOutgoing, filter.Pass(At(0), DatagramDirection.Outgoing, Peer, [1]));
        Assert.Equal(!delaysIncoming, filter.Pass(At(0), DatagramDirection.Incoming, Peer, [2]));
        Assert.Equal(At(25), filter.NextRelease);
    }

    [Fact]
    public void When_it_ends_what_is_on_its_way_arrives_first_and_then_everything_passes()
    {
        var filter = new ImpairmentFilter(Late);
        Assert.False(filter.Pass(At(0), DatagramDirection.Outgoing, Peer, [1]));
        filter.Options = ImpairmentOptions.None;
        Assert.False(filter.IsTransparent);
        Assert.False(filter.Pass(At(10), DatagramDirection.Outgoing, Peer, [2]));
        Assert.Equal(At(25), filter.NextRelease);
        Assert.Equal([1, 2], Release(filter, At(25)));
        Assert.True(filter.IsTransparent);
        Assert.True(filter.Pass(At(26), DatagramDirection.Outgoing, Peer, [3]));
    }

    [Fact]
    public void The_share_lost_follows_the_last_change()
    {
        var filter = new ImpairmentFilter(ImpairmentOptions.None with { Loss = 1 });
        Assert.False(filter.Pass(At(0), DatagramDirection.Incoming, Peer, [1]));
        Assert.Empty(Release(filter, At(1000)));
        filter.Options = Late with { Loss = 0.5, Delay = TimeSpan.Zero };
        for (var i = 0; i < 1000; i++) filter.Pass(At(1000), DatagramDirection.Incoming, Peer, [7]);
        Assert.InRange(Release(filter, At(1000)).Count, 400, 600);
    }

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static List<byte> Release(ImpairmentFilter filter, Instant now)
    {
        var released = new List<byte>();
        while (filter.TryRelease(now, out _, out var peer, out var datagram))
        {
            Assert.Equal(Peer, peer);
            released.Add(datagram[0]);
        }
        return released;
    }
}
