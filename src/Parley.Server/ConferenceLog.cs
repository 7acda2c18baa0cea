using Microsoft.Extensions.Logging;
using Parley.Conference;
using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Server;

/// <summary>Writes what happens in the conference to the log, with ids and never with what people said.</summary>
internal sealed class ConferenceLog(ILogger logger)
{
    /// <summary>One line an event. Called on the shard's thread; the logger only queues.</summary>
    public void Write(Instant now, ConferenceEvent e)
    {
        _ = now;
        var level = e.Kind is ConferenceEventKind.ProtocolError or ConferenceEventKind.VerbRejected ? LogLevel.Warning : LogLevel.Information;
        if (!logger.IsEnabled(level)) return;
        logger.Log(
            level, "{Event} meeting={Meeting} participant={Participant} reason={Reason} {Detail}", e.Kind, e.MeetingId, e.ParticipantId,
            e.Reason == EndReason.None ? "-" : e.Reason, e.Detail);
    }
}
