using Parley.Conference.Tests.Support;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Relay;

/// <summary>What a publisher is asked for: the codec that everyone can show, and no more than anybody looks at.</summary>
public sealed class VideoDemandTests
{
    private readonly TestServer _server = new();
    private readonly TestClient _anna;
    private readonly TestClient _ben;

    public VideoDemandTests()
    {
        _anna = _server.Host();
        _anna.TurnOnCamera();
        _ben = _server.Guest(_anna, "Ben");
    }

    private VideoDemand Last => _anna.Demands[^1] with { LargeBitrate = 0 };

    [Fact]
    public void Nobody_else_there_means_nothing_is_asked_for()
    {
        var alone = _server.Host("Olga");
        alone.TurnOnCamera();
        _server.AdvanceAlive(TimeSpan.FromSeconds(3), alone);
        Assert.Empty(alone.Demands);
    }

    [Fact]
    public void The_first_preference_that_everyone_present_can_show_is_asked_for_and_anew_when_somebody_joins_or_leaves()
    {
        VideoCodec[] all = [VideoCodec.H264, VideoCodec.Vp8, VideoCodec.Jpeg];
        _anna.Send(new SetCapabilities(all, all));
        _ben.Send(new SetCapabilities([VideoCodec.Jpeg], [VideoCodec.Vp8, VideoCodec.H264, VideoCodec.Jpeg]));
        Wait();
        Assert.Equal(VideoCodec.H264, Last.Codec);

        var cleo = _server.Guest(_anna, "Cleo");
        cleo.Send(new SetCapabilities([VideoCodec.Jpeg], [VideoCodec.Vp8, VideoCodec.Jpeg]));
        Wait();
        Assert.Equal(VideoCodec.Vp8, Last.Codec);

        var dan = _server.Guest(_anna, "Dan");
        Wait();
        Assert.Equal(VideoCodec.Vp8, Last.Codec); // he has a moment to say what he can
        _server.AdvanceAlive(TimeSpan.FromSeconds(2), _anna, _ben, cleo, dan);
        Assert.Equal(VideoCodec.Jpeg, Last.Codec); // he says nothing: the floor

        dan.Send(new LeaveMeeting());
        Wait();
        Assert.Equal(VideoCodec.Vp8, Last.Codec);
        cleo.Send(new LeaveMeeting());
        Wait();
        Assert.Equal(VideoCodec.H264, Last.Codec);
        _ben.Send(new SetCapabilities([VideoCodec.Jpeg], [VideoCodec.Jpeg]));
        Wait();
        Assert.Equal(VideoCodec.Jpeg, Last.Codec);
    }

    [Fact]
    public void A_forced_codec_is_the_first_of_the_list()
    {
        VideoCodec[] all = [VideoCodec.H264, VideoCodec.Vp8, VideoCodec.Jpeg];
        _ben.Send(new SetCapabilities(all, all));
        _anna.Send(new SetCapabilities([VideoCodec.Jpeg, VideoCodec.H264], all));
        Wait();
        Assert.Equal(VideoCodec.Jpeg, Last.Codec);
    }

    [Fact]
    public void Tiles_decide_which_encodings_and_how_large_and_a_tile_that_nobody_looks_at_costs_nothing()
    {
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 360, 0), Last);
        Look(_ben, 150);
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 0, 144), Last);
        var cleo = _server.Guest(_anna, "Cleo");
        Look(cleo, 300);
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 300, 144), Last);
        Look(cleo, 100);
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 0, 144), Last);

        _ben.Send(new Subscribe([]));
        cleo.Send(new Subscribe([]));
        Wait();
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 0, 0), Last);

        void Look(TestClient viewer, int height)
        {
            viewer.Send(new Subscribe([new TrackWish(_anna.Seat!.Media.VideoSsrc, height)]));
            _server.AdvanceAlive(TimeSpan.FromSeconds(4), _anna, _ben, viewer);
        }
    }

    [Fact]
    public void Whoever_is_away_looks_at_nothing()
    {
        for (var i = 0; i < 8; i++) _server.AdvanceAlive(TimeSpan.FromSeconds(2), _anna);
        Assert.Equal(new VideoDemand(VideoCodec.Jpeg, 0, 0), Last);
        _ben.Ping();
        _server.AdvanceAlive(TimeSpan.FromSeconds(1), _anna, _ben);
        Assert.Equal(360, Last.LargeHeight);
    }

    [Fact]
    public void Changing_ones_mind_all_the_time_makes_few_messages()
    {
        _anna.Demands.Clear();
        for (var i = 0; i < 200; i++)
        {
            _ben.Send(new Subscribe(i % 2 == 0 ? [] : [new TrackWish(_anna.Seat!.Media.VideoSsrc, 360)]));
            _server.Advance(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(_anna.Demands.Count, 1, 11);
    }

    [Fact]
    public void A_publisher_who_comes_back_is_told_again()
    {
        _anna.Disconnect();
        var back = _server.Connect("Anna", null, _anna.Seat!.ResumeToken, _anna.Epoch);
        Assert.Equal(360, Assert.Single(back.Demands).LargeHeight);
    }

    private void Wait() => _server.Advance(TimeSpan.FromMilliseconds(700));
}
