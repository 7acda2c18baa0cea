using Parley.Conference.Client;
using Parley.Protocol.Control;

namespace Parley.Agent.Meetings;

/// <summary>The state of a client, copied on its driver's thread so that the agent can read it anywhere.</summary>
internal sealed record ClientView(
    ClientPhase Phase, ClientProblem? Problem, JoinPlan Plan, string? Check, ReadOnlyMemory<byte> ServerKeyHash, MeetingState? Meeting,
    IReadOnlyList<ParticipantState> Participants, IReadOnlyList<JoinRequestState> Requests, string HostId, string Me, double Since)
{
    public static ClientView Of(MeetingClient client) => new(
        client.Phase, client.Problem, client.Plan, client.Check, client.ServerKeyHash, client.Meeting, [.. client.Roster.Participants],
        [.. client.Roster.Requests], client.Roster.HostId, client.Me, client.Since.Milliseconds);
}
