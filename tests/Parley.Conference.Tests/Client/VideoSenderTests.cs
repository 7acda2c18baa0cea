using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Tests.Client;

/// <summary>What a camera sends, decided from plain numbers.</summary>
public sealed class VideoSenderTests
{
    private readonly VideoSender _sender = new();
    private readonly List<(double At, int Height)> _steps = [];
    private Instant _now = Instant.FromMilliseconds(50_000);

    public VideoSenderTests() => _sender.SetCamera(true);

    private UiEncoding? Large => _sender.Plan.Find(VideoEncodingPlan.Large);

    private UiEncoding? Small => _sender.Plan.Find(VideoEncodingPlan.Small);

    [Fact]
    public void Nothing_is_made_while_nobody_looks_or_the_camera_is_off()
    {
        Run(1, 10_000_000);
        Assert.Empty(_sender.Plan.Encodings);
        Assert.Equal(0, _sender.Wanted);

        Demand(VideoCodec.H264, 360, 144);
        Run(1, 10_000_000);
        Assert.Equal([0, 1], _sender.Plan.Encodings.Select(e => e.Encoding));
        _sender.SetCamera(false);
        Run(1, 10_000_000);
        Assert.Empty(_sender.Plan.Encodings);
        Assert.Empty(Changes());
    }

    [Theory]
    [InlineData(VideoCodec.H264)]
    [InlineData(VideoCodec.Jpeg)]
    public void It_starts_at_360_rows_and_is_at_the_top_within_two_seconds_when_the_way_bears_it(VideoCodec codec)
    {
        Demand(codec, 1080, 0);
        Update(2_000_000);
        Assert.Equal(360, Large!.Height);
        // An estimate that doubles every 200 ms from 2 Mbit/s.
        for (var i = 1; i <= 19; i++) Update(Math.Min(60_000_000, 2_000_000L << (i / 2)));
        Assert.Equal((codec, 1080, 30), (Large.Codec, Large.Height, Large.FramesPerSecond));
        Assert.Equal([360, 1080], _steps.Select(s => s.Height));
        Assert.Empty(Changes()); // how a meeting begins is no recovery
    }

    [Fact]
    public void It_is_never_larger_than_what_is_looked_at()
    {
        Demand(VideoCodec.H264, 300, 0);
        Run(10, 50_000_000);
        Assert.Equal(360, Large!.Height);
        Demand(VideoCodec.H264, 0, 100);
        Run(1, 50_000_000);
        Assert.Null(Large);
        Assert.Equal(144, Small!.Height);
        Assert.Empty(Changes()); // another tile is no worse network
    }

    [Fact]
    public void Less_room_lowers_at_once_and_says_why()
    {
        Demand(VideoCodec.H264, 720, 0);
        Run(3, 10_000_000);
        Assert.Equal(720, Large!.Height);
        Update(400_000);
        Assert.Equal(360, Large.Height);
        Assert.InRange(Large.Bitrate, 250_000, 400_000);
        Assert.Equal([new UiQualityChange(QualityStep.VideoDown, QualityReason.Bandwidth, 720, 360)], Changes());
    }

    [Fact]
    public void After_a_step_of_the_link_it_is_back_up_within_ten_seconds_and_says_so()
    {
        Demand(VideoCodec.H264, 720, 0);
        Run(30, 5_000_000);
        Run(20, 450_000);
        _steps.Clear();
        Run(10, 5_000_000);
        Assert.Equal(720, Large!.Height);
        Assert.Contains(new UiQualityChange(QualityStep.VideoUp, QualityReason.Recovered, 360, 720), Changes());
    }

    [Fact]
    public void On_a_steady_link_there_is_at_most_one_change_each_way_in_five_seconds()
    {
        Demand(VideoCodec.H264, 1080, 0);
        var random = new SeededRandom(8);
        Run(5, 1_500_000);
        _steps.Clear();
        for (var i = 0; i < 1_200; i++) Update(1_200_000 + random.NextInt32(800_000));
        for (var i = 2; i < _steps.Count; i++)
        {
            if (Math.Sign(_steps[i].Height - _steps[i - 1].Height) == Math.Sign(_steps[i - 2].Height - _steps[i - 1].Height)) continue;
            Assert.True(_steps[i].At - _steps[i - 2].At >= 5_000, string.Join(", ", _steps));
        }
        Assert.InRange(_steps.Count, 0, 24);
    }

