using Parley.Codecs;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;
using Parley.Scenarios.Conferences;
using Parley.Simulation.Scenarios;
using Parley.Tests;

namespace Parley.Scenarios.Networks;

/// <summary>What is promised on bad networks, for pictures that stand alone and for a codec that refers to earlier ones; the whole table is <c>./dev bench network</c>.</summary>
public sealed class BadNetworkBars
{
    public static TheoryData<VideoCodec, bool> Ways => new() { { VideoCodec.Jpeg, false }, { VideoCodec.Jpeg, true }, { VideoCodec.H264, false }, { VideoCodec.H264, true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public void At_five_percent_loss_97_percent_are_shown_in_time_nothing_freezes_and_hardly_any_sound_is_made_up(VideoCodec codec, bool isUp)
    {
        var seen = MeasuredMeeting.Play(1, new NetworkCase(codec, isUp, "loss=5%,delay=20ms"), Codecs);
        Assert.True(seen.Sent >= 290, $"{seen}");
        Assert.True(seen.InTime >= 0.97, $"{seen}");
        Assert.True(seen.LongestGap <= 300, $"{seen}");
        Assert.True(seen.Concealed < 0.01, $"{seen}");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void At_twenty_percent_loss_less_than_five_percent_of_the_sound_is_made_up(VideoCodec codec, bool isUp)
    {
        var seen = MeasuredMeeting.Play(2, new NetworkCase(codec, isUp, "loss=20%,delay=20ms"), Codecs);
        Assert.True(seen.Concealed < 0.05, $"{seen}");
        Assert.True(seen.AudioGap < 100, $"{seen}");
    }

    [OpusTheory]
    [MemberData(nameof(Ways))]
    public void After_a_step_from_5_Mbit_to_500_kbit_it_has_settled_in_three_seconds_and_no_voice_is_gone_for_a_fifth_of_a_second(VideoCodec codec, bool isUp)
    {
        var seen = MeasuredMeeting.Play(3, Step(codec, isUp, "rate=5mbit", "rate=500kbit", queue: 100), Codecs);
        Assert.True(seen.SettledAfter <= 3, $"{seen}");
        Assert.True(seen.AudioGap < 200, $"{seen}");
        Assert.True(seen.Fps >= 4, $"{seen}");
    }

    [OpusTheory]
    [InlineData(VideoCodec.H264, false)]
    [InlineData(VideoCodec.H264, true)]
    public void In_front_of_a_long_queue_too_the_delay_is_below_150_ms_three_seconds_after_the_step(VideoCodec codec, bool isUp)
    {
        var seen = MeasuredMeeting.Play(4, Step(codec, isUp, "rate=5mbit", "rate=500kbit", queue: 400), Codecs);
        Assert.True(seen.SettledAfter <= 3, $"{seen}");
        Assert.True(seen.QueueAfterSettling < 150, $"{seen}");
    }

    [OpusTheory]
    [MemberData(nameof(Ways))]
    public void When_the_link_is_wide_again_so_is_what_passes_within_ten_seconds(VideoCodec codec, bool isUp)
    {
        var seen = MeasuredMeeting.Play(5, Step(codec, isUp, "rate=500kbit", "rate=5mbit", queue: 100), Codecs);
        Assert.True(seen.UsedAfter <= 10, $"{seen}");
        Assert.True(seen.Used >= 2_500_000, $"{seen}");
        Assert.True(codec == VideoCodec.Jpeg || seen.Height == 720, $"{seen}");
    }

    [OpusTheory]
    [InlineData(1_500, false)]
    [InlineData(1_500, true)]
    public void A_codec_that_can_have_any_bitrate_uses_most_of_a_narrow_link_and_does_not_change_its_size(int kilobits, bool isUp)
    {
        var seen = MeasuredMeeting.Play(6, new NetworkCase(VideoCodec.H264, isUp, $"rate={kilobits}kbit,queue=100ms,delay=20ms") { TileHeight = 720 }, Codecs);
        Assert.InRange(seen.Used, 0.75 * kilobits * 1000, kilobits * 1000);
        Assert.True(seen.InTime >= 0.97, $"{seen}");
        Assert.Equal(0, seen.Changes);
    }

    [Fact]
    public void Without_opus_sound_gets_narrow_first_and_then_the_picture_stops_and_both_say_why()
    {
        Scenario.Plan(seed: 61, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", tone: 997, camera: true)
                .For(6.Seconds())
                .Network("ben", "rate=900kbit,queue=100ms,delay=10ms,direction=up")
                .For(6.Seconds())
                .Expect("ben is told about sound", () => Steps(plan).Contains((QualityStep.AudioNarrowed, QualityReason.Bandwidth)))
                .Expect("the picture is not stopped", () => !Steps(plan).Contains((QualityStep.VideoStopped, QualityReason.Bandwidth)))
                .Network("ben", "rate=350kbit,queue=100ms,delay=10ms,direction=up")
                .For(6.Seconds())
                .Expect("then the picture is stopped", () => Steps(plan).Contains((QualityStep.VideoStopped, QualityReason.Bandwidth)))
                .Measure()
                .For(10.Seconds())
                .Expect("ben's tone at anna", plan.Person("anna").ToneDb(997), -27, -21)
                .Expect("longest silence at anna in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 60);
        });

        static List<(QualityStep, QualityReason)> Steps(ScenarioPlan plan) => plan.Person("ben").Changes.ConvertAll(c => (c.Step, c.Reason));
    }

    private static IAudioCodecs Codecs => LibOpus.TryLoad(out var opus) ? opus : NoAudioCodecs.Instance;

    private static NetworkCase Step(VideoCodec codec, bool isUp, string first, string then, int queue) =>
        new(codec, isUp, $"{first},delay=20ms,queue={queue}ms")
        {
            Then = $"{then},delay=20ms,queue={queue}ms",
            TileHeight = 720,
            Settling = TimeSpan.FromSeconds(8),
            Time = TimeSpan.FromSeconds(14),
        };
}
