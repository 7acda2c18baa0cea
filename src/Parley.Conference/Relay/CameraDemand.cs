using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>What a publisher is asked for: decided anew often, told when it has changed, and more of it only when that has lasted a moment.</summary>
internal sealed class CameraDemand
{
    /// <summary>No limit to the bitrate of the large encoding.</summary>
    public const long Unlimited = long.MaxValue;

    /// <summary>Less than this share of what was told is told at once, because too much does harm.</summary>
    private const double WorthLowering = 0.95;

    /// <summary>More than this many times what was told is told after a while.</summary>
    private const double WorthRaising = 1.1;

    private static readonly TimeSpan BetweenMessages = TimeSpan.FromMilliseconds(200);

    /// <summary>More is asked for when it could have been for this long: an estimate that grows grows once for the publisher.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(400);

    private static readonly TimeSpan RaiseAfter = TimeSpan.FromSeconds(1);

    /// <summary>What is not needed any more is kept for as long as receivers may take to change over.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    private VideoDemand _told = new(VideoCodec.Jpeg, 0, 0);
    private Instant _toldAt = new(long.MinValue / 2);
    private Instant _largeNeededAt = new(long.MinValue / 2);
    private Instant _smallNeededAt = new(long.MinValue / 2);
    private int _candidate;
    private Instant _candidateSince;
    private long _rate = Unlimited;
    private Instant _notMoreSince;

    /// <summary>The codec asked for.</summary>
    public VideoCodec Codec => _told.Codec;

    /// <summary>Rows of the large encoding; 0 for none.</summary>
    public int LargeHeight => _told.LargeHeight;

    /// <summary>Rows of the small encoding; 0 for none.</summary>
    public int SmallHeight => _told.SmallHeight;

    /// <summary>Takes what everyone needs now.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="largeHeight">Rows of the large encoding; 0 for none.</param>
    /// <param name="smallHeight">Rows of the small one; 0 for none.</param>
    /// <param name="largeRate">Bits per second of pictures that the best receiver of the large one bears, or <see cref="Unlimited"/>.</param>
    /// <param name="isAnybodyThere">Whether anybody looks at all.</param>
    /// <returns>The message to send, or null when nothing has changed or it is too soon.</returns>
    public VideoDemand? Update(Instant now, VideoCodec codec, int largeHeight, int smallHeight, long largeRate, bool isAnybodyThere)
    {
        var large = Keep(now, largeHeight, _told.LargeHeight, ref _largeNeededAt, isAnybodyThere);
        var small = Keep(now, smallHeight, _told.SmallHeight, ref _smallNeededAt, isAnybodyThere);
        if (large != _candidate)
        {
            _candidate = large;
            _candidateSince = now;
        }
        if (_told.LargeHeight > 0 && large > _told.LargeHeight && now - _candidateSince < Settled) large = _told.LargeHeight;
        var rate = large > 0 && largeRate > 0 ? largeRate : _rate;
        if (rate <= _rate * WorthRaising) _notMoreSince = now;
        var isWorth = rate < _rate * WorthLowering || now - _notMoreSince >= RaiseAfter;
        if (((codec, large, small) == (_told.Codec, _told.LargeHeight, _told.SmallHeight) && !isWorth) || now - _toldAt < BetweenMessages) return null;
        _rate = rate;
        _notMoreSince = now;
        _told = new VideoDemand(codec, large, small, large > 0 && rate < Unlimited ? rate : 0);
        _toldAt = now;
        return _told;
    }

    private static int Keep(Instant now, int needed, int told, ref Instant neededAt, bool isAnybodyThere)
    {
        if (needed > 0) neededAt = now;
        return needed > 0 || !isAnybodyThere || now - neededAt >= Kept ? needed : told;
    }
}
