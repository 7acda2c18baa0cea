using Parley.Agent.Statistics;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Statistics;

public sealed class EncoderLoadTests
{
    private readonly EncoderLoad _load = new();

    [Fact]
    public void QueueOfTwoForThreeSeconds_IsTooMuch()
    {
        Update(2, Page(15, 15, queue: 2));
        Assert.False(_load.IsOverloaded);
        Update(1, Page(15, 15, queue: 1));
        Update(2, Page(15, 15, queue: 5));
        Assert.False(_load.IsOverloaded);
        Update(1, Page(15, 15, queue: 2));
        Assert.True(_load.IsOverloaded);
    }

    [Fact]
    public void LessThanSixtyPercentOfThePlan_IsTooMuch()
    {
        Update(10, Page(30, 18));
        Assert.False(_load.IsOverloaded);
        Update(3, Page(30, 17));
        Assert.True(_load.IsOverloaded);
    }

    [Fact]
    public void CameraThatGivesFewPictures_IsNoLoad()
    {
        Update(10, Page(captured: 7, sent: 7));
        Assert.False(_load.IsOverloaded);
    }

    [Fact]
    public void WithoutAPlan_ThereIsNoLoad()
    {
        for (var i = 0; i < 10; i++) _load.Update(Page(30, 0, queue: 9), plannedFps: 0);
        Assert.False(_load.IsOverloaded);
    }

    [Fact]
    public void ThreeGoodSeconds_EndIt()
    {
        Update(3, Page(30, 5));
        Update(2, Page(30, 30));
        Assert.True(_load.IsOverloaded);
        Update(1, Page(30, 30));
        Assert.False(_load.IsOverloaded);
    }

    private void Update(int seconds, UiPageStats stats)
    {
        for (var i = 0; i < seconds; i++) _load.Update(stats, plannedFps: 30);
    }

    private static UiPageStats Page(double captured, double sent, int queue = 0) => new(captured, sent, 5, queue, null, null, null, []);
}
