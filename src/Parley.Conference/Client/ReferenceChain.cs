using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>
/// Knows whether a picture can be decoded after those before it. After a gap only a key frame can, and one is to be asked for; a gap of one picture
/// of the upper temporal layer is none, because nothing depends on it.
/// </summary>
internal sealed class ReferenceChain
{
    /// <summary>Asked again after this time, when none came.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(300);

    private bool _isBroken = true;
    private bool _hasLayers;
    private bool _wasUpperLayer;
    private byte _payloadType;
    private Instant _askedAt = new(long.MinValue / 2);

    /// <summary>Whether a key frame is to be asked for now; true at most once in 300 ms.</summary>
    public bool TryTakeRequest(Instant now)
    {
        if (!_isBroken || now - _askedAt < AskAgain) return false;
        _askedAt = now;
        return true;
    }

    /// <summary>Takes the next picture of the stream; false when it cannot be decoded.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="missing">Pictures that were sent between the one before and this one, and did not come.</param>
    public bool TryContinue(in AssembledFrame frame, long missing)
    {
        if (frame.PayloadType == (byte)PayloadType.Jpeg)
        {
            _isBroken = false;
            _payloadType = frame.PayloadType;
            return true;
        }
        var isUpperLayer = frame.Flags.HasFlag(FrameFlags.Discardable);
        if (isUpperLayer) _hasLayers = true;
        var isHarmless = missing == 0 || (missing == 1 && _hasLayers && !_wasUpperLayer && !isUpperLayer);
        if (!isHarmless || frame.PayloadType != _payloadType) _isBroken = true;
        if (frame.Flags.HasFlag(FrameFlags.KeyFrame)) _isBroken = false;
        _wasUpperLayer = isUpperLayer;
        _payloadType = frame.PayloadType;
        return !_isBroken;
    }
}
