using Parley.Protocol;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>One person's network loses, delays, shuffles or repeats. What is to be expected follows from the numbers of the impairment, and from repair.</summary>
public sealed class BadNetwork
{
    [Fact]
    public void Five_percent_loss_costs_hardly_a_picture_and_no_voice()
    {
        Play(11, "loss=5%", 60.Seconds(), plan =>
        {
            // Without repair half of the pictures would be whole.
            plan.Expect("share of ben's pictures at anna", plan.Person("anna").PicturesOf("ben").ShownShare, 0.99, 1)
                .Expect("share of anna's pictures at ben", plan.Person("ben").PicturesOf("anna").ShownShare, 0.99, 1)
                .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0, 0.01)
                .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 60)
                .Expect("longest silence at anna in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 60);
        });
    }

    [Fact]
    public void One_voice_alone_over_a_lossy_way_up_has_no_gap_either()
    {
        Scenario.Plan(seed: 16, plan => plan
            .Server()
            .Join("anna")
            .Join("ben", tone: 997)
            .Network("ben", "loss=5%,direction=up")
            .For(2.Seconds())
            .Measure()
            .For(60.Seconds())
            .Expect("longest silence at anna in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 60)
            .Expect("made-up sound at anna's own buffer", plan.Person("anna").ConcealedShare, 0, 0)
            .Expect("ben's tone at anna", plan.Person("anna").ToneDb(997), -27, -21));
    }

    [Fact]
    public void One_persons_lossy_way_up_is_told_to_that_person_and_is_nobody_elses_loss()
    {
        Play(17, "loss=10%,direction=up", 30.Seconds(), plan => plan
            .Expect("share of ben's pictures at anna", plan.Person("anna").PicturesOf("ben").ShownShare, 0.97, 1)
            .Expect("loss that ben is told", plan.Person("ben").Client.Network!.Value.LossSent, 0.08, 0.12)
            .Expect("loss that ben measures", plan.Person("ben").Client.Network!.Value.LossReceived, 0, 0)
            .Expect("loss that anna measures", plan.Person("anna").Client.Network!.Value.LossReceived, 0, 0.001)
            .Expect("loss that anna is told", plan.Person("anna").Client.Network!.Value.LossSent, 0, 0));
    }

    [Fact]
    public void Bursts_of_five_cost_few_pictures()
    {
        Play(12, "loss=5%,burst=5", 60.Seconds(), plan =>
        {
            // Requests and repetitions are lost in bursts too.
            plan.Expect("share of ben's pictures at anna", plan.Person("anna").PicturesOf("ben").ShownShare, 0.95, 1)
                .Expect("share of anna's pictures at ben", plan.Person("ben").PicturesOf("anna").ShownShare, 0.95, 1)
                .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0.02, 0.09)
                .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 250);
        });
    }

    [Fact]
    public void Jitter_of_thirty_milliseconds_costs_delay_and_nothing_else()
    {
        Play(13, "delay=40ms,jitter=30ms", 30.Seconds(), plan => plan
            .Expect("lost pictures of ben at anna", plan.Person("anna").PicturesOf("ben").Lost, 0, 0)
            .Expect("lost pictures of anna at ben", plan.Person("ben").PicturesOf("anna").Lost, 0, 0)
            .Expect("pictures of anna left out for ben", plan.Person("ben").PicturesOf("anna").LeftOut, 0, 60)
            .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0, 0.01)
            .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 60)
            .Expect("longest silence at anna in ms", plan.Person("anna").LongestSilence.TotalMilliseconds, 0, 60));
    }

    [Fact]
    public void Two_percent_reordering_costs_nothing()
    {
        Play(14, "reorder=2%", 30.Seconds(), plan => plan
            .Expect("lost pictures of ben at anna", plan.Person("anna").PicturesOf("ben").Lost, 0, 0)
            .Expect("lost pictures of anna at ben", plan.Person("ben").PicturesOf("anna").Lost, 0, 0)
            .Expect("pictures out of order at anna", plan.Person("anna").PicturesOf("ben").Disordered, 0, 0)
            .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0, 0.01)
            .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 40));
    }

    [Fact]
    public void Ten_percent_duplication_is_dropped_and_counted()
    {
        Play(15, "duplicate=10%", 30.Seconds(), plan => plan
            .Expect("lost pictures of ben at anna", plan.Person("anna").PicturesOf("ben").Lost, 0, 0)
            .Expect("lost pictures of anna at ben", plan.Person("ben").PicturesOf("anna").Lost, 0, 0)
            .Expect("pictures out of order at ben", plan.Person("ben").PicturesOf("anna").Disordered, 0, 0)
            .Expect("made-up sound at ben", plan.Person("ben").ConcealedShare, 0, 0)
            // 310 packets a second from ben for some 31 s.
            .Expect("replays that the server dropped", plan.TheServer().TakeSnapshot().Drops.GetValueOrDefault(DropReason.Replayed), 700, 1_300));
    }

    [Fact]
    public void All_at_once_is_survived_under_many_seeds()
    {
        foreach (var seed in Enumerable.Range(20, 5))
        {
            Play(seed, "loss=2%,burst=2,delay=30ms,jitter=15ms,reorder=1%,duplicate=1%", 10.Seconds(), plan => plan
                .Expect("share of ben's pictures at anna", plan.Person("anna").PicturesOf("ben").ShownShare, 0.6, 1)
                .Expect("longest silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 120));
        }
    }

    /// <summary>Three people; ben's network is impaired. Anna and cleo must not notice each other's being any different.</summary>
    private static void Play(int seed, string impairment, TimeSpan time, Action<ScenarioPlan> expect)
    {
        Scenario.Plan(seed, plan =>
        {
            plan.Server()
                .Join("anna", tone: 443, camera: true)
                .Join("ben", tone: 997, camera: true)
                .Join("cleo", tone: 1571, camera: true)
                .Network("ben", impairment)
                .For(3.Seconds())
                .Measure()
                .For(time)
                .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", 997), ("cleo", 1571))
                .Expect("lost pictures of cleo at anna", plan.Person("anna").PicturesOf("cleo").Lost, 0, 0)
                .Expect("lost pictures of anna at cleo", plan.Person("cleo").PicturesOf("anna").Lost, 0, 0)
                .Expect("made-up sound at cleo", plan.Person("cleo").ConcealedShare, 0, 0);
            expect(plan);
        });
    }
}
