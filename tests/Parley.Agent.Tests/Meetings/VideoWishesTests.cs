using Parley.Agent.Meetings;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Meetings;

public sealed class VideoWishesTests
{
    private static readonly ParticipantState[] People =
    [
        new("anna", "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.On, 10, 11),
        new("ben", "Ben", ParticipantRole.Participant, Presence.Present, DeviceState.On, DeviceState.On, 20, 21),
    ];

    [Theory]
    [InlineData(ReceptionMode.Full, 720, 90)]
    [InlineData(ReceptionMode.Saver, 144, 90)]
    public void Tiles_AskForTheirOwnHeight_AndTheSaverForTheSmallPictureAtMost(ReceptionMode reception, int first, int second)
    {
        UiTile[] tiles = [new("anna", 1280, 720), new("ben", 160, 90), new("gone", 640, 360)];
        Assert.Equal([new(11, first), new(21, second)], VideoWishes.Tracks(tiles, People, reception));
    }

    [Fact]
    public void SoundOnly_AsksForNoPicture() =>
        Assert.Empty(VideoWishes.Tracks([new("anna", 1280, 720)], People, ReceptionMode.AudioOnly));

    [Fact]
    public void TileWithoutHeight_AsksForNothing() =>
        Assert.Empty(VideoWishes.Tracks([new("anna", 1280, 0), new("ben", 10, -5)], People, ReceptionMode.Full));

    [Theory]
    [InlineData(null, new[] { VideoCodec.Vp9, VideoCodec.H264, VideoCodec.Jpeg })]
    [InlineData(VideoCodec.H264, new[] { VideoCodec.H264, VideoCodec.Vp9, VideoCodec.Jpeg })]
    [InlineData(VideoCodec.Jpeg, new[] { VideoCodec.Jpeg, VideoCodec.Vp9, VideoCodec.H264 })]
    [InlineData(VideoCodec.Av1, new[] { VideoCodec.Vp9, VideoCodec.H264, VideoCodec.Jpeg })]
    public void PreferredCodec_ComesFirst_WhereThePageHasIt(VideoCodec? preferred, VideoCodec[] order) =>
        Assert.Equal(order, VideoWishes.Codecs([VideoCodec.Vp9, VideoCodec.Vp9, VideoCodec.H264, (VideoCodec)77], preferred));

    [Fact]
    public void Jpeg_IsAlwaysThere() => Assert.Equal([VideoCodec.Jpeg], VideoWishes.Codecs([], null));
}
