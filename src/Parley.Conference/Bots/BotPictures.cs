using Parley.Conference.Client;
using Parley.Media.Synthesis;
using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Bots;

/// <summary>What a bot saw of one track.</summary>
internal sealed class BotPictures
{
    private static readonly TimeSpan InTime = TimeSpan.FromMilliseconds(200);

    private readonly FreezeDetector _freezes = new();
    private readonly List<double> _latencies = [];
    private long _first = -1;
    private long _last;
    private Instant _firstAt;
    private Instant _lastAt;
    private long _shown;
    private long _shownInTime;
    private long _bytes;
    private int _width;
    private int _height;
    private PayloadType _codec;

    /// <summary>Capture to whole picture, in milliseconds.</summary>
    public IReadOnlyList<double> LatenciesMs => _latencies;

    /// <summary>Takes a picture.</summary>
    public void OnPicture(Instant now, in ReceivedPicture picture)
    {
        if (_first < 0)
        {
            _first = picture.FrameId;
            _firstAt = now;
        }
        _last = picture.FrameId;
        _lastAt = now;
        _shown++;
        _bytes += picture.Data.Length;
        (_width, _height, _codec) = (picture.Width, picture.Height, picture.Codec);
        _freezes.OnShown(now);
        if (TestCard.TryReadCaptureTicks(picture.Data, out var ticks) || ModelPicture.TryReadCaptureTicks(picture.Data, out ticks))
        {
            var latency = now - new Instant(ticks);
            _latencies.Add(latency.TotalMilliseconds);
            if (latency <= InTime) _shownInTime++;
        }
        else
        {
            // A recorded picture does not say when it was captured; whatever is shown counts as in time.
            _shownInTime++;
        }
    }

    /// <summary>The sum; null when nothing came.</summary>
    public BotVideo? ToReport()
    {
        if (_first < 0) return null;
        var sent = _last - _first + 1;
        var seconds = (_lastAt - _firstAt).TotalSeconds;
        return new BotVideo(
            _codec.ToString().ToLowerInvariant(), sent, _shown, sent - _shownInTime, seconds > 0 ? Math.Round((_shown - 1) / seconds, 2) : 0, _width,
            _height, _bytes, Math.Round(_freezes.FreezeTime.TotalMilliseconds, 1), Percentiles.Of(_latencies));
    }
}
