using Microsoft.Extensions.Logging.Abstractions;
using Parley.Agent.Storage;
using Parley.Agent.Tests.Support;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Tests;

public sealed class CodecChoiceTests
{
    [Theory]
    [InlineData("auto", null)]
    [InlineData("jpeg", VideoCodec.Jpeg)]
    [InlineData("H264", VideoCodec.H264)]
    [InlineData("av1", VideoCodec.Av1)]
    public void EveryWord_IsUnderstood(string text, VideoCodec? codec)
    {
        Assert.True(CodecChoice.TryParse(text, out var choice));
        Assert.Equal(codec, choice.Codec);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("h265")]
    [InlineData("jpeg,vp8")]
    public void AnotherWord_IsRefused(string text) => Assert.False(CodecChoice.TryParse(text, out _));

    [Fact]
    public async Task AChoice_IsRememberedUntilAnother()
    {
        using var data = new TemporaryDirectory();
        foreach (var (choice, expected) in new (CodecChoice?, VideoCodec?)[] { (new(VideoCodec.Jpeg), VideoCodec.Jpeg), (null, VideoCodec.Jpeg), (new(null), null) })
        {
            var options = new AgentOptions { DataDirectory = data.Path, UiPort = 0, IdleLife = null, Codec = choice };
            await using (await AgentHost.StartAsync(options, localServer: null, NullLoggerFactory.Instance))
            {
                Assert.Equal(expected, AgentMemory.Load(data.Path).Preferences.Codec);
            }
        }
    }
}
