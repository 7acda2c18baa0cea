using System.Text;
using Parley.Conference;
using Parley.Net;

namespace Parley.Server;

/// <summary>The Prometheus text format, version 0.0.4.</summary>
internal static class MetricsText
{
    /// <summary>Everything that is known now; without a snapshot only what the driver counts.</summary>
    public static string Write(ConferenceSnapshot? conference, ShardStats driver, bool isHistoryFailing = false, long historyCommits = 0)
    {
        var text = new StringBuilder();
        Gauge("parley_up", "Whether the media loop answers.", conference is null ? 0 : 1);
        if (conference is not null)
        {
            Gauge("parley_meetings", "Live meetings.", conference.Meetings);
            Gauge("parley_participants", "Seats in meetings, away ones included.", conference.Participants);
            Gauge("parley_participants_present", "Seats whose person is connected.", conference.Present);
            Gauge("parley_waiting", "People waiting to be let in.", conference.Waiting);
            Gauge("parley_sessions", "Control connections.", conference.Sessions);
            Counter("parley_voice_frames_total", "Frames of 10 ms of participants' voices that were mixed.", conference.VoiceFrames);
            Counter("parley_voice_frames_concealed_total", "How many of those were made up, because packets were lost or late.", conference.ConcealedVoiceFrames);
            Gauge("parley_history_waiting", "Facts of meetings that wait to be written into the history.", conference.UnsettledRecords);
            Counter("parley_history_lost_total", "Facts that could not be written; chat lines among them were refused to their writers.", conference.LostRecords);
            Header("parley_drops_total", "counter", "Packets and messages not used, by reason.");
            foreach (var (reason, count) in conference.Drops) text.Append($"parley_drops_total{{reason=\"{reason}\"}} {count}\n");
        }
        Gauge("parley_history_failing", "Whether the history cannot be written.", isHistoryFailing ? 1 : 0);
        Counter("parley_history_commits_total", "Times that something was written into the history.", historyCommits);
        Counter("parley_datagrams_received_total", "UDP datagrams received.", driver.DatagramsReceived);
        Counter("parley_datagrams_sent_total", "UDP datagrams sent.", driver.DatagramsSent);
        Counter("parley_bytes_received_total", "Bytes of UDP payload received.", driver.BytesReceived);
        Counter("parley_bytes_sent_total", "Bytes of UDP payload sent.", driver.BytesSent);
        Counter("parley_send_calls_total", "System calls that sent datagrams.", driver.SendCalls);
        Counter("parley_runs_refused_total", "Runs of datagrams that the system refused whole; they were sent one by one.", driver.RunsRefused);
        Counter("parley_send_failed_total", "Datagrams that the system refused.", driver.SendFailed);
        Counter("parley_send_buffer_full_total", "Datagrams lost to a full socket buffer.", driver.SendBufferFull);
        Counter("parley_send_queue_full_total", "Datagrams lost to the engine's full queue.", driver.SendQueueFull);
        Counter("parley_endpoint_errors_total", "Exceptions caught in the media loop; any is a defect.", driver.EndpointErrors);
        Counter("parley_channels_accepted_total", "Control connections accepted.", driver.ChannelsAccepted);
        Counter("parley_channels_evicted_total", "Strangers' connections closed to make room, or for silence.", driver.ChannelsEvicted);
        Counter("parley_channels_error_total", "Control connections closed for breaking the framing.", driver.ChannelsInError);
        Counter("parley_channels_too_slow_total", "Control connections closed because the other side did not read.", driver.ChannelsTooSlow);
        Gauge("parley_process_resident_bytes", "Resident memory of the process.", Environment.WorkingSet);
        Counter("parley_process_cpu_milliseconds_total", "CPU time of the process.", (long)Environment.CpuUsage.TotalTime.TotalMilliseconds);
        return text.ToString();

        void Header(string name, string type, string help) => text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");

        void Gauge(string name, string help, long value)
        {
            Header(name, "gauge", help);
            text.Append($"{name} {value}\n");
        }

        void Counter(string name, string help, long value)
        {
            Header(name, "counter", help);
            text.Append($"{name} {value}\n");
        }
    }
}
