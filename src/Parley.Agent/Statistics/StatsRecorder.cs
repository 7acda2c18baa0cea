using Parley.Protocol.Control;
using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>The statistics of a meeting: one sample for each second, the last ten minutes. Pure; not thread-safe.</summary>
internal sealed class StatsRecorder
{
    /// <summary>Ten minutes.</summary>
    public const int Capacity = 600;

    /// <summary>More pictures than this are on no screen; it bounds what a history may weigh.</summary>
    private const int MaxPeople = 32;

    /// <summary>A reading older than this is no reading of this second.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(3);

    private readonly UiStatsSample?[] _ring = new UiStatsSample?[Capacity];
    private long _count;

    /// <summary>Forgets everything: a new meeting.</summary>
    public void Clear()
    {
        Array.Clear(_ring);
        _count = 0;
    }

    /// <summary>All samples, oldest first.</summary>
    public IReadOnlyList<UiStatsSample> History()
    {
        var first = Math.Max(0, _count - Capacity);
        var samples = new List<UiStatsSample>((int)(_count - first));
        for (var i = first; i < _count; i++) samples.Add(_ring[i % Capacity]!);
        return samples;
    }

    /// <summary>Makes and keeps the sample of a second.</summary>
    /// <param name="second">What the driver counted.</param>
    /// <param name="page">What the page measured, or null.</param>
    /// <param name="participants">Who is in the meeting.</param>
    /// <param name="me">The own id.</param>
    public UiStatsSample Add(MeetingSecond second, UiPageStats? page, IReadOnlyList<ParticipantState> participants, string me)
    {
        // While nothing comes there are old figures, and no measurement.
        var network = second.Silence < Stale ? second.Network : null;
        var isMeasured = network?.RoundTrip is not null;
        var sample = new UiStatsSample(
            second.At.Milliseconds,
            network?.LastRoundTrip?.TotalMilliseconds,
            isMeasured ? network!.Value.LossSent : null,
            isMeasured ? network!.Value.LossReceived : null,
            isMeasured ? network!.Value.JitterSent.TotalMilliseconds : null,
            isMeasured ? network!.Value.JitterReceived.TotalMilliseconds : null,
            second.Sent.Count > 0 ? second.Sent[0].Fps : 0,
            second.Received.Sum(p => p.Fps),
            second.BitrateUp, second.BitrateDown, isMeasured ? network!.Value.TargetRate : null, CongestionWindow: null, SlowStartThreshold: null,
            second.Concealed.TotalMilliseconds,
            LatencyBudget.Of(page, network?.LastRoundTrip, second.PlayoutDelay, second.MixDelay),
            PeopleOf(second, page, participants, me));
        _ring[_count++ % Capacity] = sample;
        return sample;
    }

    private static List<UiPersonStats> PeopleOf(MeetingSecond second, UiPageStats? page, IReadOnlyList<ParticipantState> participants, string me)
    {
        var people = new List<UiPersonStats>();
        if (me.Length > 0 && second.Sent.Count > 0)
        {
            var own = second.Sent[0];
            people.Add(new UiPersonStats(me, own.Codec, own.Width, own.Height, own.Fps, second.Sent.Sum(s => s.Bitrate), 0, 0, null));
        }
        foreach (var pictures in second.Received)
        {
            if (people.Count == MaxPeople) break;
            if (participants.FirstOrDefault(p => p.VideoSsrc == pictures.Track) is not { } who) continue;
            var shown = page?.Tracks.FirstOrDefault(t => t.Track == pictures.Track);
            people.Add(new UiPersonStats(
                who.Id, pictures.Codec, pictures.Width, pictures.Height, pictures.Fps, pictures.Bitrate, pictures.Lost,
                pictures.Frozen.TotalMilliseconds, shown?.LatencyMs ?? pictures.Delay?.TotalMilliseconds));
        }
        return people;
    }
}
