using Parley.Conference.Meetings;
using Parley.Protocol;

namespace Parley.Conference.Memory;

/// <summary>Which of the events that a conference reports are kept, and as what. Who knocked and was turned away is not anybody's history.</summary>
internal static class EventRecords
{
    /// <summary>The record of an event; null when it is not kept.</summary>
    public static MeetingRecord? Of(long at, ConferenceEventKind kind, Meeting meeting, string participant, EndReason reason) => kind switch
    {
        ConferenceEventKind.MeetingCreated => new MeetingCreatedRecord(meeting.Id, at, meeting.Code, meeting.Title),
        ConferenceEventKind.MeetingEnded => new MeetingEndedRecord(meeting.Id, at, reason),
        ConferenceEventKind.ParticipantJoined => Joined(at, meeting, participant),
        ConferenceEventKind.ParticipantLeft => new ParticipantLeftRecord(meeting.Id, at, participant, reason),
        ConferenceEventKind.ParticipantAway => new ParticipantChangedRecord(meeting.Id, at, participant, ParticipantChange.Away),
        ConferenceEventKind.ParticipantReturned => new ParticipantChangedRecord(meeting.Id, at, participant, ParticipantChange.Returned),
        ConferenceEventKind.HostChanged => new ParticipantChangedRecord(meeting.Id, at, participant, ParticipantChange.BecameHost),
        _ => null,
    };

    private static ParticipantJoinedRecord? Joined(long at, Meeting meeting, string participant)
    {
        foreach (var seat in meeting.Seats)
        {
            if (seat.Id == participant)
                return new ParticipantJoinedRecord(meeting.Id, at, seat.Id, seat.Name, seat.KeyHash, seat.Id == meeting.HostId);
        }
        return null;
    }
}
