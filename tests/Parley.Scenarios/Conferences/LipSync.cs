using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>Lips and voice: whoever shows a picture when its sound is played shows it within what ITU-R BT.1359 allows, 45 ms early and 125 ms late; we aim at 40.</summary>
public sealed class LipSync
{
    [Theory]
    [InlineData(71, "loss=0%")]
    [InlineData(72, "delay=30ms")]
    [InlineData(73, "loss=2%,delay=40ms,jitter=30ms")]
    public void Pictures_find_their_sound_within_forty_milliseconds(int seed, string impairment)
    {
        Scenario.Plan(seed, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", clicks: true, camera: true)
                .Network("ben", impairment)
                .Network("anna", impairment)
                .For(6.Seconds())
                .Measure()
                .For(60.Seconds());
            var anna = plan.Person("anna");
            var skews = anna.Skews.Select(s => s.TotalMilliseconds).Order().ToList();
            plan.Expect("pictures that found their sound", skews.Count, 400, 1_000)
                .Expect("pictures that did not", anna.Unmatched, 0, 0)
                .Expect("pictures before their sound, one in a hundred, in ms", skews[skews.Count / 100], -40, 40)
                .Expect("pictures after their sound, one in a hundred, in ms", skews[^(skews.Count / 100)], -40, 40);
            var shown = anna.ShownSkews.Select(s => s.TotalMilliseconds).Order().ToList();
            plan.Expect("the picture shown first before its sound, in ms", shown[0], -45, 125)
                .Expect("the picture shown last after its sound, in ms", shown[^1], -45, 125)
                .Expect("pictures shown before their sound, one in ten, in ms", shown[shown.Count / 10], -40, 40)
                .Expect("pictures shown after their sound, one in ten, in ms", shown[^(shown.Count / 10)], -40, 55);
        });
    }

    [Theory]
    [InlineData(75, "loss=0%", 2, 30)]
    [InlineData(76, "delay=40ms,jitter=30ms", 30, 120)]
    public void How_long_a_voice_waits_in_the_server_is_told_also_without_a_camera(int seed, string impairment, double least, double most)
    {
        Scenario.Plan(seed, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", tone: 443)
                .Network("ben", impairment)
                .For(10.Seconds())
                .Expect("ben's wait in the server in ms", () => Wait(plan), least, most)
                .Do("ben mutes", _ => plan.Person("ben").Client.SetDevices(Protocol.Ui.DeviceState.Off, Protocol.Ui.DeviceState.Off))
                .For(1.Seconds())
                .Expect("nobody is heard", () => Wait(plan), -1, -1);
        });

        static double Wait(ScenarioPlan plan) => plan.Person("anna").Client.MixDelay(plan.Simulator.Host("anna").Now)?.TotalMilliseconds ?? -1;
    }

    [Fact]
    public void Without_a_voice_pictures_are_shown_evenly_where_the_network_jitters()
    {
        Scenario.Plan(seed: 75, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", camera: true)
                .Network("anna", "delay=40ms,jitter=30ms")
                .For(8.Seconds())
                .Measure()
                .For(30.Seconds());
            var showings = plan.Person("anna").Showings;
            var came = Gaps(showings.ConvertAll(s => s.Came));
            var shown = Gaps(showings.ConvertAll(s => s.Shown));
            plan.Expect("pictures", showings.Count, 400, 460)
                .Expect("gaps between arrivals, one in twenty longer than, in ms", came[^(came.Count / 20)], 72, 200)
                .Expect("gaps between pictures, one in twenty shorter than, in ms", shown[shown.Count / 20], 58, 70)
                .Expect("gaps between pictures, one in twenty longer than, in ms", shown[^(shown.Count / 20)], 64, 74)
                .Expect("the longest wait in ms", showings.Max(s => (s.Shown - s.Came).TotalMilliseconds), 10, 80);
        });

        static List<double> Gaps(List<Protocol.Time.Instant> times) => [.. times.Zip(times.Skip(1), (a, b) => (b - a).TotalMilliseconds).Order()];
    }

    [Fact]
    public void Without_a_voice_no_picture_waits()
    {
        Scenario.Plan(seed: 74, plan =>
        {
            plan.Server()
                .Join("anna")
                .Join("ben", clicks: true, camera: true)
                .For(6.Seconds())
                .Do("ben mutes", _ => plan.Person("ben").Client.SetDevices(Protocol.Ui.DeviceState.Off, Protocol.Ui.DeviceState.On))
                .For(3.Seconds());
            var before = plan.Person("anna").Skews.Count;
            plan.Person("anna").Showings.Clear();
            plan.For(5.Seconds())
                .Expect("pictures that waited for a sound", plan.Person("anna").Skews.Count - before, 0, 0)
                .Expect("the longest wait in ms", plan.Person("anna").Showings.Max(s => (s.Shown - s.Came).TotalMilliseconds), 0, 0);
        });
    }
}
