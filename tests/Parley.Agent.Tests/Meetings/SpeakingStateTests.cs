using Parley.Agent.Meetings;

namespace Parley.Agent.Tests.Meetings;

public sealed class SpeakingStateTests
{
    private const uint Anna = 1;

    [Fact]
    public void LoudEnough_Starts_ALittleQuieter_GoesOn()
    {
        var speaking = new SpeakingState();
        speaking.Update(0, Anna, -46);
        Assert.False(speaking.IsSpeaking(Anna));
        speaking.Update(10, Anna, -45);
        Assert.True(speaking.IsSpeaking(Anna));
        speaking.Update(500, Anna, -52);
        Assert.False(speaking.Expire(1000));
        Assert.True(speaking.IsSpeaking(Anna));
    }

    [Fact]
    public void Silence_IsBelievedAfterHalfASecond()
    {
        var speaking = new SpeakingState();
        speaking.Update(0, Anna, -20);
        speaking.Update(400, Anna, -60);
        Assert.False(speaking.Expire(500));
        Assert.True(speaking.IsSpeaking(Anna));
        Assert.True(speaking.Expire(501));
        Assert.False(speaking.IsSpeaking(Anna));
        Assert.Equal(0, speaking.Count);
        Assert.False(speaking.Expire(502));
    }

    [Fact]
    public void SourcesAreToldApart()
    {
        var speaking = new SpeakingState();
        speaking.Update(0, 1, -20);
        speaking.Update(300, 2, -20);
        Assert.Equal(2, speaking.Count);
        Assert.True(speaking.Expire(600));
        Assert.False(speaking.IsSpeaking(1));
        Assert.True(speaking.IsSpeaking(2));
    }
}
