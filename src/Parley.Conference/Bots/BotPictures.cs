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
    private Instant _shownAt;
    private TimeSpan _longestGap;
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
        // A screen shows it at its time, not when it came.
        var shownAt = Instant.Max(now, picture.PlayAt);
        if (_shown++ > 0 && shownAt - _shownAt > _longestGap) _longestGap = shownAt - _shownAt;
        _shownAt = shownAt;
        _bytes += picture.Data.Length;
        (_width, _height, _codec) = (picture.Width, picture.Height, picture.Codec);
        _freezes.OnShown(shownAt);
        if (TestCard.TryReadCaptureTicks(picture.Data, out var ticks) || ModelPicture.TryReadCaptureTicks(picture.Data, out ticks))
        {
            var captured = new Instant(ticks);
            _latencies.Add((now - captured).TotalMilliseconds);
            if (shownAt - captured <= InTime) _shownInTime++;
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
            _height, _bytes, Math.Round(_freezes.FreezeTime.TotalMilliseconds, 1), Math.Round(_longestGap.TotalMilliseconds, 1), Percentiles.Of(_latencies));
    }
}
