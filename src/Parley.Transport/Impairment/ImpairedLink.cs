using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Transport.Impairment;

/// <summary>
/// One direction of a bad network: datagrams go in at one time and come out at another, or not at all. The same class stands in the
/// simulator's links and behind <c>--impair</c> on real sockets.
/// </summary>
/// <remarks>
/// A datagram passes the rate limit with its queue, then may be lost, then takes its delay, and may be overtaken on the way. The same seed
/// and the same calls give the same outcome. Memory grows with what is in flight, up to <see cref="MaxInFlight"/> datagrams, and is then
/// reused: no allocation in steady state. Not thread-safe.
/// </remarks>
public sealed class ImpairedLink
{
    /// <summary>Most datagrams on their way at once; 100 Mbit/s of video with a delay of one second fit.</summary>
    public const int MaxInFlight = 16_384;

    /// <summary>How long a datagram that is held back waits for others to overtake it.</summary>
    public static readonly TimeSpan MaxHold = TimeSpan.FromMilliseconds(50);

    /// <summary>Most datagrams that overtake one that is held back.</summary>
    private const int MaxOvertakers = 3;

    /// <summary>Most datagrams held back at once; a reordering that comes on top does not happen.</summary>
    private const int MaxHeld = 8;

    private readonly SeededRandom _random;
    private readonly PriorityQueue<int, Turn> _arrivals = new();
    private readonly Stack<int> _freeSlots = new();
    private readonly List<Slot> _slots = [];
    private readonly Held[] _held = new Held[MaxHeld];
    private int _heldCount;
    private ImpairmentOptions _options;
    private Bottleneck _bottleneck;
    private LossModel _lossModel;
    private Instant _lastArrival = new(long.MinValue);
    private long _turn;
    private bool _lostLast;
    private ImpairmentStats _stats;

    /// <summary>Makes a link with nothing on it.</summary>
    /// <param name="options">How it misbehaves; <see cref="ImpairmentOptions.Direction"/> and <see cref="ImpairmentOptions.Seed"/> are left to the caller.</param>
    /// <param name="seed">Makes the misfortune repeatable. Give the two directions of one path different seeds.</param>
    public ImpairedLink(ImpairmentOptions options, int seed)
    {
        _random = SeededRandom.For(seed, nameof(ImpairedLink));
        _options = options;
        _bottleneck = new Bottleneck(options.Rate, options.Queue);
        _lossModel = new LossModel(options.Loss, options.Burst, _random);
    }

    /// <summary>How the link misbehaves. A change holds for what is sent after it; what is on its way arrives as decided.</summary>
    public ImpairmentOptions Options
    {
        get => _options;
        set
        {
            if (value.Rate != _options.Rate || value.Queue != _options.Queue) _bottleneck = new Bottleneck(value.Rate, value.Queue);
            if (value.Loss != _options.Loss || value.Burst != _options.Burst) _lossModel = new LossModel(value.Loss, value.Burst, _random);
            _options = value;
        }
    }

    /// <summary>When <see cref="TryReceive"/> has something next; <see cref="Instant.Never"/> when nothing is on its way.</summary>
    public Instant NextArrival
    {
        get
        {
            var next = _arrivals.TryPeek(out _, out var turn) ? new Instant(turn.At) : Instant.Never;
            foreach (ref readonly var held in _held.AsSpan(0, _heldCount)) next = Instant.Min(next, held.Deadline);
            return next;
        }
    }

    /// <summary>What became of the datagrams so far.</summary>
    public ImpairmentStats Stats => _stats;

    /// <summary>How long a datagram that is sent now would wait for the rate limit.</summary>
    public TimeSpan QueueDelayAt(Instant now) => _bottleneck.DelayAt(now);

    /// <summary>Puts a datagram on the link.</summary>
    /// <param name="now">Time of the call, never earlier than in the last.</param>
    /// <param name="datagram">The payload; copied.</param>
    /// <param name="tag">Comes out with the datagram; the caller's, for instance an index of addresses.</param>
    /// <returns>Why the datagram, and its copy if it was duplicated, will not arrive; <see cref="DropReason.None"/> when at least one will.</returns>
    public DropReason Send(Instant now, ReadOnlySpan<byte> datagram, long tag)
    {
        _stats = _stats with { Sent = _stats.Sent + 1 };
        if (datagram.Length > Limits.MaxReceivedDatagram)
        {
            _stats = _stats with { TooLarge = _stats.TooLarge + 1 };
            return DropReason.TooLarge;
        }
        var isTwice = _options.Duplicate > 0 && _random.NextDouble() < _options.Duplicate;
        var outcome = SendOnce(now, datagram, tag);
        if (!isTwice) return outcome;

        _stats = _stats with { Duplicated = _stats.Duplicated + 1 };
        var copyOutcome = SendOnce(now, datagram, tag);
        return outcome == DropReason.None ? outcome : copyOutcome;
    }

