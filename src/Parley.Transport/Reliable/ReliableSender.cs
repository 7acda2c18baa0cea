using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;

namespace Parley.Transport.Reliable;

/// <summary>The sending half of a reliable stream: keeps bytes until they are acknowledged and says which segment leaves next.</summary>
/// <remarks>
/// RFC 5681 with RFC 6675 for finding losses, RFC 6298 for the timer. The owner takes segments with <see cref="TryNext"/> as long as there are any, after
/// every call that takes a time; hands in acknowledgements; and calls <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>. Allocates nothing once
/// its buffers have grown to the traffic. Not thread-safe.
/// </remarks>
internal sealed class ReliableSender
{
    /// <summary>Nothing acknowledged is waited for longer than this many segments: a sender of single bytes has a bound too.</summary>
    private const int SegmentsPerBuffer = 4;

    private readonly ReliableOptions _options;
    private readonly ICongestionControl _congestion;
    private readonly RetransmissionTimer _timer;
    private readonly Scoreboard _board;
    private readonly SentNumbers _numbers;
    private readonly ByteRing _bytes = new();
    private readonly YieldingWindow _yielding;
    private RecoveryPhase _phase;
    private long _written;
    private long _limit;
    private long _recoveryPoint;
    private long _probes;
    private bool _isClosed;
    private bool _isRescued;
    private bool _isFirstDue;
    private bool _isProbeDue;
    private bool _isWindowLimited;
    private Instant _retransmitAt = Instant.Never;
    private Instant _probeAt = Instant.Never;
    private Instant _lastSentAt;

    internal ReliableSender(ReliableOptions options)
    {
        _options = options;
        _congestion = options.Congestion(options.SegmentBytes);
        _timer = new RetransmissionTimer(options.LeastTimeout, options.MostTimeout);
        var segments = Math.Max(64, options.SendBufferBytes / options.SegmentBytes * SegmentsPerBuffer);
        _board = new Scoreboard(options.SegmentBytes, segments);
        _numbers = new SentNumbers(segments);
        _yielding = new YieldingWindow(options.SegmentBytes);
        // A first window's worth may leave before the other side has said what it takes.
        _limit = StreamData.InitialLimit;
    }

    /// <summary>A segment to be sent now.</summary>
    /// <param name="Begin">Offset of its first byte.</param>
    /// <param name="Bytes">How many bytes, without the end; 0 for a probe or the end alone.</param>
    /// <param name="IsFinal">The stream ends behind it.</param>
    /// <param name="Number">In the scoreboard; -1 when it is sent for the first time.</param>
    internal readonly record struct Outgoing(long Begin, int Bytes, bool IsFinal, long Number);

    /// <summary>Bytes that can be written now.</summary>
    internal int FreeSpace => _isClosed ? 0 : (int)(_options.SendBufferBytes - (_written - Math.Min(_board.Acknowledged, _written)));

    /// <summary>Bytes written so far.</summary>
    internal long Written => _written;

    /// <summary>Bytes that the other side has.</summary>
    internal long Acknowledged => Math.Min(_board.Acknowledged, _written);

    /// <summary>Whether everything, the end included, has been acknowledged.</summary>
    internal bool IsDelivered => _isClosed && _board.Acknowledged == _written + 1;

    /// <summary>How fast segments may leave so that they do not leave in bursts, in bits of the stream a second; 0 while no round trip is known.</summary>
    internal long PacingRate
    {
        get
        {
            if (_timer.SmoothedRtt is not { } rtt || rtt <= TimeSpan.Zero) return 0;
            // In slow start the window doubles in a round trip; later it hardly grows.
            var factor = _congestion.CongestionWindow < _congestion.SlowStartThreshold ? 2.0 : 1.25;
            return (long)(factor * 8 * Window / rtt.TotalSeconds);
        }
    }

    /// <summary>Whether anything waits to be sent or acknowledged.</summary>
    internal bool IsBusy => _board.Flight > 0 || HasUnsent;

    /// <summary>Bytes that the window allows now, about.</summary>
    internal long SendableBytes => Math.Min(Window - _board.Pipe, _written - _board.Sent);

    /// <summary>Media flows beside the stream: it keeps the queue short, by its own round trips, until told otherwise.</summary>
    internal bool IsYielding
    {
        get => _yielding.IsActive;
        set
        {
            if (value && !_yielding.IsActive) _yielding.Begin(_congestion.CongestionWindow);
            else if (!value) _yielding.End();
        }
    }

    /// <summary>When <see cref="HandleTimeout"/> has something to do.</summary>
    internal Instant NextTimeout => Instant.Min(_retransmitAt, _probeAt);

    /// <summary>What the sender knows; the receiving half and the stream add theirs.</summary>
    internal ReliableStats Stats { get; private set; }

    private long Window => Math.Min(_congestion.CongestionWindow, _yielding.Window);

