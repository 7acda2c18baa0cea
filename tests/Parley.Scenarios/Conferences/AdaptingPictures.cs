using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Simulation;
using Parley.Simulation.Scenarios;
using Parley.Transport.Impairment;

namespace Parley.Scenarios.Conferences;

/// <summary>Pictures on networks that lose and that are narrow, with bots: JPEG, and sizes of a codec that uses earlier pictures.</summary>
public sealed class AdaptingPictures
{
    private const string LossyAndFar = "loss=5%,delay=10ms,direction=both";

    [Theory]
    [InlineData(BotVideoKind.TestCard)]
    [InlineData(BotVideoKind.Model)]
    public void At_five_percent_loss_and_20_ms_round_trip_97_percent_are_shown_in_time_and_nothing_freezes(BotVideoKind kind)
    {
        Run(71, 2, kind, tile: 360, (simulator, bots) =>
        {
            simulator.RunFor(3.Seconds());
            Impair(simulator, "bot 1", LossyAndFar);
            simulator.RunFor(30.Seconds());
            foreach (var bot in bots)
            {
                var video = Assert.Single(bot.ToReport().Participants).Video!;
                Assert.True(video.FramesLost <= 0.03 * video.Sent, $"{video}");
                Assert.True(video.Sent >= 250, $"{video}");
                Assert.True(video.LongestGapMs <= 300, $"{video}");
            }
        });
    }

    [Theory]
    [InlineData(BotVideoKind.TestCard)]
    [InlineData(BotVideoKind.Model)]
    public void One_receiver_at_300_kbit_and_four_at_full_rate_the_four_lose_nothing(BotVideoKind kind)
    {
        Run(72, 6, kind, tile: 360, (simulator, bots) =>
        {
            Impair(simulator, "bot 5", "rate=300kbit,queue=100ms,direction=down");
            // Five key frames at once before anything is known of a network are not part of the promise.
            simulator.RunFor(1.Seconds());
            foreach (var bot in bots) bot.Measure();
            simulator.RunFor(20.Seconds());
            foreach (var bot in bots.Take(5))
            {
                foreach (var other in bot.ToReport().Participants.Where(p => p.Name != "bot 5"))
                {
                    Assert.True(other.Video!.FramesLost == 0, $"{other}");
                    Assert.True(other.Video.Frames >= 15 * 17, $"{other}");
                    Assert.Equal(360, other.Video.Height);
                }
            }
        });
    }

    [Fact]
    public void From_360_rows_it_is_at_1080_within_two_seconds_when_the_link_bears_it()
    {
        Run(73, 2, BotVideoKind.Model, tile: 1080, (simulator, bots) =>
        {
            var start = simulator.Now;
            Assert.True(simulator.RunUntil(() => bots[0].Client.Encodings.Find(0)?.Height == 1080, 4.Seconds()));
            Assert.InRange((simulator.Now - start).TotalSeconds, 0, 2);
            simulator.RunFor(10.Seconds());
            Assert.Equal(1080, bots[0].Client.Encodings.Find(0)?.Height);
        });
    }

    [Fact]
    public void After_a_step_from_5_Mbit_to_500_kbit_it_settles_in_three_seconds_and_is_back_up_in_ten()
    {
        Run(74, 2, BotVideoKind.Model, tile: 720, (simulator, bots) =>
        {
            Impair(simulator, "bot 1", "rate=5mbit,delay=10ms,queue=300ms,direction=up");
            simulator.RunFor(15.Seconds());
            var before = bots[1].Client.Encodings.Find(0)!.Height;
            Assert.True(before >= 480, $"{before}");
            Impair(simulator, "bot 1", "rate=500kbit,delay=10ms,queue=300ms,direction=up");
            simulator.RunFor(3.Seconds());
            for (var i = 0; i < 100; i++)
            {
                simulator.RunFor(TimeSpan.FromMilliseconds(100));
                Assert.True(bots[1].Client.Network!.Value.RoundTrip < TimeSpan.FromMilliseconds(160), $"{simulator.Now}: {bots[1].Client.Network!.Value.RoundTrip}");
            }
            Impair(simulator, "bot 1", "rate=5mbit,delay=10ms,queue=300ms,direction=up");
            Assert.True(simulator.RunUntil(() => bots[1].Client.Encodings.Find(0)?.Height >= before, 10.Seconds()));
        });
    }

    private static void Impair(Simulator simulator, string bot, string impairment)
    {
        Assert.True(ImpairmentOptions.TryParse(impairment, out var options, out var error), error);
        simulator.Connect(simulator.Host(bot), simulator.Host("server"), options);
    }

    private static void Run(int seed, int count, BotVideoKind kind, int tile, Action<Simulator, List<Bot>> play)
    {
        Scenario.Run(seed, simulator =>
        {
            var key = new byte[32];
            var server = new Conference.ConferenceServer(Conference.ConferenceOptions.Default, key, simulator.RandomFor("server"));
            simulator.AddHost("server", server, TransportAddress.FromIPv4(0x0A000064, 5001), new SimulatedHostOptions { KeyHash = key });
            string? code = null;
            var bots = new List<Bot>();
            for (var i = 0; i < count; i++)
            {
                var plan = new BotPlan
                {
                    Join = new JoinPlan("server", 5000, key, $"bot {i}", i == 0 ? null : code),
                    Video = kind,
                    ModelCodec = VideoCodec.H264,
                    FramesPerSecond = 30,
                    TileHeight = tile,
                    ApproveAll = i == 0,
                };
                var bot = new Bot(plan, new BotCamera(plan), "test", key, simulator.RandomFor($"bot {i}"), made => code ??= made);
                var host = simulator.AddHost($"bot {i}", bot, TransportAddress.FromIPv4(0x0A000001u + (uint)i, 5001));
                bot.Begin(host.Now);
                Assert.True(simulator.RunUntil(() => bot.Client.Phase == ClientPhase.Seated, 2.Seconds()));
                bots.Add(bot);
            }
            play(simulator, bots);
        });
    }
}
