using Parley.Protocol;
using Parley.Protocol.Time;
using Parley.Transport.Pacing;

namespace Parley.Transport.Congestion;

/// <summary>Finds out whether more would pass: for some 25 ms it fills up what is sent to a higher rate, and looks how it arrives.</summary>
/// <remarks>One cluster at a time. Whatever is sent during a cluster belongs to it, media and padding. Not thread-safe.</remarks>
internal sealed class ProbeController
{
    /// <summary>Long against the resolution of feedback, 1/1024 s; short against a queue.</summary>
    internal static readonly TimeSpan Length = TimeSpan.FromMilliseconds(25);

    /// <summary>From a probe that found the limit to the next.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>From a probe without an answer to the next.</summary>
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>Most bytes of one cluster.</summary>
    internal const int MaxBytes = 96 * 1024;

    /// <summary>A cluster lasts at least this many times the mean change of the delay, so that jitter does not decide.</summary>
    private const double NoiseFactor = 8;

    private const double LongestMilliseconds = 80;

    private const int FewestPackets = 6;
    private const int LeastPacket = 200;

    /// <summary>A probe that met the limit and still raised the target by this much is followed by another: jitter looks like a limit.</summary>
    private const double Progress = 1.1;

    /// <summary>A probe that passed has raised the target by this much at least, or another would not either.</summary>
    private const double LeastProgress = 1.03;

    /// <summary>A cluster that took this much longer to arrive than to be sent has met the limit; one unit of resolution comes on top.</summary>
    private const double Stretch = 1.12;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private int _cluster;
    private long _rate;
    private int _packetSize;
    private Instant _startedAt;
    private Instant _resultBy;
    private int _bytesWanted;
    private int _bytesSent;
    private int _packetsSent;
    private int _packetsSettled;
    private int _firstBytes;
    private int _bytesArrived;
    private int _packetsArrived;
    private Instant _firstSent;
    private Instant _lastSent;
    private Instant _firstArrived;
    private Instant _lastArrived;

    /// <summary>Whether a cluster is being sent.</summary>
    internal bool IsSending { get; private set; }

    /// <summary>Whether a cluster has been sent and is not known yet.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>No probe before this.</summary>
    internal Instant NotBefore { get; private set; } = new(long.MinValue);

    /// <summary>The cluster that a packet sent now belongs to; 0 for none.</summary>
    internal int Cluster => IsSending ? _cluster : 0;

    /// <summary>When the next padding is due; never while nothing is probed.</summary>
    internal Instant NextTimeout =>
        !IsSending ? IsWaiting ? _resultBy : Instant.Never
        : IsFull ? _startedAt
        : _startedAt + new TimeSpan(8L * _bytesSent * TimeSpan.TicksPerSecond / _rate);

    private bool IsFull => _bytesSent >= _bytesWanted && _packetsSent >= FewestPackets;

    /// <summary>Begins a cluster.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="rate">How fast to send.</param>
    /// <param name="noise">The mean change of the delay from one feedback to the next, in milliseconds.</param>
    internal void Begin(Instant now, long rate, double noise)
    {
        var length = Math.Clamp(NoiseFactor * noise, Length.TotalMilliseconds, LongestMilliseconds);
        _cluster = _cluster == int.MaxValue ? 1 : _cluster + 1;
        _rate = rate;
        _startedAt = now;
        _bytesWanted = (int)Math.Min(MaxBytes, rate * length / 8000);
        _packetSize = Math.Clamp(_bytesWanted / FewestPackets, LeastPacket, Limits.MaxDatagram + Pacer.HeaderBytes);
        _bytesSent = _packetsSent = _packetsSettled = _bytesArrived = _packetsArrived = 0;
        IsSending = true;
        IsWaiting = false;
    }

    /// <summary>Counts what leaves during a cluster, in bytes on the wire.</summary>
    internal void OnSent(int bytes)
    {
        if (!IsSending) return;
        _bytesSent += bytes;
        _packetsSent++;
    }

    /// <summary>Says whether padding is due.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="roundTrip">How long an answer takes.</param>
    /// <returns>Bytes on the wire to send now; 0 for nothing.</returns>
    internal int TakePadding(Instant now, TimeSpan roundTrip)
    {
        if (!IsSending || now < NextTimeout) return 0;
        if (!IsFull) return _packetSize;
        IsSending = false;
        IsWaiting = true;
        _resultBy = now + roundTrip + Patience;
        return 0;
    }

    /// <summary>Takes what became of a packet.</summary>
    internal void OnSettled(in PacketResult packet)
    {
        if (packet.Cluster != _cluster || _cluster == 0 || !(IsSending || IsWaiting)) return;
        _packetsSettled++;
        if (packet.ArrivedAt is not { } at) return;
        if (_packetsArrived++ == 0)
        {
            _firstSent = packet.SentAt;
            _firstArrived = _lastArrived = at;
            _firstBytes = packet.Bytes;
        }
        _bytesArrived += packet.Bytes;
        _lastSent = packet.SentAt;
        _lastArrived = Instant.Max(_lastArrived, at);
    }

    /// <summary>Looks whether the cluster is known, after a feedback or when it is overdue.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="rate">How fast it arrived.</param>
    /// <param name="isLimit">It arrived slower than it was sent.</param>
    /// <returns>Whether there is an answer.</returns>
    internal bool TryFinish(Instant now, out long rate, out bool isLimit)
    {
        rate = 0;
        isLimit = false;
        if (!IsWaiting || (_packetsSettled < _packetsSent && now < _resultBy)) return false;
        IsWaiting = false;
        NotBefore = now + RetryInterval;
        // With a fifth unknown, or a third lost, there is no telling.
        if (_packetsSettled * 5 < _packetsSent * 4 || _packetsArrived * 3 < _packetsSent * 2) return false;
        var sending = (_lastSent - _firstSent).Ticks;
        var arriving = (_lastArrived - _firstArrived).Ticks;
        if (sending < Length.Ticks / 4) return false;
        NotBefore = now + Interval;
        isLimit = arriving > (Stretch * sending) + (TimeSpan.TicksPerSecond / ArrivalLog.UnitsPerSecond);
        rate = 8L * (_bytesArrived - _firstBytes) * TimeSpan.TicksPerSecond / (isLimit ? arriving : sending);
        return true;
    }

    /// <summary>A probe that raised the target is followed by the next at once.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="before">The target before the answer.</param>
    /// <param name="after">The target after it.</param>
    /// <param name="isLimit">The probe met the limit.</param>
    internal void OnTarget(Instant now, long before, long after, bool isLimit)
    {
        if (after >= (isLimit ? Progress : LeastProgress) * before) NotBefore = now;
    }
}
