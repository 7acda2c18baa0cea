using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Protocol.Addressing;
using Parley.Simulation;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>The main job on a network that does nothing wrong.</summary>
public sealed class CleanNetwork
{
    [Fact]
    public void Three_people_see_and_hear_each_other_and_not_themselves()
    {
        Scenario.Plan(seed: 1, plan =>
        {
            plan.Server()
                .Join("anna", tone: 443, camera: true)
                .Join("ben", tone: 997, camera: true)
                .Join("cleo", tone: 1571, camera: true)
                .For(1.Seconds())
                .Measure()
                .For(10.Seconds())
                .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", 997), ("cleo", 1571));
            foreach (var viewer in new[] { "anna", "ben", "cleo" })
            {
                foreach (var shown in new[] { "anna", "ben", "cleo" }.Where(name => name != viewer))
                {
                    var pictures = plan.Person(viewer).PicturesOf(shown);
                    plan.Expect($"pictures of {shown} at {viewer}", pictures.Shown, 149, 151)
                        .Expect($"lost pictures of {shown} at {viewer}", pictures.Lost, 0, 0)
                        .Expect($"pictures out of order of {shown} at {viewer}", pictures.Disordered, 0, 0)
                        .Expect($"freeze of {shown} at {viewer} in ms", pictures.LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 70);
                }
                plan.Expect($"silence at {viewer} in ms", plan.Person(viewer).LongestSilence.TotalMilliseconds, 0, 20)
                    .Expect($"made-up sound at {viewer}", plan.Person(viewer).ConcealedShare, 0, 0);
            }
        });
    }

    [Fact]
    public void Three_bots_report_the_same()
    {
        Scenario.Run(seed: 2, simulator =>
        {
            var key = new byte[32];
            var server = new Conference.ConferenceServer(Conference.ConferenceOptions.Default, key, simulator.RandomFor("server"));
            simulator.AddHost("server", server, TransportAddress.FromIPv4(0x0A000064, 5001), new SimulatedHostOptions { KeyHash = key });
            string? code = null;
            double[] tones = [443, 997, 1571];
            var bots = new List<Bot>();
            for (var i = 0; i < 3; i++)
            {
                var plan = new BotPlan
                {
                    Join = new JoinPlan("server", 5000, key, $"bot {i}", i == 0 ? null : code),
                    Audio = BotAudioKind.Tone,
                    ToneHz = tones[i],
                    ListenFor = tones,
                    Video = BotVideoKind.TestCard,
                    Width = 160,
                    Height = 90,
                    ApproveAll = i == 0,
                    Chat = $"hello from {i}",
                };
                var bot = new Bot(plan, new BotCamera(plan), "test", key, simulator.RandomFor($"bot {i}"), made => code ??= made);
                var host = simulator.AddHost($"bot {i}", bot, TransportAddress.FromIPv4(0x0A000001u + (uint)i, 5001));
                bot.Begin(host.Now);
                Assert.True(simulator.RunUntil(() => bot.Client.Phase == ClientPhase.Seated, 2.Seconds()));
                bots.Add(bot);
            }
            simulator.RunFor(10.Seconds());

            for (var i = 0; i < 3; i++)
            {
                var report = bots[i].ToReport();
                Assert.Empty(report.Errors);
                Assert.Equal(2, report.Participants.Count);
                Assert.All(report.Participants, p => Assert.InRange(p.Video!.Frames, 135, 156));
                Assert.All(report.Participants, p => Assert.Equal(0, p.Video!.FramesLost));
                Assert.All(report.Audio.Tones.Where(t => t.Hz != tones[i]), t => Assert.InRange(t.Db!.Value, -27, -21));
                Assert.InRange(report.Audio.Tones.Single(t => t.Hz == tones[i]).Db!.Value, -200, -60);
                Assert.True(report.Joined);
                Assert.InRange(report.JoinMs!.Value, 0, 100);
                Assert.InRange(report.RttMs!.P50, 0, 12);
            }
        });
    }

    [Fact]
    public void A_speakers_level_does_not_depend_on_how_many_are_there()
    {
        var two = LevelOfAnna(2);
        var eight = LevelOfAnna(8);
        Assert.InRange(two, -25, -23);
        Assert.InRange(eight - two, -0.5, 0.5);

        static double LevelOfAnna(int people)
        {
            var level = double.NaN;
            Scenario.Plan(seed: 3, plan =>
            {
                plan.Server().Join("anna", tone: 443);
                for (var i = 1; i < people; i++) plan.Join($"p{i}", tone: ConferencePlan.Tones[i]);
                plan.For(1.Seconds()).Measure().For(4.Seconds());
                level = plan.Person("p1").ToneDb(443);
            });
            return level;
        }
    }

    [Fact]
    public void Whoever_has_nothing_to_say_or_show_sends_reports_only_and_a_silent_meeting_receives_them_only()
    {
        Scenario.Plan(seed: 4, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", quiet: true)
                .Join("cleo")
                .For(2.Seconds());
            var hosts = new[] { "anna", "ben", "cleo" }.Select(plan.Simulator.Host).ToList();
            var sent = hosts.ConvertAll(h => h.DatagramsSent);
            var received = hosts.ConvertAll(h => h.DatagramsReceived);
            plan.For(20.Seconds());
            for (var i = 0; i < hosts.Count; i++)
            {
                plan.Expect($"datagrams that {hosts[i].Name} sent in 20 s", hosts[i].DatagramsSent - sent[i], 19, 21)
                    .Expect($"datagrams that {hosts[i].Name} got in 20 s", hosts[i].DatagramsReceived - received[i], 19, 21);
            }
        });
    }

    [Fact]
    public void Whoever_is_muted_sends_nothing_and_is_heard_at_once_when_not()
    {
        Scenario.Plan(seed: 5, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", tone: 997)
                .For(2.Seconds())
                .Do("ben mutes", _ => plan.Person("ben").Client.SetDevices(Protocol.Ui.DeviceState.Off, Protocol.Ui.DeviceState.Off))
                .For(1.Seconds());
            var ben = plan.Simulator.Host("ben");
            var anna = plan.Simulator.Host("anna");
            var (sent, received) = (ben.DatagramsSent, anna.DatagramsReceived);
            plan.For(10.Seconds())
                .Expect("datagrams that ben sent in 10 s", ben.DatagramsSent - sent, 9, 11)
                .Expect("datagrams that anna got in 10 s", anna.DatagramsReceived - received, 9, 11)
                .Measure()
                .Do("ben speaks", _ => plan.Person("ben").Client.SetDevices(Protocol.Ui.DeviceState.On, Protocol.Ui.DeviceState.Off))
                .For(3.Seconds())
                .Expect("silence at anna in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 100)
                .Expect("ben's tone at anna", plan.Person("anna").ToneDb(997), -27, -21);
        });
    }
}
