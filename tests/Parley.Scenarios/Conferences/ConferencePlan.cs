using System.Runtime.CompilerServices;
using Parley.Conference;
using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Simulation;
using Parley.Simulation.Scenarios;

namespace Parley.Scenarios.Conferences;

/// <summary>The verbs of conferences: <c>plan.Server().Join("anna", tone: 443)</c>.</summary>
internal static class ConferencePlan
{
    private static readonly byte[] ServerKey = Enumerable.Repeat((byte)0x5E, 32).ToArray();
    private static readonly ConditionalWeakTable<Simulator, Stage> Stages = [];

    /// <summary>A server on a host called "server".</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="codecs">What it and everyone who comes can code sound by; null for L16 alone.</param>
    public static ScenarioPlan Server(this ScenarioPlan plan, IAudioCodecs? codecs = null)
    {
        var stage = Of(plan);
        stage.Codecs = codecs ?? NoAudioCodecs.Instance;
        stage.Machine = NewServer(plan.Simulator, "server", stage);
        plan.Simulator.AddHost(
            "server", stage.Machine, Address(100), new SimulatedHostOptions { KeyHash = ServerKey, ControlPort = 5000 });
        return plan;
    }

    /// <summary>The server's process dies and comes back.</summary>
    public static ScenarioPlan RestartServer(this ScenarioPlan plan)
    {
        var stage = Of(plan);
        stage.Machine = NewServer(plan.Simulator, "server again", stage);
        plan.Simulator.Restart(plan.Simulator.Host("server"), stage.Machine);
        return plan;
    }

    /// <summary>Someone comes: the first makes the meeting and lets everyone in, the others ask. Ends when they are in.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="name">Of the person and of their host.</param>
    /// <param name="tone">What they say, in Hz at -24 dBFS.</param>
    /// <param name="camera">Whether they show themselves: 15 pictures a second of 14 fragments.</param>
    /// <param name="clicks">Whether they hum and click each second instead of a tone.</param>
    /// <param name="quiet">Whether their microphone is on and hears nothing.</param>
    /// <param name="drift">Of their clock, in ppm.</param>
    /// <param name="profile">In which form they ask for sound; null for the best there is.</param>
    /// <param name="elsewhere">Whether what they hear is decoded elsewhere.</param>
    public static ScenarioPlan Join(
        this ScenarioPlan plan, string name, double? tone = null, bool camera = false, bool clicks = false, bool quiet = false, double drift = 0,
        AudioProfile? profile = null, bool elsewhere = false)
    {
        var stage = Of(plan);
        var code = stage.People.Count == 0 ? null : stage.People[0].Client.Meeting!.Code;
        var person = new Participant(
            plan.Simulator, name, new JoinPlan("server", 5000, ServerKey, name, code, Audio: profile), tone, Tones, clicks, quiet, camera,
            elsewhere ? new ElsewhereCodecs(stage.Codecs) : stage.Codecs)
        {
            IsOpenDoor = code is null,
            SaysCodecs = profile is not null,
        };
        if (clicks) foreach (var other in stage.People) other.Clicker = person;
        person.Clicker = clicks ? null : stage.People.Find(p => p.IsClicking);
        person.IsClicking = clicks;
        stage.People.Add(person);
        var host = plan.Simulator.AddHost(
            name, person, Address((byte)stage.People.Count), new SimulatedHostOptions { KeyHash = person.KeyHash, DriftPpm = drift, IsListening = false });
        person.Begin(host.Now);
        return plan.Until($"{name} is in", () => person.Client.Phase == ClientPhase.Seated, 2.Seconds());
    }

    /// <summary>The tones that everyone listens for.</summary>
    public static double[] Tones { get; } = [443, 997, 1571, 2203, 2801, 3407, 4001, 4603];

    /// <summary>Everyone's measurements begin anew.</summary>
    public static ScenarioPlan Measure(this ScenarioPlan plan)
    {
        foreach (var person in Of(plan).People) person.Measure();
        return plan;
    }

    /// <summary>Makes the network of a person like this, both ways unless it says otherwise.</summary>
    public static ScenarioPlan Network(this ScenarioPlan plan, string person, string impairment) => plan.Impair(person, "server", impairment);

    /// <summary>Someone of the plan.</summary>
    public static Participant Person(this ScenarioPlan plan, string name) => Of(plan).People.Find(p => p.Name == name)!;

    /// <summary>What happened at the server.</summary>
    public static List<ConferenceEvent> Events(this ScenarioPlan plan) => Of(plan).Happened;

    /// <summary>The server.</summary>
    public static ConferenceServer TheServer(this ScenarioPlan plan) => Of(plan).Machine!;

    /// <summary>Everybody hears all tones of the others at their level, and not their own.</summary>
    public static ScenarioPlan ExpectEveryoneHearsTheOthers(this ScenarioPlan plan, params (string Name, double Tone)[] people)
    {
        foreach (var (listener, _) in people)
        {
            foreach (var (speaker, tone) in people)
            {
                var heard = plan.Person(listener).ToneDb(tone);
                if (speaker == listener) plan.Expect($"{listener}'s own tone at {listener}", heard, double.NegativeInfinity, -60);
                else plan.Expect($"{speaker}'s tone at {listener}", heard, -27, -21);
            }
        }
        return plan;
    }

    /// <summary>An expectation about a person, evaluated when the plan gets there.</summary>
    public static ScenarioPlan Expect(this ScenarioPlan plan, string what, Func<double> value, double least, double most) =>
        plan.Expect(what, value(), least, most);

    private static ConferenceServer NewServer(Simulator simulator, string randomName, Stage stage) => new(
        ConferenceOptions.Default with { AudioCodecs = stage.Codecs }, ServerKey, simulator.RandomFor(randomName), (_, e) => stage.Happened.Add(e));

    private static Stage Of(ScenarioPlan plan) => Stages.GetOrCreateValue(plan.Simulator);

    private static TransportAddress Address(byte last) => TransportAddress.FromIPv4(0x0A000000u | last, 5001);

    private sealed class Stage
    {
        public ConferenceServer? Machine { get; set; }

        public IAudioCodecs Codecs { get; set; } = NoAudioCodecs.Instance;

        public List<Participant> People { get; } = [];

        public List<ConferenceEvent> Happened { get; } = [];
    }
}
