using Parley.Conference.Client;
using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Agent.Statistics;

/// <summary>Counts one stream of pictures, second by second. Allocates nothing for a picture.</summary>
internal sealed class PictureMeter
{
    /// <summary>A track whose time line jumps this far has a new sender behind it.</summary>
    private static readonly TimeSpan Jump = TimeSpan.FromSeconds(5);

    private readonly FreezeDetector _freezes = new();
    private readonly CaptureClock _clock = new();
    private PayloadType _codec;
    private int _width;
    private int _height;
    private int _count;
    private long _bytes;
    private long _lost;
    private long _lastId = -1;
    private long _heldUpTicks;
    private TimeSpan _frozenBefore;

    /// <summary>Counts a picture of one's own.</summary>
    public void OnSent(PayloadType codec, int width, int height, int bytes) => Count(codec, width, height, bytes);

    /// <summary>Counts a picture of somebody.</summary>
    /// <returns>How much longer than the quickest it took to come.</returns>
    public TimeSpan OnReceived(Instant now, in ReceivedPicture picture)
    {
        Count(picture.Codec, picture.Width, picture.Height, picture.Data.Length);
        if (_lastId >= 0 && picture.FrameId > _lastId) _lost += picture.FrameId - _lastId - 1;
        _lastId = picture.FrameId;
        _freezes.OnShown(now);
        var heldUp = _clock.HeldUp(now, picture.Timestamp);
        if (heldUp > Jump)
        {
            _clock.Reset();
            heldUp = _clock.HeldUp(now, picture.Timestamp);
        }
        _heldUpTicks += heldUp.Ticks;
        return heldUp;
    }

    /// <summary>Nobody expects pictures now: what is missing until the next one is no freeze.</summary>
    public void Pause()
    {
        _freezes.Pause();
        _frozenBefore = _freezes.FreezeTime;
    }

    /// <summary>The counts since the last call; null when there was nothing, and nothing missing.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="track">What to call the stream.</param>
    /// <param name="length">Time since the last call.</param>
    /// <param name="roundTrip">Ours to the server; null before it is known.</param>
    public PicturesSecond? Take(Instant now, uint track, TimeSpan length, TimeSpan? roundTrip)
    {
        var frozenUntilNow = _freezes.FreezeTimeUntil(now);
        var frozen = frozenUntilNow - _frozenBefore;
        _frozenBefore = frozenUntilNow;
        if ((_count == 0 && frozen == TimeSpan.Zero) || !_codec.TryGetVideoCodec(out var codec)) return null;
        var delay = _lastId >= 0 && _count > 0 && roundTrip is { } way ? way + new TimeSpan(_heldUpTicks / _count) : (TimeSpan?)null;
        var second = new PicturesSecond(
            track, codec, _width, _height, _count / length.TotalSeconds, 8 * _bytes / length.TotalSeconds, (int)Math.Min(_lost, int.MaxValue), frozen, delay);
        _count = 0;
        _bytes = 0;
        _lost = 0;
        _heldUpTicks = 0;
        return second;
    }

    private void Count(PayloadType codec, int width, int height, int bytes)
    {
        (_codec, _width, _height) = (codec, width, height);
        _count++;
        _bytes += bytes;
    }
}
