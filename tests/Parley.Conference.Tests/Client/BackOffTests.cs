using Parley.Conference.Client;
using Parley.Protocol;

namespace Parley.Conference.Tests.Client;

public sealed class BackOffTests
{
    [Fact]
    public void Attempts_begin_at_once_and_become_seven_seconds_apart()
    {
        var backOff = new BackOff(new SeededRandom(1));
        foreach (var seconds in new[] { 0, 0.3, 1.2, 2.7, 4.8, 7, 7, 7, 7 })
            Assert.InRange(backOff.Next().TotalSeconds, seconds * 0.9, seconds * 1.1);
        backOff.Reset();
        Assert.Equal(TimeSpan.Zero, backOff.Next());
    }

    [Fact]
    public void Two_clients_do_not_come_back_in_step()
    {
        var (one, other) = (new BackOff(new SeededRandom(1)), new BackOff(new SeededRandom(2)));
        one.Next();
        other.Next();
        Assert.All(Enumerable.Range(0, 10), _ => Assert.NotEqual(one.Next(), other.Next()));
    }
}
