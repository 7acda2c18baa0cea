using Parley.Protocol.Time;

namespace Parley.Transport.Impairment;

/// <summary>A rate limit with a drop-tail queue in front of it: says when a datagram has left, or that it found no room.</summary>
/// <remarks>
/// Exact: the fraction of a tick that a datagram's last bit needs is carried to the next one, so a full queue leaves at precisely the rate.
/// Allocates only when it is made. Not thread-safe.
/// </remarks>
internal sealed class Bottleneck(long rate, QueueLimit queue)
{
    /// <summary>Bytes of the IPv4 and UDP headers, which use up the rate like the payload.</summary>
    public const int HeaderBytes = 20 + 8;

    // When each of the last `limit` datagrams left: the one to be overwritten next tells whether that many still wait.
    private readonly long[] _departures = queue.Unit == QueueUnit.Datagrams ? NoDepartures((int)queue.Value) : [];
    private int _oldest;
    private long _freeAt = long.MinValue;
    private long _remainder;

    /// <summary>Takes a datagram at <paramref name="now"/>.</summary>
    /// <param name="now">Time of the call, never earlier than in the last.</param>
    /// <param name="payloadBytes">Size without headers.</param>
    /// <param name="departure">When its last bit has left; meaningful when true.</param>
    /// <returns>False when the queue is full.</returns>
    public bool TryPass(Instant now, int payloadBytes, out Instant departure)
    {
        departure = now;
        if (rate == 0) return true;

        if (_freeAt <= now.Ticks)
        {
            _freeAt = now.Ticks;
            _remainder = 0;
        }
        var size = payloadBytes + HeaderBytes;
        if (!HasRoom(now.Ticks, size)) return false;

        var work = (size * 8L * TimeSpan.TicksPerSecond) + _remainder;
        _freeAt += work / rate;
        _remainder = work % rate;
        if (_departures.Length > 0)
        {
            _departures[_oldest] = _freeAt;
            _oldest = (_oldest + 1) % _departures.Length;
        }
        departure = new Instant(_freeAt);
        return true;
    }

    /// <summary>How long what waits needs to leave.</summary>
    public TimeSpan DelayAt(Instant now) => _freeAt <= now.Ticks ? TimeSpan.Zero : new TimeSpan(_freeAt - now.Ticks);

    private bool HasRoom(long now, int size)
    {
        var wait = _freeAt - now;
        return queue.Unit switch
        {
            QueueUnit.Time => wait <= queue.Value,
            // A link that is idle takes any one datagram, whatever the limit.
            QueueUnit.Bytes => wait == 0 || BytesLeavingIn(wait) + size <= queue.Value,
            QueueUnit.Datagrams => _departures[_oldest] <= now,
            _ => throw new InvalidOperationException($"Unknown queue unit {queue.Unit}."),
        };
    }

    private double BytesLeavingIn(long ticks) => (double)ticks * rate / (8.0 * TimeSpan.TicksPerSecond);

    private static long[] NoDepartures(int limit)
    {
        var departures = new long[Math.Clamp(limit, 1, QueueLimit.MaxDatagrams)];
        Array.Fill(departures, long.MinValue);
        return departures;
    }
}
