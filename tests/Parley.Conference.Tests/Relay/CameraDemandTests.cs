using Parley.Conference.Relay;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Relay;

/// <summary>What a publisher is told of a demand that changes often, from plain numbers.</summary>
public sealed class CameraDemandTests
{
    private readonly CameraDemand _demand = new();
    private Instant _now = Instant.FromMilliseconds(10_000);

    [Fact]
    public void Without_a_limit_no_bitrate_is_told()
    {
        Assert.Equal(new VideoDemand(VideoCodec.H264, 360, 0), Update(CameraDemand.Unlimited));
        for (var i = 0; i < 50; i++) Assert.Null(Update(CameraDemand.Unlimited));
    }

    [Fact]
    public void Less_is_told_at_once_and_more_when_it_has_lasted_a_second()
    {
        Update(CameraDemand.Unlimited);
        Update(CameraDemand.Unlimited);
        Assert.Equal(500_000, Update(500_000)!.LargeBitrate);
        Assert.Null(Update(490_000));
        Assert.Equal(400_000, Update(400_000)!.LargeBitrate);
        for (var i = 0; i < 9; i++) Assert.Null(Update(500_000));
        Assert.Equal(500_000, Update(500_000)!.LargeBitrate);
        for (var i = 0; i < 9; i++) Assert.Null(Update(CameraDemand.Unlimited));
        Assert.Equal(0, Update(CameraDemand.Unlimited)!.LargeBitrate);
    }

    [Fact]
    public void A_rate_that_wavers_by_a_twentieth_is_told_once()
    {
        Update(600_000);
        for (var i = 0; i < 600; i++) Assert.Null(Update(i % 2 == 0 ? 575_000 : 630_000));
    }

    private VideoDemand? Update(long rate)
    {
        _now += TimeSpan.FromMilliseconds(100);
        return _demand.Update(_now, VideoCodec.H264, 360, 0, rate, isAnybodyThere: true);
    }
}