    [Fact]
    public void Within_a_step_the_bitrate_follows_the_room()
    {
        Demand(VideoCodec.H264, 360, 0);
        Run(10, 600_000);
        var before = Large!.Bitrate;
        Run(3, 400_000);
        Assert.Equal(360, Large.Height);
        Assert.InRange(Large.Bitrate, 280_000, before - 50_000);
    }

    [Fact]
    public void Jpeg_has_its_quality_as_the_second_knob_and_learns_what_its_scene_costs()
    {
        Demand(VideoCodec.Jpeg, 360, 0);
        Run(10, 5_000_000);
        Assert.Equal((360, 60), (Large!.Height, Large.Quality));
        Run(3, 2_400_000);
        Assert.Equal(360, Large.Height);
        Assert.InRange(Large.Quality, 35, 55);
        // Twice the bytes of an ordinary picture of this quality.
        for (var i = 0; i < 60; i++)
        {
            var ordinary = 640 * 360 * (0.2 + (0.0085 * (Large?.Quality ?? 60))) / 8;
            if (Large is not null) _sender.OnJpegMade(0, Large.Width, Large.Height, (int)(2 * ordinary * Large.Width * Large.Height / (640 * 360)));
            Update(2_400_000);
        }
        Assert.Equal(240, Large!.Height);
    }

    [Theory]
    [InlineData(0.15, 20, QualityReason.Loss)]
    [InlineData(0, 350, QualityReason.RoundTrip)]
    public void High_loss_or_a_long_round_trip_lowers_a_step_each_five_seconds_and_a_good_network_raises_again(double loss, int roundTrip, QualityReason reason)
    {
        Demand(VideoCodec.H264, 720, 0);
        Run(10, 20_000_000);
        Run(6, 20_000_000, loss, roundTrip);
        Assert.Equal(480, Large!.Height);
        Assert.Equal([new UiQualityChange(QualityStep.VideoDown, reason, 720, 480)], Changes());
        Run(60, 20_000_000, loss, roundTrip);
        Assert.Equal(144, Large.Height);
        Changes();
        Run(60, 20_000_000, 0.05, 200); // between the thresholds nothing changes
        Assert.Equal(144, Large.Height);
        Run(45, 20_000_000, 0.01, 100);
        Assert.Equal(720, Large.Height);
    }

    [Fact]
    public void Without_room_for_the_smallest_picture_it_stops_says_so_and_resumes()
    {
        Demand(VideoCodec.H264, 360, 0);
        Run(10, 2_000_000);
        Run(5, 20_000);
        Assert.Empty(_sender.Plan.Encodings);
        Assert.Contains(Changes(), c => c is { Step: QualityStep.VideoStopped, Reason: QualityReason.Bandwidth, ToHeight: 0 });
        Run(10, 2_000_000);
        Assert.Equal(360, Large!.Height);
        Assert.Contains(Changes(), c => c is { Step: QualityStep.VideoResumed, Reason: QualityReason.Recovered });
    }

    [Fact]
    public void An_encoder_that_cannot_follow_gets_smaller_pictures()
    {
        Demand(VideoCodec.H264, 1080, 0);
        Run(10, 20_000_000);
        for (var i = 0; i < 5; i++)
        {
            _sender.OnEncoderMeasured(_now, captured: 30, sent: 12, queue: 1);
            Run(1, 20_000_000);
        }
        Assert.Equal(720, Large!.Height);
        Assert.Equal([new UiQualityChange(QualityStep.VideoDown, QualityReason.Cpu, 1080, 720)], Changes());

        // A camera in the dark gives ten pictures a second: nothing is too slow.
        for (var i = 0; i < 10; i++)
        {
            _sender.OnEncoderMeasured(_now, captured: 10, sent: 10, queue: 0);
            Run(1, 20_000_000);
        }
        Assert.Equal(720, Large.Height);
    }

