using System.Numerics;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>When each of the last packets left, by packet number: an acknowledgement names the newest that came, which gives an unambiguous round trip.</summary>
/// <remarks>Bounded; takes its memory with the first packet.</remarks>
internal sealed class SentNumbers(int capacity)
{
    private readonly int _mask = (int)BitOperations.RoundUpToPowerOf2((uint)capacity) - 1;
    private (long Number, Instant At)[] _sent = [];
    private long _newest = -1;

    /// <summary>A packet leaves.</summary>
    internal void OnSent(long number, Instant now)
    {
        if (_sent.Length == 0)
        {
            _sent = new (long, Instant)[_mask + 1];
            Array.Fill(_sent, (-1, default));
        }
        _sent[number & _mask] = (number, now);
    }

    /// <summary>Takes the round trip out of an acknowledgement that names a packet of ours newer than any before it.</summary>
    internal bool TryTakeRoundTrip(Instant now, in StreamAck ack, out TimeSpan roundTrip)
    {
        roundTrip = default;
        if (ack.Newest <= _newest || _sent.Length == 0) return false;
        var (number, at) = _sent[ack.Newest & _mask];
        if (number != ack.Newest) return false;
        _newest = number;
        var whole = now - at;
        // A delay that cannot be is not believed.
        roundTrip = ack.Delay < whole ? whole - ack.Delay : whole;
        return true;
    }
}
