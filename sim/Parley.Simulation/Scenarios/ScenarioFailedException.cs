namespace Parley.Simulation.Scenarios;

/// <summary>A scenario failed. The message says under which seed, when, at which step, and what had just happened.</summary>
public sealed class ScenarioFailedException : Exception
{
    /// <summary>Makes one around what was thrown.</summary>
    public ScenarioFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