    [Fact]
    public void The_saver_sends_the_small_encoding_only_and_audio_only_nothing()
    {
        Demand(VideoCodec.H264, 720, 0);
        _sender.SetReception(ReceptionMode.Saver);
        Run(10, 20_000_000);
        Assert.Equal((1, 144), (Assert.Single(_sender.Plan.Encodings).Encoding, _sender.Plan.Encodings[0].Height));
        _sender.SetReception(ReceptionMode.AudioOnly);
        Run(1, 20_000_000);
        Assert.Empty(_sender.Plan.Encodings);
    }

    [Fact]
    public void What_is_planned_fits_into_the_room()
    {
        var random = new SeededRandom(12);
        foreach (var codec in new[] { VideoCodec.H264, VideoCodec.Jpeg })
        {
            Demand(codec, 1080, 144);
            Run(5, 1_000_000);
            for (var i = 0; i < 2_000; i++)
            {
                var room = 100_000 + random.NextInt32(20_000_000);
                Update(room);
                Assert.InRange(_sender.Plan.Encodings.Sum(e => (long)e.Bitrate), 0, room);
            }
        }
    }

    [Fact]
    public void The_bitrate_is_no_more_than_its_receivers_bear()
    {
        _sender.OnDemand(new VideoDemand(VideoCodec.H264, 480, 0, 700_000));
        Run(10, 20_000_000);
        Assert.Equal(480, Large!.Height);
        Assert.InRange(Large.Bitrate, 690_000, 700_000);
        Assert.Empty(Changes()); // it is not our network
        _sender.OnDemand(new VideoDemand(VideoCodec.H264, 480, 0, 600_000));
        Update(20_000_000);
        Assert.InRange(Large.Bitrate, 590_000, 600_000);
        _sender.OnDemand(new VideoDemand(VideoCodec.H264, 480, 0));
        Run(2, 20_000_000);
        Assert.Equal(1_100_000, Large.Bitrate);
    }

    [Fact]
    public void What_is_taken_for_granted_at_the_start_ends_when_the_way_is_known_to_bear_less()
    {
        Demand(VideoCodec.H264, 360, 0);
        Update(200_000);
        Assert.Equal(360, Large!.Height);
        _sender.Update(_now, new VideoConditions(200_000, 0, TimeSpan.FromMilliseconds(20)) { IsMeasured = true });
        Assert.Equal(240, Large.Height);
    }

    [Fact]
    public void A_new_size_begins_with_a_key_frame_that_is_soon_there()
    {
        Demand(VideoCodec.H264, 720, 0);
        Run(3, 10_000_000);
        Update(1_500_000);
        Assert.Equal(720, Large!.Height);
        Update(680_000);
        Assert.Equal(480, Large.Height);
        var first = Large.Bitrate;
        Run(2, 680_000);
        Assert.Equal(500_000, first); // its least
        Assert.True(Large.Bitrate > first + 10_000, $"{Large.Bitrate}");
    }

    private void Demand(VideoCodec codec, int large, int small) => _sender.OnDemand(new VideoDemand(codec, large, small));

    private void Run(int seconds, long room, double loss = 0, int roundTrip = 20)
    {
        for (var i = 0; i < seconds * 10; i++) Update(room, loss, roundTrip);
    }

    private void Update(long room, double loss = 0, int roundTrip = 20)
    {
        var before = Large?.Height ?? 0;
        _sender.Update(_now, new VideoConditions(room, loss, TimeSpan.FromMilliseconds(roundTrip)));
        if ((Large?.Height ?? 0) != before) _steps.Add((_now.Milliseconds, Large?.Height ?? 0));
        _now += VideoSender.Interval;
    }

    private List<UiQualityChange> Changes()
    {
        var changes = new List<UiQualityChange>();
        while (_sender.TryTakeChange(out var change)) changes.Add(change);
        return changes;
    }
}
