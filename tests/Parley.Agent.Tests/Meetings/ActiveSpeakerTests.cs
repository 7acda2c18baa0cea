using Parley.Agent.Meetings;
using Parley.Protocol.Time;

namespace Parley.Agent.Tests.Meetings;

public sealed class ActiveSpeakerTests
{
    private const double Silent = -127;

    private readonly ActiveSpeaker _speaker = new();
    private double _ms = 10_000;

    [Fact]
    public void Nobody_HasTheFloor_BeforeSomebodySpoke()
    {
        Play(50, ("anna", -55), ("ben", -60));
        Assert.Null(_speaker.Current);
    }

    [Fact]
    public void WhoeverSpeaksFirst_HasTheFloorAfter300Milliseconds_AndKeepsItInSilence()
    {
        Play(3, ("anna", -20));
        Assert.Null(_speaker.Current);
        Play(1, ("anna", -20));
        Assert.Equal("anna", _speaker.Current);
        Play(600);
        Assert.Equal("anna", _speaker.Current);
    }

    [Fact]
    public void SomebodyNotMuchLouder_DoesNotTakeOver()
    {
        Play(30, ("anna", -20));
        Play(600, ("anna", -20), ("ben", -15));
        Assert.Equal("anna", _speaker.Current);
        Play(10, ("anna", -20), ("ben", -13));
        Assert.Equal("ben", _speaker.Current);
    }

    [Fact]
    public void WhoeverTookOver_StaysForTwoSeconds()
    {
        Play(4, ("anna", -20));
        Assert.Equal("anna", _speaker.Current);
        // Ben is louder at once, and waits until Anna has had her two seconds.
        Play(19, ("ben", -10));
        Assert.Equal("anna", _speaker.Current);
        Play(1, ("ben", -10));
        Assert.Equal("ben", _speaker.Current);
    }

    [Fact]
    public void Coughs_NeverTakeOver_HoweverOftenAndLoud()
    {
        Play(30, ("anna", -30));
        for (var i = 0; i < 100; i++)
        {
            // As the server's meter shows a cough of 200 ms: up at once, then down by 2.2 dB in 100 ms while the microphone is still open.
            Play(2, ("anna", -30), ("ben", -5));
            foreach (var level in new[] { -7.2, -9.4, -11.6 }) Play(1, ("anna", -30), ("ben", level));
            Play(4, ("anna", -30));
            Assert.Equal("anna", _speaker.Current);
        }
    }

    [Fact]
    public void SpeechInSyllables_TakesOverWithinASecondAndAHalf()
    {
        Play(30, ("anna", -20));
        for (var i = 0; i < 5; i++)
        {
            Play(2, ("ben", -18));
            Play(1, ("ben", -20.2));
        }
        Assert.Equal("ben", _speaker.Current);
    }

    [Fact]
    public void OfTwoWhoSpeakAtOnce_TheLouderTakesOver_AndTheyDoNotAlternate()
    {
        Play(30, ("anna", -20));
        var changes = Play(300, ("anna", Silent), ("ben", -24), ("carla", -22));
        Assert.Equal("carla", _speaker.Current);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void WhoeverLeaves_IsForgotten_AndTheNextTakesOverAtOnce()
    {
        Play(30, ("anna", -20));
        Assert.True(_speaker.Keep(id => id != "anna"));
        Assert.Null(_speaker.Current);
        Assert.False(_speaker.Keep(_ => false));
        Play(4, ("ben", -20));
        Assert.Equal("ben", _speaker.Current);
    }

    [Fact]
    public void StalledReadings_DoNotCountAsTime()
    {
        Play(30, ("anna", -20));
        Play(1, ("ben", -10));
        _ms += 60_000;
        Play(1, ("ben", -10));
        Assert.Equal("anna", _speaker.Current);
    }

    /// <summary>Readings each 100 ms; returns how often the floor changed.</summary>
    private int Play(int count, params (string Id, double LevelDbfs)[] readings)
    {
        var changes = 0;
        for (var i = 0; i < count; i++)
        {
            if (_speaker.Update(Instant.FromMilliseconds(_ms), readings)) changes++;
            _ms += 100;
        }
        return changes;
    }
}
