using Parley.Conference.Client;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Client;

public sealed class EncoderLoadTests
{
    private readonly EncoderLoad _load = new();
    private Instant _now = Instant.FromMilliseconds(10_000);

    [Fact]
    public void A_queue_of_two_for_three_seconds_is_too_much()
    {
        Report(3, captured: 15, sent: 15, queue: 2);
        Assert.False(_load.IsOverloaded(_now));
        Report(1, captured: 15, sent: 15, queue: 1);
        Report(3, captured: 15, sent: 15, queue: 5);
        Assert.False(_load.IsOverloaded(_now));
        Report(1, captured: 15, sent: 15, queue: 2);
        Assert.True(_load.IsOverloaded(_now));
    }

    [Fact]
    public void Less_than_sixty_percent_of_the_plan_is_too_much()
    {
        Report(10, captured: 30, sent: 18);
        Assert.False(_load.IsOverloaded(_now));
        Report(4, captured: 30, sent: 17);
        Assert.True(_load.IsOverloaded(_now));
    }

    [Fact]
    public void A_camera_that_gives_few_pictures_is_no_load()
    {
        Report(10, captured: 7, sent: 7);
        Assert.False(_load.IsOverloaded(_now));
    }

    [Fact]
    public void Without_a_plan_there_is_no_load()
    {
        Report(10, captured: 30, sent: 0, queue: 9, planned: 0);
        Assert.False(_load.IsOverloaded(_now));
    }

    [Fact]
    public void Three_good_seconds_end_it_and_so_does_silence()
    {
        Report(4, captured: 30, sent: 5);
        Report(3, captured: 30, sent: 30);
        Assert.True(_load.IsOverloaded(_now));
        Report(1, captured: 30, sent: 30);
        Assert.False(_load.IsOverloaded(_now));
        Report(4, captured: 30, sent: 5);
        Assert.True(_load.IsOverloaded(_now));
        _now += TimeSpan.FromSeconds(5);
        Assert.False(_load.IsOverloaded(_now));
    }

    [Fact]
    public void While_it_lasts_less_is_asked_every_three_seconds_and_once_each_time()
    {
        var steps = new List<int>();
        for (var second = 0; second < 12; second++)
        {
            Report(1, captured: 30, sent: 5);
            if (_load.TryTakeStepDown(_now)) steps.Add(second);
            Assert.False(_load.TryTakeStepDown(_now));
        }
        Assert.Equal([3, 6, 9], steps);
        // What was done has helped: it is still told, and nothing more is done.
        Report(1, captured: 30, sent: 30);
        Assert.True(_load.IsOverloaded(_now));
        Assert.False(_load.TryTakeStepDown(_now));
    }

    private void Report(int seconds, double captured, double sent, int queue = 0, int planned = 30)
    {
        for (var i = 0; i < seconds; i++)
        {
            _now += TimeSpan.FromSeconds(1);
            _load.OnMeasured(_now, captured, sent, queue, planned);
        }
    }
}
