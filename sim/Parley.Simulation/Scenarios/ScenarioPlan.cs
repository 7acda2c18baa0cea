using Parley.Protocol.Addressing;
using Parley.Transport.Impairment;

namespace Parley.Simulation.Scenarios;

/// <summary>
/// A scenario that reads aloud: impair this, for ten seconds, expect that. Each step is done at once, and stands in the trace under its name.
/// </summary>
/// <remarks>A kind of scenario with verbs of its own (join, publish, speak) adds them as extension methods that return the plan.</remarks>
public sealed class ScenarioPlan(Simulator simulator)
{
    /// <summary>What the plan runs on.</summary>
    public Simulator Simulator { get; } = simulator;

    /// <summary>Does something at once.</summary>
    /// <param name="what">Names the step.</param>
    /// <param name="action">The step.</param>
    public ScenarioPlan Do(string what, Action<Simulator> action)
    {
        Simulator.Note(what);
        action(Simulator);
        return this;
    }

    /// <summary>Impairs the network between two hosts; <paramref name="impairment"/> as behind <c>--impair</c>, its direction seen from <paramref name="a"/>.</summary>
    public ScenarioPlan Impair(string a, string b, string impairment)
    {
        if (!ImpairmentOptions.TryParse(impairment, out var options, out var error)) throw new ArgumentException(error, nameof(impairment));
        Simulator.Connect(Simulator.Host(a), Simulator.Host(b), options);
        return this;
    }

    /// <summary>Makes the network between two hosts perfect again.</summary>
    public ScenarioPlan Heal(string a, string b)
    {
        Simulator.Connect(Simulator.Host(a), Simulator.Host(b), ImpairmentOptions.None);
        return this;
    }

    /// <summary>Cuts a host off from everyone.</summary>
    public ScenarioPlan CutOff(string host)
    {
        Simulator.SetOutage(Simulator.Host(host), on: true);
        return this;
    }

    /// <summary>Ends what <see cref="CutOff"/> began.</summary>
    public ScenarioPlan Mend(string host)
    {
        Simulator.SetOutage(Simulator.Host(host), on: false);
        return this;
    }

    /// <summary>Gives a host another address, as a change of the network does.</summary>
    public ScenarioPlan Roam(string host, TransportAddress address, bool breaksChannels = false)
    {
        Simulator.Rebind(Simulator.Host(host), address, breaksChannels);
        return this;
    }

    /// <summary>Freezes a host's process.</summary>
    public ScenarioPlan Stall(string host, TimeSpan time)
    {
        Simulator.Stall(Simulator.Host(host), time);
        return this;
    }

    /// <summary>Lets virtual time pass.</summary>
    public ScenarioPlan For(TimeSpan time)
    {
        Simulator.RunFor(time);
        return this;
    }

    /// <summary>Lets virtual time pass until something is so, and fails when it is not within a time.</summary>
    public ScenarioPlan Until(string what, Func<bool> condition, TimeSpan within)
    {
        Simulator.Note($"until {what}");
        if (!Simulator.RunUntil(condition, within))
            throw new InvalidOperationException($"Within {within.TotalSeconds} s it did not come to be so: {what}.");
        return this;
    }

    /// <summary>Fails unless something is so now.</summary>
    public ScenarioPlan Expect(string what, Func<bool> condition)
    {
        Simulator.Note($"expect {what}");
        if (!condition()) throw new InvalidOperationException($"It is not so: {what}.");
        return this;
    }

    /// <summary>Fails unless a number lies between two others, and says what it is.</summary>
    public ScenarioPlan Expect(string what, double value, double least, double most)
    {
        Simulator.Note($"expect {what}");
        if (value < least || value > most || double.IsNaN(value))
            throw new InvalidOperationException($"{what} is {value}, not between {least} and {most}.");
        return this;
    }
}