    /// <summary>Takes out the next datagram that has arrived by <paramref name="now"/>.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="destination">Where to copy it; what does not fit is cut off, as a socket does.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="tag">What was given to <see cref="Send"/>.</param>
    /// <returns>False when none has arrived.</returns>
    public bool TryReceive(Instant now, Span<byte> destination, out int length, out long tag)
    {
        for (var i = _heldCount - 1; i >= 0; i--)
        {
            if (_held[i].Deadline <= now) Release(i, _held[i].Deadline);
        }
        length = 0;
        tag = 0;
        if (!_arrivals.TryPeek(out var index, out var turn) || turn.At > now.Ticks) return false;

        _arrivals.Dequeue();
        var slot = _slots[index];
        length = Math.Min(slot.Length, destination.Length);
        slot.Bytes.AsSpan(0, length).CopyTo(destination);
        tag = slot.Tag;
        _freeSlots.Push(index);
        _stats = _stats with { Delivered = _stats.Delivered + 1, DeliveredBytes = _stats.DeliveredBytes + slot.Length, InFlight = _stats.InFlight - 1 };
        return true;
    }

    private DropReason SendOnce(Instant now, ReadOnlySpan<byte> datagram, long tag)
    {
        if (_stats.InFlight >= MaxInFlight || !_bottleneck.TryPass(now, datagram.Length, out var departure))
        {
            _stats = _stats with { QueueDropped = _stats.QueueDropped + 1 };
            return DropReason.QueueFull;
        }
        if (departure - now > _stats.LongestQueueDelay) _stats = _stats with { LongestQueueDelay = departure - now };
        if (IsLost()) return DropReason.Impaired;

        var slot = Store(datagram, tag);
        // What keeps its order never arrives before what went in front of it.
        var arrival = Instant.Max(departure + DrawDelay(), _lastArrival);
        if (_options.Reorder > 0 && _heldCount < MaxHeld && _random.NextDouble() < _options.Reorder)
        {
            _held[_heldCount++] = new Held(slot, 1 + _random.NextInt32(MaxOvertakers), arrival + MaxHold);
            _stats = _stats with { Reordered = _stats.Reordered + 1 };
            return DropReason.None;
        }
        _lastArrival = arrival;
        _arrivals.Enqueue(slot, new Turn(arrival.Ticks, _turn++));
        CountOvertaken(arrival);
        return DropReason.None;
    }

    private bool IsLost()
    {
        var isLost = _lossModel.Next();
        if (isLost)
            _stats = _stats with { Lost = _stats.Lost + 1, LossBursts = _stats.LossBursts + (_lostLast ? 0 : 1) };
        _lostLast = isLost;
        return isLost;
    }

    private TimeSpan DrawDelay()
    {
        if (_options.Jitter == TimeSpan.Zero) return _options.Delay;
        var least = Math.Max(0, _options.Delay.Ticks - _options.Jitter.Ticks);
        return new TimeSpan(least + (long)(_random.NextDouble() * 2 * _options.Jitter.Ticks));
    }

    /// <summary>Tells those that are held back that one more went past, and lets go whoever has seen enough of them.</summary>
    private void CountOvertaken(Instant arrival)
    {
        for (var i = 0; i < _heldCount;)
        {
            if (--_held[i].Overtakers > 0)
            {
                i++;
                continue;
            }
            Release(i, Instant.Min(arrival, _held[i].Deadline));
        }
    }

    private void Release(int index, Instant arrival)
    {
        _arrivals.Enqueue(_held[index].Slot, new Turn(arrival.Ticks, _turn++));
        _held.AsSpan(index + 1, _heldCount - index - 1).CopyTo(_held.AsSpan(index));
        _heldCount--;
    }

    private int Store(ReadOnlySpan<byte> datagram, long tag)
    {
        if (!_freeSlots.TryPop(out var index))
        {
            index = _slots.Count;
            _slots.Add(new Slot());
        }
        var slot = _slots[index];
        datagram.CopyTo(slot.Bytes);
        slot.Length = datagram.Length;
        slot.Tag = tag;
        _stats = _stats with { InFlight = _stats.InFlight + 1 };
        return index;
    }

    private sealed class Slot
    {
        public readonly byte[] Bytes = new byte[Limits.MaxReceivedDatagram];
        public int Length;
        public long Tag;
    }

    private record struct Held(int Slot, int Overtakers, Instant Deadline);

    /// <summary>Earlier first; at the same time, whoever went in first.</summary>
    private readonly record struct Turn(long At, long Order) : IComparable<Turn>
    {
        public int CompareTo(Turn other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
