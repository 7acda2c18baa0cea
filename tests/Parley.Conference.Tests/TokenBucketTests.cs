using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests;

public sealed class TokenBucketTests
{
    [Fact]
    public void A_burst_at_once_then_the_rate()
    {
        var now = Instant.FromMilliseconds(500);
        var bucket = new TokenBucket(perSecond: 10, burst: 30, now);
        Assert.Equal(30, Enumerable.Range(0, 100).Count(_ => bucket.TryTake(now)));
        Assert.False(bucket.TryTake(now + TimeSpan.FromMilliseconds(99)));
        Assert.True(bucket.TryTake(now + TimeSpan.FromMilliseconds(101)));
        Assert.Equal(30, Enumerable.Range(0, 100).Count(_ => bucket.TryTake(now + TimeSpan.FromHours(1))));
    }

    [Fact]
    public void A_clock_that_stands_or_goes_back_gives_nothing()
    {
        var now = Instant.FromMilliseconds(500);
        var bucket = new TokenBucket(10, 1, now);
        Assert.True(bucket.TryTake(now));
        Assert.False(bucket.TryTake(now - TimeSpan.FromSeconds(10)));
        Assert.False(bucket.TryTake(now));
    }

    [Fact]
    public void Never_more_out_than_the_burst_and_the_rate_allow()
    {
        Prop.ForAll<ushort[]>(steps =>
        {
            var start = new Instant(0);
            var bucket = new TokenBucket(perSecond: 50, burst: 5, start);
            var now = start;
            var taken = 0;
            foreach (var step in steps)
            {
                now += TimeSpan.FromTicks(step);
                if (bucket.TryTake(now)) taken++;
            }
            return taken <= 5 + ((now - start).TotalSeconds * 50) + 1e-6;
        }).QuickCheckThrowOnFailure();
    }
}
