using System.Runtime.InteropServices;
using Parley.Agent.Meetings;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Tests.Meetings;

public sealed class InboxTests
{
    [Fact]
    public void MicrophoneFrames_ComeOutInOrder_OnceEach()
    {
        var inbox = new MicrophoneInbox();
        short written = 0, read = 0;
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < (round % 16) + 1; i++) Assert.True(inbox.TryWrite(Frame(written++)));
            while (inbox.TryRead(out var frame))
            {
                Assert.Equal(AudioFormat.FrameSamples, frame.Length);
                Assert.Equal(read, frame[0]);
                Assert.Equal(read++, frame[^1]);
            }
        }
        Assert.Equal(written, read);
        Assert.Equal(0, inbox.Dropped);
    }

    [Fact]
    public void FullMicrophoneInbox_RefusesTheNewest_AndCounts()
    {
        var inbox = new MicrophoneInbox();
        var taken = 0;
        for (short i = 0; i < 100; i++) taken += inbox.TryWrite(Frame(i)) ? 1 : 0;
        Assert.Equal(16, taken);
        Assert.Equal(84, inbox.Dropped);
        Assert.True(inbox.TryRead(out var oldest));
        Assert.Equal(0, oldest[0]);
        // The frame that is being read keeps its place until the next call.
        Assert.False(inbox.TryWrite(Frame(200)));
        Assert.Equal(0, oldest[0]);
        Assert.True(inbox.TryRead(out _));
        Assert.True(inbox.TryWrite(Frame(201)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(958)]
    [InlineData(962)]
    public void MicrophoneFramesOfAnotherSize_AreRefused(int bytes) => Assert.False(new MicrophoneInbox().TryWrite(new byte[bytes]));

    [Fact]
    public void MicrophoneInbox_DoesNotAllocate()
    {
        var inbox = new MicrophoneInbox();
        var frame = Frame(1);
        inbox.TryWrite(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            inbox.TryRead(out _);
            inbox.TryWrite(frame);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Pictures_ComeOutInOrder_AndTheNewestFourStay()
    {
        var inbox = new PictureInbox();
        for (byte i = 1; i <= 6; i++) inbox.Write(Enumerable.Repeat(i, i * 100).ToArray(), PayloadType.Jpeg, isKeyFrame: true, i, 1, i);
        for (byte i = 3; i <= 6; i++)
        {
            Assert.True(inbox.TryTake(out var picture));
            Assert.Equal((i * 100, i, (double?)i), (picture.Length, picture.Width, picture.CapturedAt));
            Assert.All(picture.Buffer[..picture.Length], b => Assert.Equal(i, b));
            PictureInbox.Release(picture);
        }
        Assert.False(inbox.TryTake(out _));
    }

    private static byte[] Frame(short value)
    {
        var frame = new short[AudioFormat.FrameSamples];
        Array.Fill(frame, value);
        return MemoryMarshal.AsBytes<short>(frame).ToArray();
    }
}
