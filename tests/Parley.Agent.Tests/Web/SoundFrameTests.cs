using Parley.Agent.Web;

namespace Parley.Agent.Tests.Web;

public sealed class SoundFrameTests
{
    private const byte OneFrame = 30 << 3;

    [Fact]
    public void Microphone_IsReadAsThePageWritesIt_WithAndWithoutOpus()
    {
        Assert.True(SoundFrame.TryParse(Message(kind: 1, flags: 0), out var plain));
        Assert.Equal((false, 960, 0, 0x04030201u), (plain.IsDecoded, plain.Samples.Length, plain.Payload.Length, plain.Sequence));
        Assert.Equal(9, plain.Samples[0]);
        Assert.True(SoundFrame.TryParse(Message(kind: 1, flags: 2, OneFrame, 7), out var coded));
        Assert.Equal([OneFrame, 7], coded.Payload.ToArray());
    }

    [Fact]
    public void DecodedSound_ComesWithTheNumbersOfItsPacket()
    {
        Assert.True(SoundFrame.TryParse(Message(kind: 4, flags: 1), out var frame));
        Assert.Equal((true, 0x04030201u, 0x08070605u, true), (frame.IsDecoded, frame.Sequence, frame.Timestamp, frame.IsTalkStart));
    }

    [Fact]
    public void EveryPrefix_IsRefused()
    {
        var message = Message(kind: 1, flags: 0);
        for (var length = 0; length < message.Length; length++) Assert.False(SoundFrame.TryParse(message.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(2, 0, "")] // a ring report
    [InlineData(3, 0, "")] // what we send ourselves
    [InlineData(4, 0, "F0")] // decoded, and coded
    [InlineData(1, 0, "F0")] // a payload that is not announced
    [InlineData(1, 2, "")] // none that is
    [InlineData(1, 2, "F1")] // two frames
    [InlineData(1, 2, "F8")] // 20 ms
    public void WhatIsNoFrameOfOurs_IsRefused(byte kind, byte flags, string payload) =>
        Assert.False(SoundFrame.TryParse(Message(kind, flags, Convert.FromHexString(payload)), out _));

    [Fact]
    public void PayloadLongerThanAnyFrame_IsRefused()
    {
        var longest = new byte[960];
        longest[0] = OneFrame;
        Assert.True(SoundFrame.TryParse(Message(1, 2, longest), out _));
        Assert.False(SoundFrame.TryParse(Message(1, 2, [.. longest, 0]), out _));
    }

    private static byte[] Message(byte kind, byte flags, params byte[] payload) =>
        [kind, flags, 0xE0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, .. Enumerable.Repeat((byte)9, 960), .. payload];
}
