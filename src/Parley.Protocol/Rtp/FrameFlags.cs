namespace Parley.Protocol.Rtp;

/// <summary>What a relay and a receiver must know of an encoded picture without reading it.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>Depends on earlier frames, and later frames may depend on it.</summary>
    None = 0,

    /// <summary>Stands alone: decoding may begin here. Set on every JPEG picture.</summary>
    KeyFrame = 1,

    /// <summary>No other frame depends on it, so it may be dropped.</summary>
    Discardable = 2,

    /// <summary>A receiver may move to this frame's layer here.</summary>
    SwitchPoint = 4,
}
