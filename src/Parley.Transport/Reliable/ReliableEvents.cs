namespace Parley.Transport.Reliable;

/// <summary>What has happened to a reliable stream since it was last asked.</summary>
[Flags]
public enum ReliableEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>More bytes can be read.</summary>
    Readable = 1,

    /// <summary>A write was refused for want of room, and a quarter of the buffer is free now.</summary>
    Writable = 2,

    /// <summary>The other side has ended its direction, and all of it has come; some may still have to be read.</summary>
    Ended = 4,

    /// <summary>The other side has everything that was written here, and knows that it ends.</summary>
    Delivered = 8,

    /// <summary>One of the two has thrown the stream away.</summary>
    Reset = 16,
}
