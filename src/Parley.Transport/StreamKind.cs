namespace Parley.Transport;

/// <summary>What a stream carries, which decides how the transport treats it.</summary>
public enum StreamKind
{
    /// <summary>Sound: leaves at once, is never sent again and never asked for again; redundancy in the payload protects it.</summary>
    Audio,

    /// <summary>Pictures: paced, kept for a while to be sent again, and asked for again when packets are missing.</summary>
    Video,
}
