using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Transport.Pacing;

/// <summary>Spreads packets over time with a token bucket, so that the burst of a frame does not fill the bottleneck's queue.</summary>
/// <remarks>
/// Tokens are bytes on the wire, headers of IP and UDP included. They refill at <see cref="Rate"/> up to <see cref="Burst"/>. What may not wait takes
/// tokens all the same and may leave the bucket in debt, down to minus <see cref="Burst"/>. Exact: fractions of a byte are kept. Not thread-safe.
/// </remarks>
public sealed class Pacer
{
    /// <summary>Most packets in a burst at rates where <see cref="RunTime"/> is less than that.</summary>
    public const int BurstPackets = 16;

    /// <summary>Bytes of the IPv4 and UDP headers, which use up the path like the payload.</summary>
    public const int HeaderBytes = 20 + 8;

    /// <summary>The least that waits for one another at high rates: packets leave in runs of this length, so that a timer serves many.</summary>
    public static readonly TimeSpan RunTime = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// The longest burst at low rates. Sixteen packets at 300 kbit/s are half a second of the link; a queue of 100 ms would drop most of them.
    /// </summary>
    public static readonly TimeSpan LongestBurst = TimeSpan.FromMilliseconds(10);

    private const int PacketBytes = Limits.MaxDatagram + HeaderBytes;

    /// <summary>Tokens are counted in bits times ticks of a second: then the refill of any time at any rate is a whole number.</summary>
    private const long UnitsPerByte = 8 * TimeSpan.TicksPerSecond;

    private long _tokens;
    private Instant _refilledAt;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="rate">Bits per second, more than 0.</param>
    public Pacer(Instant now, long rate)
    {
        Rate = 1;
        _refilledAt = now;
        SetRate(now, rate);
        _tokens = Burst * UnitsPerByte;
    }

    /// <summary>Bits per second at which tokens refill.</summary>
    public long Rate { get; private set; }

    /// <summary>Most tokens, in bytes: <see cref="BurstPackets"/> but at most <see cref="LongestBurst"/>; at least <see cref="RunTime"/> and one packet.</summary>
    public int Burst { get; private set; }

    /// <summary>Tokens now, in whole bytes; negative in debt.</summary>
    public long Tokens(Instant now)
    {
        Refill(now);
        return _tokens / UnitsPerByte;
    }

    /// <summary>Changes the rate. Tokens over the new burst are lost.</summary>
    /// <param name="now">Time of the change; tokens until then refill at the old rate.</param>
    /// <param name="rate">Bits per second, more than 0 and at most 100 Gbit/s.</param>
    public void SetRate(Instant now, long rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, 100_000_000_000);
        Refill(now);
        Rate = rate;
        var run = BytesIn(RunTime);
        Burst = (int)Math.Max(Math.Max(run, PacketBytes), Math.Min(BurstPackets * PacketBytes, BytesIn(LongestBurst)));
        _tokens = Math.Clamp(_tokens, -Burst * UnitsPerByte, Burst * UnitsPerByte);
    }

    /// <summary>Whether a datagram may leave now.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="bytes">Its bytes on the wire.</param>
    public bool MayRelease(Instant now, int bytes)
    {
        Refill(now);
        return _tokens >= Math.Min(bytes, Burst) * UnitsPerByte;
    }

    /// <summary>A datagram has left, whether it had to ask or not.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="bytes">Its bytes on the wire.</param>
    public void OnReleased(Instant now, int bytes)
    {
        Refill(now);
        _tokens = Math.Max(_tokens - (bytes * UnitsPerByte), -Burst * UnitsPerByte);
    }

    /// <summary>When the next run of what waits may leave.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="first">Bytes on the wire of the first datagram that waits.</param>
    /// <param name="waiting">Bytes on the wire of all that waits, the first included.</param>
    /// <returns>Now or later: when tokens will do for <see cref="RunTime"/> of the rate, or for all that waits if that is less.</returns>
    public Instant NextRelease(Instant now, int first, long waiting)
    {
        Refill(now);
        var wanted = Math.Min(Burst, Math.Max(first, Math.Min(waiting, BytesIn(RunTime))));
        var missing = (wanted * UnitsPerByte) - _tokens;
        return missing <= 0 ? now : now + new TimeSpan((missing + Rate - 1) / Rate);
    }

    /// <summary>How long this many bytes last, beyond the tokens there are.</summary>
    public TimeSpan DurationOf(Instant now, long bytes)
    {
        Refill(now);
        var missing = ((Int128)bytes * UnitsPerByte) - _tokens;
        return missing <= 0 ? TimeSpan.Zero : new TimeSpan((long)(missing / Rate));
    }

    private long BytesIn(TimeSpan time) => Rate / 8 * time.Ticks / TimeSpan.TicksPerSecond;

    private void Refill(Instant now)
    {
        if (now <= _refilledAt) return;
        var elapsed = (now - _refilledAt).Ticks;
        _refilledAt = now;
        // Compared before it is multiplied: hours of silence times the rate would leave 64 bits.
        var missing = (Burst * UnitsPerByte) - _tokens;
        _tokens = elapsed > missing / Rate ? Burst * UnitsPerByte : _tokens + (elapsed * Rate);
    }
}
