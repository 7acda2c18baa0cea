namespace Parley.Agent;

/// <summary>The agent cannot start; the message is a sentence for the person, with what to do.</summary>
public sealed class AgentException(string message) : Exception(message);
