using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Parley.Transport.Pacing;
using Parley.Transport.Reports;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Transport.Congestion;

/// <summary>The congestion control of one peer, both halves: tells the other side what arrived, and decides from its answers how much to send.</summary>
/// <remarks>
/// Routes between its parts; the algorithms are in them. The peer says what leaves (<see cref="OnSent"/>) and comes (<see cref="OnReceived"/>), hands
/// feedback in, and at <see cref="NextTimeout"/> sends what is due: feedback, padding. Allocates nothing in steady state. Not thread-safe.
/// </remarks>
internal sealed class CongestionController(CongestionOptions options)
{
    /// <summary>Feedback is due before its time when this many packets wait for it: they have to fit into a datagram, twice.</summary>
    private const int ManyWaiting = 256;

    /// <summary>Feedback takes at most about this share of what it is about.</summary>
    private const double FeedbackShare = 0.02;

    /// <summary>Bytes of a small feedback on the wire, with IP, UDP and SRTCP.</summary>
    private const int FeedbackBytes = 90;

    /// <summary>Feedback that is rare tells only this many packets of a stream twice: overtaken ones are among them.</summary>
    private const int RareOverlap = 4;

    /// <summary>A probe needs more to gain than this.</summary>
    private const double WorthProbing = 1.05;

    /// <summary>A probe goes this much beyond what is wanted, so that its answer is not short of it.</summary>
    private const double BeyondWanted = 1.15;

    /// <summary>What is taken as wanted when the owner does not say: this many times what it offers.</summary>
    private const double BeyondOffered = 1.15;

    /// <summary>A peer that uses less than this share of what it may has no need to know more, beyond the first probes.</summary>
    private const double FairUse = 0.15;

    private static readonly TimeSpan SilenceTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SilenceStep = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ProbingLasts = TimeSpan.FromMilliseconds(200);

    /// <summary>From the last fall of the target to the next probe.</summary>
    private static readonly TimeSpan ProbeAfterDecrease = TimeSpan.FromSeconds(2);

    private readonly ArrivalLog _arrivals = new();
    private readonly SentLog _sent = new();
    private readonly BandwidthEstimator _estimator = new(options);
    private readonly ProbeController _probe = new();
    private readonly RateMeter _offered = new();
    private TimeSpan _roundTrip = TimeSpan.FromMilliseconds(100);
    private Instant _lastFeedbackSent = new(long.MinValue / 2);
    private Instant _lastPadding = new(long.MinValue / 2);
    private TimeSpan _feedbackInterval = options.FeedbackInterval;
    private Instant? _unansweredSince;
    private double _receivedBytes;
    private int _feedbacks;
    private bool _isProbed;
    private Instant _probedAt = new(long.MinValue / 2);

    /// <summary>What may be sent in all, in bits a second, IPv4 and UDP headers included.</summary>
    internal long TargetRate => _estimator.Target;

    /// <summary>Whether the target has ever fallen, so that it is no longer a guess.</summary>
    internal bool HasFallen => _estimator.LastDecrease is not null;

    /// <summary>What could be used; probing stops there. 0, as at first: a little more than what is offered.</summary>
    internal long WantedRate { get; set; }

    /// <summary>How long the queue at the bottleneck towards the other side is believed to be.</summary>
    internal TimeSpan QueueDelay => _estimator.QueueDelay;

    /// <summary>Whether the path is measured at this moment: what else is sent would spoil it.</summary>
    internal bool IsProbing => _probe.IsSending;

    /// <summary>The parts, for tests.</summary>
    internal BandwidthEstimator Estimator => _estimator;

    /// <summary>When <see cref="HandleTimeout"/>, feedback or padding is due.</summary>
    internal Timeout NextTimeout
    {
        get
        {
            var feedback = new Timeout(FeedbackAt, TimeoutReason.Feedback);
            var probe = new Timeout(_probe.NextTimeout, TimeoutReason.Probe);
            var silence = new Timeout(_unansweredSince is { } since ? since + SilenceTime : Instant.Never, TimeoutReason.Feedback);
            return Timeout.Min(feedback, Timeout.Min(probe, silence));
        }
    }

    private Instant FeedbackAt
    {
        get
        {
            if (_arrivals.Waiting == 0) return Instant.Never;
            if (_arrivals.Waiting >= ManyWaiting) return new Instant(long.MinValue);
            // More has come than the interval was made for: the rate has just risen.
            return _lastFeedbackSent + (_receivedBytes * FeedbackShare >= FeedbackBytes ? options.FeedbackInterval : _feedbackInterval);
        }
    }

    /// <summary>The owner has something to send, now or paced: bytes of UDP payload.</summary>
    internal void OnOffered(Instant now, int bytes) => _offered.Add(now, bytes + Pacer.HeaderBytes);

    /// <summary>A packet of ours leaves: its SSRC, number and bytes of UDP payload.</summary>
    internal void OnSent(Instant now, Ssrc ssrc, SequenceNumber sequence, int bytes)
    {
        _sent.OnSent(now, ssrc, sequence, bytes + Pacer.HeaderBytes, _probe.Cluster);
        _probe.OnSent(bytes + Pacer.HeaderBytes);
        _unansweredSince ??= now;
    }

