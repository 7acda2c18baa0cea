namespace Parley.Media.Audio;

/// <summary>What one read of a jitter buffer gave.</summary>
public enum PlayoutResult
{
    /// <summary>Zeros: the sender pauses, or its sound is still being gathered.</summary>
    Silence,

    /// <summary>Sound as it was sent.</summary>
    Frame,

    /// <summary>Sound made up, at least in part, because the sent one is missing.</summary>
    Concealed,
}
