namespace Parley.Simulation;

/// <summary>A host wants a turn again and again at one instant, so that virtual time stands still.</summary>
public sealed class SimulationStuckException : Exception
{
    /// <summary>Makes one with a sentence.</summary>
    public SimulationStuckException(string message)
        : base(message)
    {
    }
}
