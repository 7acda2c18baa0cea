using System.Runtime.InteropServices;
using Parley.Agent.Meetings;
using Parley.Agent.Web;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Tests.Meetings;

public sealed class InboxTests
{
    /// <summary>Begins a packet of Opus with one frame of 10 ms.</summary>
    private const byte OneFrame = 30 << 3;

    [Fact]
    public void FramesOfSound_ComeOutInOrder_OnceEach()
    {
        var inbox = new SoundInbox();
        short written = 0, read = 0;
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < (round % 16) + 1; i++) Assert.True(Write(inbox, Sound(written++)));
            while (inbox.TryRead(out var frame))
            {
                Assert.Equal(AudioFormat.FrameSamples, frame.Samples.Length);
                Assert.Equal(read, frame.Samples[0]);
                Assert.Equal(read, frame.Samples[^1]);
                Assert.Equal([OneFrame, (byte)read], frame.Payload.ToArray());
                read++;
            }
        }
        Assert.Equal(written, read);
        Assert.Equal(0, inbox.Dropped);
    }

    [Fact]
    public void FullSoundInbox_RefusesTheNewest_AndCounts()
    {
        var inbox = new SoundInbox();
        var taken = 0;
        for (short i = 0; i < 100; i++) taken += Write(inbox, Sound(i)) ? 1 : 0;
        Assert.Equal(16, taken);
        Assert.Equal(84, inbox.Dropped);
        Assert.True(inbox.TryRead(out var oldest));
        Assert.Equal(0, oldest.Samples[0]);
        // The frame that is being read keeps its place until the next call.
        Assert.False(Write(inbox, Sound(200)));
        Assert.Equal(0, oldest.Samples[0]);
        Assert.True(inbox.TryRead(out _));
        Assert.True(Write(inbox, Sound(201)));
    }

    [Fact]
    public void SoundInbox_DoesNotAllocate()
    {
        var inbox = new SoundInbox();
        var frame = Sound(1);
        Write(inbox, frame);
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                inbox.TryRead(out _);
                Write(inbox, frame);
            }
        }));
    }

    [Fact]
    public void Pictures_ComeOutInOrder_WithAllThatThePageSaysOfThem()
    {
        var inbox = new PictureInbox();
        for (byte i = 1; i <= 6; i++) Assert.True(inbox.Write(Picture(i, isKey: i == 1), Enumerable.Repeat(i, i * 100).ToArray(), i));
        for (byte i = 1; i <= 6; i++)
        {
            Assert.True(inbox.TryTake(out var picture));
            Assert.Equal((Picture(i, isKey: i == 1), i * 100, (double?)i), (picture.Frame, picture.Length, picture.CapturedAt));
            Assert.All(picture.Buffer[..picture.Length], b => Assert.Equal(i, b));
            PictureInbox.Release(picture);
        }
        Assert.False(inbox.TryTake(out _));
    }

    [Fact]
    public void WhenTheyPileUp_AKeyFrameTakesThePlaceOfAllOfItsEncoding()
    {
        var inbox = new PictureInbox();
        Assert.True(inbox.Write(Picture(1, isKey: true, encoding: 1), [1], null));
        for (var i = 2; i <= 9; i++) Assert.True(inbox.Write(Picture(i, isKey: true), [1], null));
        Assert.Equal([1, 9], Widths(inbox));
    }

    [Fact]
    public void WhenTheyPileUp_WhatBuildsOnAMissingPictureIsRefused_UntilAKeyFrame()
    {
        var inbox = new PictureInbox();
        for (var i = 1; i <= 8; i++) Assert.True(inbox.Write(Picture(i, isKey: i == 1), [1], null));
        // Nobody misses one that may be left out; of the others the first is told, once.
        Assert.True(inbox.Write(Picture(9, isKey: false) with { IsDiscardable = true }, [1], null));
        Assert.False(inbox.Write(Picture(10, isKey: false), [1], null));
        Assert.True(inbox.Write(Picture(11, isKey: false), [1], null));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Widths(inbox));
        Assert.True(inbox.Write(Picture(12, isKey: false), [1], null));
        Assert.Empty(Widths(inbox));
        Assert.True(inbox.Write(Picture(13, isKey: true), [1], null));
        Assert.True(inbox.Write(Picture(14, isKey: false), [1], null));
        Assert.Equal([13, 14], Widths(inbox));
    }

    private static VideoOutFrame Picture(int width, bool isKey, int encoding = 0) => new(VideoCodec.Vp8, encoding, isKey, false, 0, width, 1, 0);

    private static List<int> Widths(PictureInbox inbox)
    {
        var widths = new List<int>();
        while (inbox.TryTake(out var picture))
        {
            widths.Add(picture.Frame.Width);
            PictureInbox.Release(picture);
        }
        return widths;
    }

    private static bool Write(SoundInbox inbox, byte[] message) => SoundFrame.TryParse(message, out var frame) && inbox.TryWrite(frame);

    private static byte[] Sound(short value)
    {
        var samples = new short[AudioFormat.FrameSamples];
        Array.Fill(samples, value);
        return [1, 2, .. new byte[14], .. MemoryMarshal.AsBytes<short>(samples), OneFrame, (byte)value];
    }
}
