using Parley.Conference;
using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Ui;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>Addresses change, cables come out, processes freeze and die.</summary>
public sealed class Outages
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_address_change_in_mid_call_is_no_gap_over_a_second(bool breaksChannels)
    {
        Scenario.Plan(seed: 31, plan => ThreePeople(plan)
            .Roam("ben", TransportAddress.FromIPv4(0xC0A80007, 7_000), breaksChannels)
            .For(10.Seconds())
            .Expect("freeze of ben at anna in ms", plan.Person("anna").PicturesOf("ben").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 1_000)
            .Expect("freeze of anna at ben in ms", plan.Person("ben").PicturesOf("anna").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 1_000)
            .Expect("silence at ben in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 1_000)
            .Expect("ben is seated", () => plan.Person("ben").Client.Phase == ClientPhase.Seated)
            .Expect("anna saw nobody go", () => !SawAnyoneGo(plan.Person("anna")))
            .Expect("the server saw the move", () => breaksChannels || plan.Events().Exists(e => e.Kind == ConferenceEventKind.AddressChanged)));
    }

    [Fact]
    public void Five_seconds_without_a_network_are_a_pause_and_nothing_more()
    {
        Scenario.Plan(seed: 32, plan => ThreePeople(plan)
            .CutOff("ben")
            .For(5.Seconds())
            .Mend("ben")
            .Measure()
            .For(10.Seconds())
            .Expect("freeze of ben at anna after the mending in ms", plan.Person("anna").PicturesOf("ben").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 1_000)
            .Expect("freeze of anna at ben after the mending in ms", plan.Person("ben").PicturesOf("anna").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 1_000)
            .Expect("silence at ben after the mending in ms", plan.Person("ben").LongestSilence.TotalMilliseconds, 0, 1_000)
            .Expect("anna saw nobody go", () => !SawAnyoneGo(plan.Person("anna")))
            .Expect("cleo saw nobody go", () => !SawAnyoneGo(plan.Person("cleo")))
            .Expect("no seat was lost", () => !plan.Events().Exists(e => e.Kind == ConferenceEventKind.ParticipantLeft))
            .Do("ben writes", simulator => plan.Person("ben").Client.PostChat(simulator.Now, "1", "back"))
            .For(1.Seconds())
            .Expect("anna reads it", () => plan.Person("anna").Seen.Contains("ben: back")));
    }

    [Fact]
    public void Thirty_seconds_without_a_network_are_shown_and_then_ben_is_back()
    {
        Scenario.Plan(seed: 33, plan => ThreePeople(plan)
            .CutOff("ben")
            .For(9.Seconds())
            .Expect("ben is not shown as away yet", () => plan.Person("anna").PresenceOf("ben") == Presence.Present)
            .For(2.Seconds())
            .Expect("ben is shown as away", () => plan.Person("anna").PresenceOf("ben") == Presence.Away)
            .Expect("ben knows that he is off", () => plan.Person("ben").Client.Phase == ClientPhase.Reconnecting)
            .For(19.Seconds())
            .Mend("ben")
            .Until("ben is back", () => plan.Person("ben").Client.Phase == ClientPhase.Seated, within: 9.Seconds())
            .Until("anna sees it", () => plan.Person("anna").PresenceOf("ben") == Presence.Present, within: 1.Seconds())
            .Measure()
            .For(5.Seconds())
            .Expect("pictures of ben at anna", plan.Person("anna").PicturesOf("ben").Shown, 70, 76)
            .Expect("pictures of anna at ben", plan.Person("ben").PicturesOf("anna").Shown, 70, 76)
            .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", 997), ("cleo", 1571))
            .Expect("ben is who he was", () => plan.Person("anna").Client.Roster.Participants.Count == 3)
            .Expect("no seat was lost", () => !plan.Events().Exists(e => e.Kind == ConferenceEventKind.ParticipantLeft)));
    }

    [Fact]
    public void A_broken_connection_alone_interrupts_no_picture()
    {
        Scenario.Plan(seed: 34, plan => ThreePeople(plan)
            .Do("ben's control connection breaks", s => s.BreakChannels(s.Host("ben"), s.Host("server")))
            .For(5.Seconds())
            .Expect("freeze of ben at anna in ms", plan.Person("anna").PicturesOf("ben").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 500)
            .Expect("freeze of anna at ben in ms", plan.Person("ben").PicturesOf("anna").LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 500)
            .Expect("ben is seated", () => plan.Person("ben").Client.Phase == ClientPhase.Seated));
    }

    [Fact]
    public void A_server_that_restarts_ends_the_meeting_with_a_reason_and_nobody_hangs()
    {
        Scenario.Plan(seed: 35, plan => ThreePeople(plan)
            .RestartServer()
            .Until(
                "everyone knows", () => Array.TrueForAll(Everyone, name => plan.Person(name).Client is { Phase: ClientPhase.Over, Problem.Reason: EndReason.SeatExpired }),
                within: 3.Seconds())
            .Expect("the new server is empty", plan.TheServer().TakeSnapshot().Participants, 0, 0));
    }

    [Fact]
    public void A_server_that_never_comes_back_is_given_up_in_the_end()
    {
        Scenario.Plan(seed: 36, plan => ThreePeople(plan)
            .CutOff("server")
            .For(1.Minutes())
            .Expect("ben still tries", () => plan.Person("ben").Client.Phase == ClientPhase.Reconnecting)
            .Until("ben gives up", () => plan.Person("ben").Client is { Phase: ClientPhase.Over, Problem.Reason: EndReason.Unreachable }, within: 11.Minutes()));
    }

    [Fact]
    public void One_frozen_participant_costs_the_others_nothing()
    {
        Scenario.Plan(seed: 37, plan =>
        {
            ThreePeople(plan)
                .Stall("ben", 8.Seconds())
                .For(8.Seconds());
            foreach (var (viewer, shown) in new[] { ("anna", "cleo"), ("cleo", "anna") })
            {
                plan.Expect($"lost pictures of {shown} at {viewer}", plan.Person(viewer).PicturesOf(shown).Lost, 0, 0)
                    .Expect($"freeze of {shown} at {viewer} in ms", plan.Person(viewer).PicturesOf(shown).LongestFreeze(plan.Simulator.Now).TotalMilliseconds, 0, 70)
                    .Expect($"silence at {viewer} in ms", plan.Person(viewer).LongestSilence.TotalMilliseconds, 0, 20);
            }
            plan.For(2.Seconds())
                .Measure()
                .For(5.Seconds())
                .Expect("lost pictures of anna at ben afterwards", plan.Person("ben").PicturesOf("anna").Lost, 0, 0)
                .ExpectEveryoneHearsTheOthers(("anna", 443), ("ben", 997), ("cleo", 1571));
        });
    }

    private static string[] Everyone { get; } = ["anna", "ben", "cleo"];

    private static ScenarioPlan ThreePeople(ScenarioPlan plan) => plan
        .Server()
        .Join("anna", tone: 443, camera: true)
        .Join("ben", tone: 997, camera: true)
        .Join("cleo", tone: 1571, camera: true)
        .For(2.Seconds())
        .Measure();

    private static bool SawAnyoneGo(Participant person) =>
        person.Seen.Exists(line => line.Contains("Away", StringComparison.Ordinal)) || person.Client.Roster.Participants.Count != 3;
}
