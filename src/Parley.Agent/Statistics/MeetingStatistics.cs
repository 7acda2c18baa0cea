using Parley.Agent.Meetings;
using Parley.Agent.Web;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>What is known about a meeting's quality, put together once a second from what the driver counts and what the page measures, and told to the page.</summary>
/// <remarks>Owned by the agent's own task. While no page watches, a second costs one sample in the ring and one small message.</remarks>
internal sealed class MeetingStatistics
{
    /// <summary>The page measures once a second; what is older speaks of a page that is gone or stuck.</summary>
    private static readonly TimeSpan PageStale = TimeSpan.FromSeconds(3);

    private readonly StatsRecorder _recorder = new();
    private QualityJudge _judge = new();
    private IReadOnlyList<UiEncoding>? _encodings;
    private UiPageStats? _measured;
    private Instant _measuredAt;
    private bool _isWatched;

    /// <summary>How one's own camera is encoded now; null while it is not.</summary>
    public VideoCodec? SentCodec { get; private set; }

    /// <summary>A new meeting begins.</summary>
    public void Begin(Page? page)
    {
        _recorder.Clear();
        _judge = new QualityJudge();
        _encodings = null;
        SentCodec = null;
        if (_isWatched) page?.Send(new StatsMeasured(IsReset: true, []));
    }

    /// <summary>Another page: what the one before asked for and measured holds no longer, and it has not heard yet what to encode.</summary>
    public void OnPageChanged(Page? page)
    {
        _isWatched = false;
        _measured = null;
        if (_encodings is { } encodings) page?.Send(new EncodingsChanged(encodings));
    }

    /// <summary>The page opens or closes its statistics.</summary>
    public void OnWatch(bool isWatching, Page? page)
    {
        _isWatched = isWatching;
        if (isWatching) page?.Send(new StatsMeasured(IsReset: true, _recorder.History()));
    }

    /// <summary>Other pictures of the camera are to be made.</summary>
    public void OnEncodings(IReadOnlyList<UiEncoding> encodings, Page? page)
    {
        _encodings = encodings;
        page?.Send(new EncodingsChanged(encodings));
    }

    /// <summary>Takes what the page measured in a second.</summary>
    public void OnPageMeasured(Instant now, UiPageStats measured)
    {
        _measured = measured;
        _measuredAt = now;
    }

    /// <summary>Ends a second: keeps its sample, judges it, and tells the page.</summary>
    /// <returns>Whether <see cref="SentCodec"/> changed.</returns>
    public bool OnSecond(MeetingSecond second, ClientView view, Page? page)
    {
        var measured = second.At - _measuredAt < PageStale ? _measured : null;
        var sample = _recorder.Add(second, measured, view.Participants, view.Me);
        var quality = Judge(second, sample, measured);
        if (page is not null && second.Network is { } network)
        {
            page.Send(new NetworkMeasured(
                network.LastRoundTrip?.TotalMilliseconds, network.LossSent, network.LossReceived, network.JitterReceived.TotalMilliseconds,
                sample.BitrateUp, sample.BitrateDown, quality));
            if (_isWatched) page.Send(new StatsMeasured(IsReset: false, [sample]));
        }
        var before = SentCodec;
        SentCodec = second.Sent is [var sent, ..] ? sent.Codec : null;
        return SentCodec != before;
    }

    private UiQuality Judge(MeetingSecond second, UiStatsSample sample, UiPageStats? measured) => _judge.Judge(new ConnectionReadings
    {
        RoundTripMs = second.Network?.LastRoundTrip?.TotalMilliseconds,
        LossUp = sample.LossUp,
        LossDown = sample.LossDown,
        JitterUpMs = sample.JitterUpMs,
        JitterDownMs = sample.JitterDownMs,
        TargetUp = sample.TargetUp,
        WantedUp = second.WantedRate,
        IsCpuOverloaded = second.IsEncoderOverloaded,
        FramesPerSecond = measured?.FpsSent ?? 0,
        Silence = second.Silence,
    });
}
