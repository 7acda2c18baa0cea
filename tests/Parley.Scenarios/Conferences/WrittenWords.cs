using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>What people write arrives once, whatever the network does meanwhile.</summary>
public sealed class WrittenWords
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(30)]
    public void What_is_written_while_cut_off_arrives_once_when_the_network_is_back(int seconds)
    {
        Scenario.Plan(seed: 51, plan => ThreePeople(plan)
            .CutOff("ben")
            .Do("ben writes three lines and cleo one meanwhile", _ =>
            {
                foreach (var id in new[] { "1", "2", "3" }) Write(plan, "ben", id, $"line {id}");
                Write(plan, "cleo", "1", "meanwhile");
            })
            .For(seconds.Seconds())
            .Do("ben writes another", _ => Write(plan, "ben", "4", "line 4"))
            .Expect("nobody has it yet", () => Count(plan, "anna", "ben: line 1") == 0)
            .Mend("ben")
            .Until("ben is back and everything is read", () => Count(plan, "anna", "ben: line 4") > 0 && Count(plan, "ben", "cleo: meanwhile") > 0, 15.Seconds())
            .For(10.Seconds())
            .Expect("everybody has every line once, in ben's order", () => Everyone.All(name =>
                Texts(plan, name).Where(t => t.StartsWith("ben", StringComparison.Ordinal)).SequenceEqual(["ben: line 1", "ben: line 2", "ben: line 3", "ben: line 4"])))
            .Expect("what was written meanwhile is there once", () => Everyone.All(name => Count(plan, name, "cleo: meanwhile") == 1)));
    }

    [Fact]
    public void An_answer_that_is_lost_with_the_connection_makes_no_second_line()
    {
        Scenario.Plan(seed: 52, plan => ThreePeople(plan)
            .Network("ben", "delay=50ms")
            .For(1.Seconds())
            .Do("ben writes", _ => Write(plan, "ben", "1", "did it arrive?"))
            .For(80.Milliseconds())
            .Expect("the server has it, and ben does not know", () => Count(plan, "anna", "ben: did it arrive?") == 1 && Count(plan, "ben", "ben: did it arrive?") == 0)
            .CutOff("ben")
            .For(12.Seconds())
            .Mend("ben")
            .Until("ben knows", () => Count(plan, "ben", "ben: did it arrive?") == 1, 15.Seconds())
            .For(10.Seconds())
            .Expect("it is one line for everybody", () => Everyone.All(name => Count(plan, name, "ben: did it arrive?") == 1)));
    }

    [Fact]
    public void More_than_may_wait_is_refused_at_once_and_the_rest_arrives()
    {
        Scenario.Plan(seed: 53, plan => ThreePeople(plan)
            .CutOff("ben")
            .For(10.Seconds())
            .Do("ben writes one line too many", _ =>
            {
                for (var i = 0; i <= Limits.MaxUnansweredChat; i++) Write(plan, "ben", $"{i}", $"line {i}");
            })
            .Expect("the last is refused", () => Count(plan, "ben", $"line {Limits.MaxUnansweredChat} failed: QueueFull") == 1)
            .Mend("ben")
            .Until("ben is back", () => plan.Person("ben").Client.Phase == ClientPhase.Seated, 15.Seconds())
            .For(2.Seconds())
            .Expect("the others arrived", () => Texts(plan, "anna").Count(t => t.StartsWith("ben: line", StringComparison.Ordinal)) == Limits.MaxUnansweredChat)
            .Expect("nothing was too fast", () => !plan.Person("ben").Seen.Exists(s => s.Contains("TooFast", StringComparison.Ordinal))));
    }

    [Fact]
    public void Private_lines_stay_between_two_and_late_joiners_read_the_rest()
    {
        Scenario.Plan(seed: 54, plan => ThreePeople(plan)
            .Do("ben writes to cleo, then to all", _ =>
            {
                Write(plan, "ben", "1", "between us", to: "cleo");
                Write(plan, "ben", "2", "for all");
            })
            .For(1.Seconds())
            .Join("dora")
            .For(1.Seconds())
            .Expect("cleo and ben have both", () => Texts(plan, "cleo").SequenceEqual(Texts(plan, "ben")) && Count(plan, "ben", "ben to cleo: between us") == 1)
            .Expect("anna and dora have one", () => Texts(plan, "anna").SequenceEqual(["ben: for all"]) && Texts(plan, "dora").SequenceEqual(["ben: for all"]))
            .Do("anna removes cleo", _ => plan.Person("anna").Client.Send(new RemoveSeat(plan.Person("cleo").Client.Me)))
            .For(1.Seconds())
            .Do("ben writes to her", _ => Write(plan, "ben", "3", "still there?", to: "cleo"))
            .For(1.Seconds())
            .Expect("he is told", () => Count(plan, "ben", "line 3 failed: Gone") == 1));
    }

    [Fact]
    public void A_long_absence_in_a_busy_meeting_misses_nothing_that_is_kept()
    {
        Scenario.Plan(seed: 55, plan =>
        {
            ThreePeople(plan).CutOff("ben");
            for (var second = 0; second < 40; second++)
            {
                plan.For(1.Seconds()).Do("cleo writes five lines", _ =>
                {
                    for (var i = 0; i < 5; i++) Write(plan, "cleo", $"{second} {i}", $"{second} {i}");
                });
            }
            plan.Mend("ben")
                .Until("ben is back", () => Texts(plan, "ben").Count > 0, 15.Seconds())
                .For(1.Seconds());
            for (var page = 0; page < 3; page++)
            {
                plan.Do("ben looks further up", _ => plan.Person("ben").Client.RequestOlderChat(plan.Person("ben").OldestLine)).For(1.Seconds());
            }
            plan.Expect("he has all two hundred, once", () => Texts(plan, "ben").Count == 200 && Texts(plan, "ben").Distinct().Count() == 200);
        });
    }

    private static string[] Everyone { get; } = ["anna", "ben", "cleo"];

    private static ScenarioPlan ThreePeople(ScenarioPlan plan) => plan.Server().Join("anna").Join("ben").Join("cleo").For(2.Seconds());

    private static void Write(ScenarioPlan plan, string from, string id, string text, string? to = null)
    {
        var client = plan.Person(from).Client;
        client.PostChat(plan.Simulator.Now, id, text, to is null ? null : plan.Person(to).Client.Me);
    }

    private static int Count(ScenarioPlan plan, string name, string line) => plan.Person(name).Seen.Count(s => s == line);

    private static List<string> Texts(ScenarioPlan plan, string name) => plan.Person(name).Seen.FindAll(s =>
        s.StartsWith("ben: ", StringComparison.Ordinal) || s.StartsWith("ben to ", StringComparison.Ordinal) || s.StartsWith("cleo: ", StringComparison.Ordinal));
}
