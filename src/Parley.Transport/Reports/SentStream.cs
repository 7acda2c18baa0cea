using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>What we know of one stream that we send: counts for sender reports, and what the other side reports about it.</summary>
internal sealed class SentStream(Ssrc ssrc, int clockRate, StreamKind kind)
{
    /// <summary>More in one report is nonsense: a million packets a second are 10 Gbit/s.</summary>
    private const int MaxPacketsPerReport = 1_000_000;

    private RtpTimestamp _timestamp;
    private Instant _timestampAt;
    private bool _hasTimestamp;
    private bool _hasCaptureClock;
    private uint _octets;
    private long _packets;
    private long _packetsOneReportAgo;
    private long _packetsTwoReportsAgo;
    private SequenceNumber _first;
    private SequenceNumber _newest;
    private long _skipped;
    private long _skippedAtLastBlock;
    private uint _highestReported;
    private int _lostReported;

    /// <summary>The stream.</summary>
    internal Ssrc Ssrc { get; } = ssrc;

    /// <summary>Ticks of the media clock in a second.</summary>
    internal int ClockRate { get; set; } = clockRate;

    /// <summary>How it is sent.</summary>
    internal StreamKind Kind { get; set; } = kind;

    /// <summary>Whether anything was sent since the last two reports (RFC 3550 section 6.4).</summary>
    internal bool IsActive => _packets != _packetsTwoReportsAgo;

    /// <summary>When the other side last reported about this stream; null if never.</summary>
    internal Instant? ReportedAt { get; private set; }

    /// <summary>The jitter it reported.</summary>
    internal TimeSpan ReportedJitter { get; private set; }

    /// <summary>A key-frame request waits in the feedback queue; a second one would say nothing new.</summary>
    internal bool HasKeyframeRequest { get; set; }

    /// <summary>The command sequence of the last full intra request; -1 before the first.</summary>
    internal int LastCommandSequence { get; set; } = -1;

    /// <summary>A packet was made.</summary>
    internal void OnSealed(Instant now, SequenceNumber sequence, RtpTimestamp timestamp)
    {
        if (!_hasTimestamp) (_first, _newest) = (sequence, sequence);
        if (sequence.IsAfter(_newest))
        {
            // What we skip, because it was lost before it came to us, is no loss of this path.
            _skipped += sequence.DistanceFrom(_newest) - 1;
            _newest = sequence;
        }
        // The first packet of a frame fixes the clock; the others leave later, paced, with the same timestamp.
        if (_hasTimestamp && (_hasCaptureClock || timestamp == _timestamp)) return;
        _hasTimestamp = true;
        if (_hasCaptureClock) return;
        _timestamp = timestamp;
        _timestampAt = now;
    }

    /// <summary>What was captured at this instant has this timestamp. From now on times of sending no longer say so.</summary>
    internal void SetCaptureClock(Instant captured, RtpTimestamp timestamp)
    {
        _hasCaptureClock = true;
        _timestamp = timestamp;
        _timestampAt = captured;
    }

    /// <summary>A packet has left, for the first time or again. Both are counted: the other side compares with what arrives.</summary>
    internal void OnReleased(int payloadBytes)
    {
        _packets++;
        _octets = unchecked(_octets + (uint)payloadBytes);
    }

    /// <summary>Makes a sender report and begins the next interval.</summary>
    internal SenderReport TakeReport(Instant now, NtpTime ntp)
    {
        _packetsTwoReportsAgo = _packetsOneReportAgo;
        _packetsOneReportAgo = _packets;
        var timestamp = _timestamp + MediaClock.Units(now - _timestampAt, ClockRate);
        return new SenderReport(Ssrc, ntp, timestamp, unchecked((uint)_packets), _octets, 0);
    }

    /// <summary>Takes in what the other side says.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="block">What it says.</param>
    /// <param name="expected">Packets it speaks about since the block before.</param>
    /// <param name="lost">How many of them were lost on the way; negative when some came late.</param>
    internal void OnReportBlock(Instant now, in ReportBlock block, out long expected, out long lost)
    {
        var highestBefore = ReportedAt is null ? _first.Value - 1u : _highestReported;
        expected = unchecked((int)(block.HighestSequence - highestBefore));
        lost = block.CumulativeLost - _lostReported - (_skipped - _skippedAtLastBlock);
        if (expected is <= 0 or > MaxPacketsPerReport) (expected, lost) = (0, 0);
        else lost = Math.Clamp(lost, -expected, expected);
        (_highestReported, _lostReported, _skippedAtLastBlock) = (block.HighestSequence, block.CumulativeLost, _skipped);
        ReportedAt = now;
        ReportedJitter = MediaClock.Duration(block.Jitter, ClockRate);
    }
}
