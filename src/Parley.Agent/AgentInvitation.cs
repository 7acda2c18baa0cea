namespace Parley.Agent;

/// <summary>Where to go first: fills in the lobby.</summary>
/// <param name="Server">host, host:port or link.</param>
/// <param name="Code">Six digits or empty.</param>
public sealed record AgentInvitation(string Server, string Code);
