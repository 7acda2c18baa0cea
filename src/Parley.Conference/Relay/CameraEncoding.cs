using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Reports;

namespace Parley.Conference.Relay;

/// <summary>One encoding of somebody's camera as it comes in: how much it costs, and whether a key frame is to be asked for.</summary>
internal sealed class CameraEncoding(Ssrc ssrc)
{
    /// <summary>However many ask, one key frame in this time answers all.</summary>
    public static readonly TimeSpan KeyframeInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ActiveTime = TimeSpan.FromSeconds(1);

    private readonly RateMeter _rate = new();
    private Instant _startedAt;
    private Instant _lastPacketAt = new(long.MinValue / 2);
    private Instant _askedAt = new(long.MinValue / 2);
    private bool _isKeyframeWanted;

    /// <summary>The stream.</summary>
    public Ssrc Ssrc { get; } = ssrc;

    /// <summary>Whether its pictures are JPEG, each of which stands alone.</summary>
    public bool IsJpeg { get; private set; } = true;

    /// <summary>Whether anything came within the last second.</summary>
    public bool IsActive(Instant now) => now - _lastPacketAt < ActiveTime;

    /// <summary>Bits per second in the last second; 0 while it has not come for a second.</summary>
    public long Rate(Instant now) => IsActive(now) && now - _startedAt > ActiveTime ? _rate.Measure(now) : 0;

    /// <summary>A packet came.</summary>
    public void OnPacket(Instant now, int bytes, bool isJpeg, bool isKeyFrame)
    {
        if (!IsActive(now)) _startedAt = now;
        _lastPacketAt = now;
        _rate.Add(now, bytes);
        IsJpeg = isJpeg;
        if (isKeyFrame) _isKeyframeWanted = false;
    }

    /// <summary>Somebody cannot go on without a key frame.</summary>
    public void WantKeyframe() => _isKeyframeWanted = !IsJpeg;

    /// <summary>Whether to ask the publisher now; true once for all who wanted.</summary>
    public bool TryTakeKeyframeRequest(Instant now)
    {
        if (!_isKeyframeWanted || now - _askedAt < KeyframeInterval) return false;
        _askedAt = now;
        _isKeyframeWanted = false;
        return true;
    }
}