    /// <summary>Takes bytes; all or nothing.</summary>
    internal bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed || bytes.Length > FreeSpace) return false;
        _bytes.Put(_written, bytes);
        _written += bytes.Length;
        return true;
    }

    /// <summary>Ends the stream behind what was written.</summary>
    internal void Close() => _isClosed = true;

    /// <summary>Whether a segment may leave now, and which. It has left when <see cref="OnSent"/> is called.</summary>
    internal bool TryNext(Instant now, out Outgoing next)
    {
        next = default;
        if (_isProbeDue)
        {
            var fits = (int)Math.Min(_limit - _board.Sent, Math.Min(_options.SegmentBytes, _written - _board.Sent));
            next = new Outgoing(_board.Sent, Math.Max(0, fits), false, -1);
            return true;
        }
        if (_board.Flight == 0 && _lastSentAt + _timer.Timeout < now) _congestion.OnIdle();
        _isFirstDue = _isFirstDue && _board.HasLost;
        // The first retransmission of a recovery goes whatever the pipe (RFC 6675 section 5, step 4.3).
        if (!_isFirstDue && _board.Pipe + _options.SegmentBytes > Math.Max(Window, _options.SegmentBytes))
        {
            _isWindowLimited |= Window == _congestion.CongestionWindow;
            return false;
        }
        return TryLost(ref next) || TryNew(now, ref next) || TryMissing(ref next);
    }

    /// <summary>Copies the bytes of a segment that was given by <see cref="TryNext"/>.</summary>
    internal void CopyTo(in Outgoing segment, Span<byte> destination) => _bytes.CopyTo(segment.Begin, destination[..segment.Bytes]);

    /// <summary>The segment given by <see cref="TryNext"/> leaves under a packet number of its own.</summary>
    internal void OnSent(Instant now, in Outgoing segment, long packetNumber)
    {
        _numbers.OnSent(packetNumber, now);
        _lastSentAt = now;
        var length = segment.Bytes + (segment.IsFinal ? 1 : 0);
        if (segment.Number >= 0)
        {
            _isFirstDue = false;
            _board.OnResent(segment.Number, packetNumber);
            Stats = Stats with { Retransmissions = Stats.Retransmissions + 1, RetransmittedBytes = Stats.RetransmittedBytes + segment.Bytes };
        }
        else if (length > 0)
        {
            _board.OnSent(length);
        }
        Stats = Stats with { BytesSent = Stats.BytesSent + segment.Bytes };
        if (_isProbeDue)
        {
            _isProbeDue = false;
            // Bytes that a probe carries are cared for by the timer from now on; an empty one is repeated.
            _probeAt = length > 0 ? Instant.Never : now + ProbeInterval;
        }
        if (_retransmitAt == Instant.Never && _board.Flight > 0) _retransmitAt = now + _timer.Timeout;
    }

    /// <summary>Takes an acknowledgement of the other side.</summary>
    /// <returns>None, or Malformed when it speaks of what was never sent: nothing of it is believed then.</returns>
    internal DropReason OnAck(Instant now, in StreamAck ack, ReadOnlySpan<byte> blocks)
    {
        if (!IsPossible(ack, blocks))
        {
            Stats = Stats with { Refused = Stats.Refused + 1 };
            return DropReason.Malformed;
        }
        if (ack.Limit > _limit)
        {
            _limit = ack.Limit;
            (_probes, _probeAt) = (0, Instant.Never);
        }
        if (_numbers.TryTakeRoundTrip(now, ack, out var roundTrip))
        {
            _timer.OnSample(roundTrip);
            _yielding.OnSample(now, roundTrip);
        }
        var before = _board.Acknowledged;
        var fresh = _board.OnAcknowledged(ack.Cumulative);
        for (var i = 0; i < blocks.Length / StreamAck.BlockLength; i++)
        {
            var (begin, end) = ack.Block(blocks, i);
            _board.OnReceived(begin, end);
        }
        var isProgress = _board.Acknowledged > before;
        if (isProgress)
        {
            _bytes.DiscardBefore(Math.Min(_board.Acknowledged, _written));
            // Section 5.3 of RFC 6298: the timer begins anew for what is left.
            _retransmitAt = _board.Flight > 0 ? now + _timer.Timeout : Instant.Never;
        }
        Recover(isProgress, fresh, ack.Newest);
        return DropReason.None;
    }

    /// <summary>Does what is due: gives everything up for lost, or probes a closed window.</summary>
    internal void HandleTimeout(Instant now)
    {
        if (now >= _probeAt)
        {
            _probeAt = Instant.Never;
            _probes++;
            _isProbeDue = true;
        }
        if (now < _retransmitAt) return;
        _congestion.OnTimeout(_board.Flight, _timer.Backoffs > 0);
        _yielding.OnLoss();
        _timer.OnTimeout();
        _board.LoseAll();
        _phase = RecoveryPhase.AfterTimeout;
        _recoveryPoint = _board.Sent;
        _isFirstDue = _board.HasLost;
        _retransmitAt = now + _timer.Timeout;
        Stats = Stats with { Timeouts = Stats.Timeouts + 1 };
    }

    /// <summary>Throws away what was written, memory included.</summary>
    internal void Clear()
    {
        _bytes.Clear();
        (_retransmitAt, _probeAt) = (Instant.Never, Instant.Never);
    }

    /// <summary>The present state with the counters.</summary>
    internal ReliableStats Measure() => Stats with
    {
        Phase = _phase,
        CongestionWindow = _congestion.CongestionWindow,
        SlowStartThreshold = _congestion.SlowStartThreshold,
        YieldingWindow = _yielding.Window,
        RetransmissionTimeout = _timer.Timeout,
        SmoothedRtt = _timer.SmoothedRtt,
        BytesInFlight = _board.Flight,
        BytesAcked = Acknowledged,
    };

    private TimeSpan ProbeInterval
    {
        get
        {
            var interval = _timer.Timeout * (1 << (int)Math.Min(_probes, 8));
            return interval < _options.MostTimeout ? interval : _options.MostTimeout;
        }
    }

    private bool IsPossible(in StreamAck ack, ReadOnlySpan<byte> blocks)
    {
        if (ack.Cumulative > _board.Sent) return false;
        for (var i = 0; i < blocks.Length / StreamAck.BlockLength; i++)
        {
            var (begin, end) = ack.Block(blocks, i);
            if (begin >= end || end > _board.Sent) return false;
        }
        return true;
    }

    private void Recover(bool isProgress, long fresh, long newest)
    {
        var wasOpen = _phase == RecoveryPhase.Open;
        if (!wasOpen && _board.Acknowledged >= _recoveryPoint) _phase = RecoveryPhase.Open;
        _board.FindLosses();
        if (_phase != RecoveryPhase.Open) _board.FindLostRepetitions(newest);
        if (_phase == RecoveryPhase.Open && _board.HasLost)
        {
            _congestion.OnLoss(_board.Flight);
            _yielding.OnLoss();
            _board.BeginRecovery();
            _phase = RecoveryPhase.FastRecovery;
            _recoveryPoint = _board.Sent;
            (_isFirstDue, _isRescued, _isWindowLimited) = (true, false, false);
            Stats = Stats with { FastRecoveries = Stats.FastRecoveries + 1 };
            return;
        }
        if (!isProgress || fresh == 0) return;
        // The window grows only when it is what held us up, and not by what ends a recovery.
        var isInUse = _isWindowLimited && _board.Flight + fresh >= _congestion.CongestionWindow / 2;
        if ((wasOpen && isInUse) || _phase == RecoveryPhase.AfterTimeout) _congestion.OnAcked(fresh);
        _yielding.OnAcked(fresh, 2 * _congestion.CongestionWindow);
        if (_board.Pipe + _options.SegmentBytes <= Window) _isWindowLimited = _isWindowLimited && HasUnsent;
    }

    /// <summary>Whether there is more to send than is on its way.</summary>
    private bool HasUnsent => _written + (_isClosed ? 1 : 0) > _board.Sent;

    private bool TryLost(ref Outgoing next)
    {
        if (!_board.TryFindLost(out var number)) return false;
        next = Again(number);
        return true;
    }

    private bool TryNew(Instant now, ref Outgoing next)
    {
        var waiting = _written - _board.Sent;
        if (waiting < 0 || (waiting == 0 && !_isClosed) || !_board.HasRoom) return false;
        var bytes = (int)Math.Min(_options.SegmentBytes, waiting);
        // A window that has room for less than a segment is waited for (RFC 9293 section 3.8.6.2.1), and probed when nothing is on its way.
        if (_board.Sent + bytes > _limit)
        {
            _isWindowLimited = false;
            if (_board.Flight == 0 && _probeAt == Instant.Never) _probeAt = now + ProbeInterval;
            return false;
        }
        next = new Outgoing(_board.Sent, bytes, _isClosed && bytes == waiting, -1);
        return true;
    }

    private bool TryMissing(ref Outgoing next)
    {
        if (_phase != RecoveryPhase.FastRecovery) return false;
        if (!_board.TryFindMissing(out var number))
        {
            // Rule 4, once in a recovery: if the end of what was sent is lost, nothing behind it would tell.
            if (_isRescued || !_board.TryFindLast(out number)) return false;
            _isRescued = true;
        }
        next = Again(number);
        return true;
    }

    private Outgoing Again(long number)
    {
        ref var segment = ref _board[number];
        var isFinal = segment.End > _written;
        return new Outgoing(segment.Begin, segment.Length - (isFinal ? 1 : 0), isFinal, number);
    }
}
