using Parley.Protocol.Control;

namespace Parley.Conference.Client;

/// <summary>Who is in the meeting and at its door, as the server last said.</summary>
public sealed class ClientRoster
{
    private readonly List<ParticipantState> _participants = [];
    private readonly List<JoinRequestState> _requests = [];

    /// <summary>Everyone, in the order of joining.</summary>
    public IReadOnlyList<ParticipantState> Participants => _participants;

    /// <summary>People at the door; empty for everyone but the host.</summary>
    public IReadOnlyList<JoinRequestState> Requests => _requests;

    /// <summary>The host's id.</summary>
    public string HostId { get; private set; } = "";

    /// <summary>Takes the full state.</summary>
    internal void Reset(MeetingState state)
    {
        _participants.Clear();
        _participants.AddRange(state.Participants);
        _requests.Clear();
        _requests.AddRange(state.Requests);
        HostId = state.HostId;
    }

    /// <summary>Adds or replaces a participant.</summary>
    internal void Put(ParticipantState participant)
    {
        var at = _participants.FindIndex(p => p.Id == participant.Id);
        if (at < 0) _participants.Add(participant);
        else _participants[at] = participant;
    }

    /// <summary>Takes a participant out.</summary>
    internal ParticipantState? Remove(string id)
    {
        var at = _participants.FindIndex(p => p.Id == id);
        if (at < 0) return null;
        var gone = _participants[at];
        _participants.RemoveAt(at);
        return gone;
    }

    /// <summary>Another host; the door belongs to them now and is told anew.</summary>
    internal void SetHost(string id)
    {
        HostId = id;
        _requests.Clear();
    }

    /// <summary>Someone knocks.</summary>
    internal void PutRequest(JoinRequestState request)
    {
        RemoveRequest(request.Id);
        _requests.Add(request);
    }

    /// <summary>A request is settled.</summary>
    internal void RemoveRequest(string id) => _requests.RemoveAll(r => r.Id == id);
}
