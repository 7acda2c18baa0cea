using Parley.Agent.Web;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Tests.Web;

public sealed class VideoOutFrameTests
{
    private static readonly byte[] Golden =
    [
        107, 0x32, 0x80, 0x02, 0x68, 0x01, 1, 0, // VP9, discardable, layer 3, 640 × 360, small
        0, 0, 0, 0, 0, 0, 0xF8, 0x3F, // 1.5
        7, 8, 9,
    ];

    [Fact]
    public void Header_IsReadAsThePageWritesIt()
    {
        Assert.True(VideoOutFrame.TryParse(Golden, out var frame, out var picture));
        Assert.Equal(new VideoOutFrame(VideoCodec.Vp9, 1, IsKeyFrame: false, IsDiscardable: true, 3, 640, 360, 1.5), frame);
        Assert.Equal([7, 8, 9], picture.ToArray());
    }

    [Theory]
    [InlineData(true, false, 0, 0x01)]
    [InlineData(false, true, 1, 0x12)]
    [InlineData(false, false, 15, 0xF0)]
    public void Flags_OfPicturesToThePage_AreThoseOfPicturesFromIt(bool isKeyFrame, bool isDiscardable, int layer, byte flags)
    {
        Assert.Equal(flags, VideoOutFrame.Flags(isKeyFrame, isDiscardable, layer));
        var message = (byte[])Golden.Clone();
        message[1] = flags;
        Assert.True(VideoOutFrame.TryParse(message, out var frame, out _));
        Assert.Equal((isKeyFrame, isDiscardable, layer), (frame.IsKeyFrame, frame.IsDiscardable, frame.TemporalLayer));
    }

    [Fact]
    public void EveryPrefixAndFlippedBit_IsRefusedOrRead()
    {
        for (var length = 0; length <= VideoOutFrame.HeaderLength; length++) Assert.False(VideoOutFrame.TryParse(Golden.AsSpan(0, length), out _, out _));
        for (var bit = 0; bit < 8 * Golden.Length; bit++)
        {
            var flipped = (byte[])Golden.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (!VideoOutFrame.TryParse(flipped, out var frame, out var picture)) continue;
            Assert.True(frame is { Encoding: 0 or 1, Width: > 0, Height: > 0, TemporalLayer: >= 0 and <= 15 } && Enum.IsDefined(frame.Codec));
            Assert.Equal(3, picture.Length);
        }
    }

    [Theory]
    [InlineData(0, 96)] // audio
    [InlineData(6, 2)] // a third encoding
    [InlineData(0, 109)]
    public void WhatIsNoPictureOfOurs_IsRefused(int at, byte value)
    {
        var message = (byte[])Golden.Clone();
        message[at] = value;
        Assert.False(VideoOutFrame.TryParse(message, out _, out _));
    }

    [Fact]
    public void PictureWithoutAnExtentOrTooLarge_IsRefused()
    {
        var flat = (byte[])Golden.Clone();
        flat[4] = flat[5] = 0;
        Assert.False(VideoOutFrame.TryParse(flat, out _, out _));
        var large = new byte[VideoOutFrame.HeaderLength + Limits.MaxFrame + 1];
        Golden.CopyTo(large.AsSpan());
        Assert.False(VideoOutFrame.TryParse(large, out _, out _));
        Assert.True(VideoOutFrame.TryParse(large.AsSpan(0, large.Length - 1), out _, out _));
    }
}
