using System.Text;

namespace Parley.Simulation.Scenarios;

/// <summary>Runs scenarios so that a failure can be run again: it carries the seed and the last events.</summary>
public static class Scenario
{
    /// <summary>Events shown with a failure.</summary>
    private const int EventsShown = 15;

    /// <summary>Runs a scenario on a new simulator.</summary>
    /// <param name="seed">Decides every accident.</param>
    /// <param name="play">The scenario; throws when an expectation fails.</param>
    /// <param name="options">Of the simulator; null for the usual.</param>
    /// <returns>The simulator as the scenario left it, for a look at its trace.</returns>
    public static Simulator Run(int seed, Action<Simulator> play, SimulatorOptions? options = null)
    {
        var simulator = new Simulator(seed, options);
        try
        {
            play(simulator);
        }
        catch (Exception e)
        {
            throw new ScenarioFailedException(Describe(simulator, e), e);
        }
        return simulator;
    }

    /// <summary>Runs a scenario under many seeds; the first failure ends it.</summary>
    public static void RunAll(IEnumerable<int> seeds, Action<Simulator> play)
    {
        foreach (var seed in seeds) Run(seed, play);
    }

    /// <summary>Runs a scenario that is written as a plan.</summary>
    public static Simulator Plan(int seed, Action<ScenarioPlan> play, SimulatorOptions? options = null) =>
        Run(seed, simulator => play(new ScenarioPlan(simulator)), options);

    private static string Describe(Simulator simulator, Exception e)
    {
        var text = new StringBuilder($"Seed {simulator.Seed} failed at {simulator.Now}: {e.Message}\n");
        text.Append($"The last of {simulator.Trace.Count} events (trace {simulator.Trace.Hash:x16}):\n");
        foreach (var entry in simulator.Trace.Newest(EventsShown)) text.Append("  ").Append(entry).Append('\n');
        return text.ToString();
    }
}
