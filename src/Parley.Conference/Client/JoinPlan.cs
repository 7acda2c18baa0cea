using Parley.Protocol.Control;

namespace Parley.Conference.Client;

/// <summary>What a client is to do: make a meeting, or ask to join one.</summary>
/// <param name="Host">Server name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="ExpectedKeyHash">32 bytes to insist on, from a link or from memory; empty at a first contact.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Code">Six digits; null to make a meeting.</param>
/// <param name="Title">Title of a meeting to make.</param>
/// <param name="Audio">Audio profile to ask for; null for the best that this machine has.</param>
public sealed record JoinPlan(
    string Host, int Port, ReadOnlyMemory<byte> ExpectedKeyHash, string Name, string? Code, string Title = "",
    AudioProfile? Audio = null);