    /// <summary>An authentic packet of theirs came.</summary>
    /// <param name="now">When.</param>
    /// <param name="ssrc">Its stream.</param>
    /// <param name="index">Its authenticated index.</param>
    /// <param name="bytes">Its UDP payload.</param>
    /// <param name="isPadding">It is part of a probe.</param>
    internal void OnReceived(Instant now, Ssrc ssrc, long index, int bytes, bool isPadding)
    {
        if (_arrivals.Waiting == 0 && now - _lastFeedbackSent > options.MaxFeedbackInterval)
        {
            // After a pause: the first packets are gathered before they are reported.
            _lastFeedbackSent = now;
            _feedbackInterval = options.FeedbackInterval;
            _receivedBytes = 0;
        }
        _arrivals.OnPacket(now, ssrc, index);
        _receivedBytes += bytes + Pacer.HeaderBytes;
        if (!isPadding) return;
        _lastPadding = now;
        _feedbackInterval = options.ProbeFeedbackInterval;
    }

    /// <summary>A stream of theirs has ended.</summary>
    internal void OnStreamEnded(Ssrc ssrc) => _arrivals.Remove(ssrc);

    /// <summary>Takes a feedback of theirs.</summary>
    /// <returns>False when it is malformed.</returns>
    internal bool OnFeedback(Instant now, in RtcpPacketHeader header, ReadOnlySpan<byte> body)
    {
        if (!CongestionControlFeedback.TryParse(header, body, out var feedback, out var streams)) return false;
        _feedbacks++;
        _sent.OnFeedback(now, feedback, streams);
        if (_sent.RoundTrip is { } roundTrip)
        {
            _roundTrip = roundTrip;
            // What was sent since is on its way.
            _unansweredSince = _sent.LastSentAt > now - roundTrip ? now : null;
        }
        while (_sent.TryNext(out var packet))
        {
            _estimator.OnSettled(now, packet);
            _probe.OnSettled(packet);
        }
        _estimator.OnFeedbackRead(now, _roundTrip);
        FinishProbe(now);
        ConsiderProbe(now);
        return true;
    }

    /// <summary>Does what is due by itself; feedback and padding are asked for by the peer.</summary>
    internal void HandleTimeout(Instant now)
    {
        if (_unansweredSince is { } since && now - since >= SilenceTime)
        {
            // Whoever has stopped sending has nothing to slow down.
            var isSending = now - _sent.LastSentAt < SilenceStep;
            if (isSending) _estimator.OnSilence(now);
            _unansweredSince = isSending ? since + SilenceStep : null;
        }
        FinishProbe(now);
    }

    /// <summary>Whether it is time for <see cref="WriteFeedback"/>.</summary>
    internal bool IsFeedbackDue(Instant now) => now >= FeedbackAt;

    /// <summary>Writes the feedback that is due.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="sender">Who we are.</param>
    /// <param name="destination">As large as it may become; when it is too small, what has come waits for the next.</param>
    /// <returns>Bytes written; 0 when none is due.</returns>
    internal int WriteFeedback(Instant now, Ssrc sender, Span<byte> destination)
    {
        if (now < FeedbackAt) return 0;
        var isRare = _feedbackInterval >= 2 * options.FeedbackInterval;
        var length = _arrivals.Write(now, sender, destination, isRare ? RareOverlap : ArrivalStream.Capacity);
        var elapsed = Math.Max((now - _lastFeedbackSent).TotalSeconds, 0.001);
        var received = 8 * _receivedBytes / elapsed;
        _receivedBytes = 0;
        _lastFeedbackSent = now;
        var fair = TimeSpan.FromSeconds(Math.Min(8 * FeedbackBytes / Math.Max(1, FeedbackShare * received), 1));
        _feedbackInterval = now - _lastPadding < ProbingLasts ? options.ProbeFeedbackInterval
            : fair < options.FeedbackInterval ? options.FeedbackInterval
            : fair > options.MaxFeedbackInterval ? options.MaxFeedbackInterval
            : fair;
        return length;
    }

    /// <summary>Bytes of UDP payload of the padding that is due now; 0 for none. To be asked again after it was sent.</summary>
    internal int TakePadding(Instant now) => Math.Max(0, _probe.TakePadding(now, _roundTrip) - Pacer.HeaderBytes);

    private void FinishProbe(Instant now)
    {
        if (!_probe.TryFinish(now, out var rate, out var isLimit)) return;
        var before = _estimator.Target;
        _estimator.OnProbed(now, rate, isLimit);
        _isProbed = true;
        _probe.OnTarget(now, before, _estimator.Target, isLimit);
    }

    private void ConsiderProbe(Instant now)
    {
        var target = _estimator.Target;
        var wanted = Math.Min(options.MaxRate, WantedRate > 0 ? WantedRate : (long)(BeyondOffered * _offered.Measure(now)));
        if (wanted < WorthProbing * target || _probe.IsSending || _probe.IsWaiting || _feedbacks < 2) return;
        // What was found before the last fall is no longer so.
        if (now < _probe.NotBefore && !(_estimator.LastDecrease > _probedAt)) return;
        if (_estimator.Queue != QueueState.Calm || _estimator.Loss > BandwidthEstimator.HighLoss) return;
        if (_estimator.LastDecrease is { } decrease && now - decrease < ProbeAfterDecrease) return;
        if (_isProbed && _estimator.Delivered < FairUse * target) return;
        _probedAt = now;
        _probe.Begin(now, (long)Math.Min(2.0 * target, Math.Min(BeyondWanted * wanted, options.MaxRate)), _estimator.Noise);
    }
}
