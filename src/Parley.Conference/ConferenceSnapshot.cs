using Parley.Conference.Meetings;
using Parley.Protocol;
using Parley.Protocol.Ui;

namespace Parley.Conference;

/// <summary>Numbers of a conference server at one moment.</summary>
/// <param name="Meetings">Live meetings.</param>
/// <param name="Participants">Seats.</param>
/// <param name="Present">Seats whose person is connected.</param>
/// <param name="Waiting">People at doors.</param>
/// <param name="Sessions">Control connections.</param>
/// <param name="PacketsReceived">Authentic media datagrams of the present seats.</param>
/// <param name="PacketsSent">Media datagrams to the present seats.</param>
/// <param name="BytesReceived">Their bytes.</param>
/// <param name="BytesSent">Their bytes.</param>
/// <param name="Drops">What was dropped since the start, by reason; only reasons that occurred.</param>
public sealed record ConferenceSnapshot(
    int Meetings, int Participants, int Present, int Waiting, int Sessions, long PacketsReceived, long PacketsSent, long BytesReceived, long BytesSent,
    IReadOnlyDictionary<DropReason, long> Drops)
{
    /// <summary>Frames of 10 ms of participants' voices that were mixed, since the start.</summary>
    public long VoiceFrames { get; init; }

    /// <summary>How many of those were made up, because packets were lost or late.</summary>
    public long ConcealedVoiceFrames { get; init; }

    /// <summary>Records that wait for the store.</summary>
    public int UnsettledRecords { get; init; }

    /// <summary>Records lost since the start: too many waited, or the store could not write them.</summary>
    public long LostRecords { get; init; }

    internal static ConferenceSnapshot Of(IReadOnlyList<Meeting> meetings, int sessions, ConferenceContext context)
    {
        int participants = 0, present = 0, waiting = 0;
        long packetsIn = 0, packetsOut = 0, bytesIn = 0, bytesOut = 0;
        foreach (var meeting in meetings)
        {
            waiting += meeting.WaitingCount;
            participants += meeting.Seats.Count;
            foreach (var seat in meeting.Seats)
            {
                if (seat.Presence == Presence.Present) present++;
                if (seat.Media is not { } media) continue;
                var stats = media.Peer.Stats;
                packetsIn += stats.PacketsReceived;
                packetsOut += stats.PacketsSent;
                bytesIn += stats.BytesReceived;
                bytesOut += stats.BytesSent;
            }
        }
        var drops = new Dictionary<DropReason, long>();
        for (var i = 0; i < context.Drops.Length; i++)
        {
            if (context.Drops[i] > 0) drops[(DropReason)i] = context.Drops[i];
        }
        return new ConferenceSnapshot(meetings.Count, participants, present, waiting, sessions, packetsIn, packetsOut, bytesIn, bytesOut, drops)
        {
            VoiceFrames = context.VoiceFrames,
            ConcealedVoiceFrames = context.ConcealedVoiceFrames,
            UnsettledRecords = context.Records.UnsettledCount,
            LostRecords = context.Records.RefusedCount + context.Records.FailedCount,
        };
    }
}
