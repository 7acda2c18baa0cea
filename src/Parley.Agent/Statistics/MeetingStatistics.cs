using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>What is known about a meeting's quality, put together once a second from what the driver counts and what the page measures.</summary>
/// <remarks>Owned by the agent's own task.</remarks>
internal sealed class MeetingStatistics
{
    /// <summary>The page measures once a second; what is older speaks of a page that is gone or stuck.</summary>
    private static readonly TimeSpan PageStale = TimeSpan.FromSeconds(3);

    private readonly StatsRecorder _recorder = new();
    private readonly EncoderLoad _load = new();
    private QualityJudge _judge = new();
    private UiPageStats? _page;
    private Instant _pageAt;

    /// <summary>Whether the page's machine is too slow for what it encodes.</summary>
    public bool IsCpuOverloaded => _load.IsOverloaded;

    /// <summary>The last ten minutes, oldest first.</summary>
    public IReadOnlyList<UiStatsSample> History() => _recorder.History();

    /// <summary>A new meeting begins.</summary>
    public void Begin()
    {
        _recorder.Clear();
        _judge = new QualityJudge();
        _load.Reset();
    }

    /// <summary>The page is gone, and what it measured with it.</summary>
    public void ForgetPage()
    {
        _page = null;
        _load.Reset();
    }

    /// <summary>Takes what the page measured in a second.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="stats">The measurement.</param>
    /// <param name="plannedFps">Pictures a second that the page was asked for.</param>
    public void OnPage(Instant now, UiPageStats stats, double plannedFps)
    {
        _page = stats;
        _pageAt = now;
        _load.Update(stats, plannedFps);
    }

    /// <summary>Ends a second.</summary>
    /// <returns>The sample for the panel, and the judgement for everybody.</returns>
    public (UiStatsSample Sample, UiQuality Quality) OnSecond(MeetingSecond second, IReadOnlyList<ParticipantState> participants, string me)
    {
        var page = second.At - _pageAt < PageStale ? _page : null;
        var sample = _recorder.Add(second, page, participants, me);
        var quality = _judge.Judge(new ConnectionReadings
        {
            RoundTripMs = second.Network?.LastRoundTrip?.TotalMilliseconds,
            LossUp = sample.LossUp,
            LossDown = sample.LossDown,
            JitterUpMs = sample.JitterUpMs,
            JitterDownMs = sample.JitterDownMs,
            TargetUp = sample.TargetUp,
            IsCpuOverloaded = _load.IsOverloaded,
            FramesPerSecond = page?.FpsSent ?? 0,
            Silence = second.Silence,
        });
        return (sample, quality);
    }
}
