using Parley.Agent.Statistics;
using Parley.Conference.Client;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Agent.Tests.Statistics;

public sealed class PictureMeterTests
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private readonly PictureMeter _meter = new();

    [Fact]
    public void ASecond_SaysHowManyHowLargeAndHowLate()
    {
        for (var i = 0; i < 20; i++) Receive(i, i * 50, heldUpMs: i % 2 == 0 ? 0 : 10);
        var second = Take(1000)!;
        Assert.Equal((7u, VideoCodec.Vp8, 640, 360, 20, 160_000, 0), (second.Track, second.Codec, second.Width, second.Height, second.Fps, second.Bitrate, second.Lost));
        Assert.Equal(45, second.Delay!.Value.TotalMilliseconds, 1);
        Assert.Null(Take(1050));
        Receive(20, 1060, heldUpMs: 0);
        Assert.Null(Take(1100, roundTrip: null)!.Delay);
    }

    [Fact]
    public void PicturesThatDidNotCome_AreCountedOnce()
    {
        foreach (var id in new[] { 10, 11, 14, 15 }) Receive(id, id * 50, 0);
        Assert.Equal(2, Take(1000)!.Lost);
        Receive(16, 1050, 0);
        Assert.Equal(0, Take(2000)!.Lost);
    }

    [Fact]
    public void AFreeze_IsShownWhileItLasts_AndAllOfItIsCounted()
    {
        for (var i = 0; i < 20; i++) Receive(i, i * 50, 0);
        Take(1000);
        var ongoing = Take(2000)!;
        Assert.Equal((0, 1050), (ongoing.Fps, ongoing.Frozen.TotalMilliseconds));
        Receive(20, 2450, 0);
        Assert.Equal(450, Take(2500)!.Frozen.TotalMilliseconds);
    }

    [Fact]
    public void NobodyExpectsPictures_NothingIsFrozen()
    {
        for (var i = 0; i < 20; i++) Receive(i, i * 50, 0);
        Take(1000);
        _meter.Pause();
        Assert.Null(Take(5000));
        Receive(20, 9000, 0);
        Assert.Equal(TimeSpan.Zero, Take(10_000)!.Frozen);
    }

    [Fact]
    public void ASenderThatBeganAnew_IsMeasuredAnew()
    {
        Receive(0, 0, 0);
        Take(1000);
        _meter.OnReceived(At(1000), Picture(1, new RtpTimestamp(4_000_000_000)));
        Assert.Equal(40, Take(2000)!.Delay!.Value.TotalMilliseconds, 1);
    }

    private PicturesSecond? Take(double atMs, double? roundTrip = 40) =>
        _meter.Take(At(atMs), track: 7, OneSecond, roundTrip is { } ms ? TimeSpan.FromMilliseconds(ms) : null);

    private void Receive(int id, double atMs, double heldUpMs) =>
        _meter.OnReceived(At(atMs + heldUpMs), Picture(id, new RtpTimestamp((uint)(atMs * 90))));

    private static Instant At(double ms) => Instant.FromMilliseconds(1_000_000 + ms);

    private static ReceivedPicture Picture(int id, RtpTimestamp timestamp) => new()
    {
        Track = 7,
        Codec = PayloadType.Vp8,
        IsKeyFrame = false,
        IsDiscardable = false,
        TemporalLayer = 0,
        Width = 640,
        Height = 360,
        FrameId = id,
        Timestamp = timestamp,
        PlayAt = At(0),
        Data = new byte[1000],
    };
}
