namespace Parley.Transport.Impairment;

/// <summary>What a <see cref="QueueLimit"/> counts.</summary>
public enum QueueUnit
{
    /// <summary>Ticks of 100 ns that the last datagram in the queue waits.</summary>
    Time,

    /// <summary>Bytes on the wire that have not left yet.</summary>
    Bytes,

    /// <summary>Datagrams that have not left yet.</summary>
    Datagrams,
}

/// <summary>How much may wait in front of a rate limit; what comes on top is dropped (drop-tail).</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Value">How many of them.</param>
public readonly record struct QueueLimit(QueueUnit Unit, long Value)
{
    /// <summary>Most datagrams a <see cref="QueueUnit.Datagrams"/> limit may ask for; each costs eight bytes of memory.</summary>
    public const int MaxDatagrams = 10_000;

    /// <summary>A limit on waiting time.</summary>
    public static QueueLimit Of(TimeSpan time) => new(QueueUnit.Time, time.Ticks);

    /// <summary>A limit on waiting bytes.</summary>
    public static QueueLimit OfBytes(long bytes) => new(QueueUnit.Bytes, bytes);

    /// <summary>A limit on waiting datagrams.</summary>
    public static QueueLimit OfDatagrams(int count) => new(QueueUnit.Datagrams, count);
}
