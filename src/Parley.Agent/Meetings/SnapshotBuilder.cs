using Parley.Agent.Storage;
using Parley.Conference.Client;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>Turns what the agent knows into what the page draws.</summary>
internal static class SnapshotBuilder
{
    /// <summary>The snapshot of an agent without a meeting.</summary>
    public static UiSnapshot Lobby(long revision, PersonState person, UiProblem? problem, int hostsOthers) => new(
        revision, UiScreen.Lobby, person.Name, person.Microphone, person.Camera, null, null, [], [], problem, false, hostsOthers, null,
        person.Preferences, person.Impairment, null);

    /// <summary>The snapshot of an attempt or a meeting.</summary>
    public static UiSnapshot Meeting(
        long revision, PersonState person, ClientView view, AgentMemory memory, bool isFirstContact, LocalServerAddress? local, Voices voices,
        int hostsOthers)
    {
        var isHost = view.Me.Length > 0 && view.HostId == view.Me;
        var server = new ParleyLink(view.Plan.Host, view.Plan.Port, "", default).HostAndPort;
        var attempt = view.Phase is ClientPhase.Connecting or ClientPhase.Waiting
            ? new UiAttempt(server, view.Plan.Code ?? "", view.Plan.Code is null ? null : view.Check, view.Since)
            : null;
        var participants = view.Phase is ClientPhase.Seated or ClientPhase.Reconnecting
            ? view.Participants.Select(p => ToUi(p, view, person, voices)).ToList()
            : [];
        var requests = isHost
            ? view.Requests.Select(r => new UiJoinRequest(r.Id, r.Name, memory.KnowsGuest(r.KeyHash) ? null : r.Check)).ToList()
            : [];
        return new UiSnapshot(
            revision, ScreenOf(view), person.Name, person.Microphone, person.Camera, attempt, MeetingOf(view, isFirstContact, local), participants, requests,
            ProblemOf(view, server), view.Phase == ClientPhase.Reconnecting, hostsOthers, participants.Count > 0 ? voices.ActiveSpeaker : null,
            person.Preferences, person.Impairment, person.SentCodec);
    }

    /// <summary>Problems that are answered where they were made: in the lobby, beside the field.</summary>
    public static bool StaysInLobby(EndReason reason) => reason is
        EndReason.WrongCode or EndReason.RateLimited or EndReason.DoorBusy or EndReason.Full or EndReason.Cancelled or EndReason.Left;

    /// <summary>Why it is over, for the page; null while it is not, and when the person ended it.</summary>
    public static UiProblem? ProblemOf(ClientView view, string server) =>
        view.Problem is { } problem && problem.Reason is not (EndReason.Left or EndReason.Cancelled)
            ? new UiProblem(problem.Reason, server, view.Plan.Code ?? view.Meeting?.Code, problem.RetryAfterMs, problem.Detail)
            : null;

    private static UiScreen ScreenOf(ClientView view) => view.Phase switch
    {
        ClientPhase.Connecting => UiScreen.Joining,
        ClientPhase.Waiting => UiScreen.Waiting,
        ClientPhase.Seated or ClientPhase.Reconnecting => UiScreen.Meeting,
        ClientPhase.Over => UiScreen.Over,
        _ => UiScreen.Lobby,
    };

    private static UiMeeting? MeetingOf(ClientView view, bool isFirstContact, LocalServerAddress? local)
    {
        if (view.Meeting is not { } meeting) return null;
        var hosts = local?.Hosts.Count > 0 ? local.Hosts : [view.Plan.Host];
        var link = new ParleyLink(hosts[0], view.Plan.Port, meeting.Code, view.ServerKeyHash);
        return new UiMeeting(
            meeting.Id, meeting.Code, link.ToString(), [.. hosts.Select(h => (link with { Host = h }).HostAndPort)], meeting.Title, meeting.StartedAt,
            meeting.IsRecording, isFirstContact ? view.Check : null, local is not null);
    }

    private static UiParticipant ToUi(ParticipantState p, ClientView view, PersonState person, Voices voices)
    {
        // One's own devices are shown as they are here, not as the server last heard.
        var isMe = p.Id == view.Me;
        return new UiParticipant(
            p.Id, p.Name, p.Id == view.HostId ? ParticipantRole.Host : ParticipantRole.Participant, p.Presence, isMe ? person.Microphone : p.Microphone,
            isMe ? person.Camera : p.Camera, p.VideoSsrc, isMe, voices.IsSpeaking(p.AudioSsrc), HandOf(p, view.Participants));
    }

    /// <summary>The place of a raised hand among all, the first one raised being 1.</summary>
    private static int? HandOf(ParticipantState of, IReadOnlyList<ParticipantState> all) =>
        of.HandRaisedAt is { } at ? 1 + all.Count(p => p.HandRaisedAt < at) : null;
}
