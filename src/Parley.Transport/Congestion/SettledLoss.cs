using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>The measured share of packets that got lost, over the packets sent in the last second.</summary>
/// <remarks>Ten buckets by time of sending. Allocates nothing after construction. Not thread-safe.</remarks>
internal sealed class SettledLoss
{
    private const int Buckets = 10;
    private const long BucketTicks = TimeSpan.TicksPerSecond / Buckets;

    /// <summary>Fewer packets say nothing: one lost of ten is not ten per cent.</summary>
    private const int FewestPackets = 20;

    private readonly int[] _sent = new int[Buckets];
    private readonly int[] _lost = new int[Buckets];
    private long _current = long.MinValue;
    private Instant _from = new(long.MinValue);

    /// <summary>0 to 1; 0 while too few packets are known.</summary>
    internal double Share
    {
        get
        {
            var (sent, lost) = (0, 0);
            for (var i = 0; i < Buckets; i++)
            {
                sent += _sent[i];
                lost += _lost[i];
            }
            return sent < FewestPackets ? 0 : (double)lost / sent;
        }
    }

    /// <summary>Forgets everything; what was sent before <paramref name="from"/> no longer counts.</summary>
    internal void Restart(Instant from)
    {
        _current = long.MinValue;
        _from = from;
        Array.Clear(_sent);
        Array.Clear(_lost);
    }

    /// <summary>Counts a packet.</summary>
    internal void OnSettled(Instant sentAt, bool isLost)
    {
        if (sentAt < _from) return;
        var bucket = sentAt.Ticks / BucketTicks;
        if (_current == long.MinValue || bucket - _current >= Buckets)
        {
            Array.Clear(_sent);
            Array.Clear(_lost);
            _current = bucket;
        }
        while (_current < bucket)
        {
            _current++;
            _sent[_current % Buckets] = 0;
            _lost[_current % Buckets] = 0;
        }
        if (bucket <= _current - Buckets) return;
        _sent[bucket % Buckets]++;
        if (isLost) _lost[bucket % Buckets]++;
    }
}
