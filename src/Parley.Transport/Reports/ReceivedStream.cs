using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>What we know of one stream that we receive: loss, jitter, the sender's clock (RFC 3550 section 6.4 and appendices A.1, A.3, A.8).</summary>
/// <remarks>
/// The extended sequence number of appendix A.1 is the authenticated index of the packet, so neither probation nor resynchronisation is
/// needed, and duplicates never get here.
/// </remarks>
internal sealed class ReceivedStream(Ssrc ssrc, int clockRate, StreamKind kind)
{
    private long _first = -1;
    private long _highest = -1;
    private long _received;
    private long _expectedBefore;
    private long _receivedBefore;
    private uint _transit;
    private uint _scaledJitter;
    private uint _lastSenderReport;
    private Instant _senderReportAt;

    /// <summary>The stream.</summary>
    internal Ssrc Ssrc { get; } = ssrc;

    /// <summary>Ticks of the media clock in a second.</summary>
    internal int ClockRate { get; set; } = clockRate;

    /// <summary>What it carries.</summary>
    internal StreamKind Kind { get; } = kind;

    /// <summary>When the last packet came.</summary>
    internal Instant LastPacketAt { get; private set; }

    /// <summary>When we last asked for a key frame; null if never.</summary>
    internal Instant? KeyframeRequestedAt { get; set; }

    /// <summary>The last sender report; null before the first.</summary>
    internal SenderReport? SenderClock { get; private set; }

    /// <summary>Whether packets came since the last report.</summary>
    internal bool HasNews => _received != _receivedBefore;

    /// <summary>Packets lost since the start, not below zero.</summary>
    internal long Lost => Math.Max(0, Expected - _received);

    /// <summary>Interarrival jitter.</summary>
    internal TimeSpan Jitter => MediaClock.Duration(_scaledJitter >> 4, ClockRate);

    private long Expected => _highest < 0 ? 0 : _highest - _first + 1;

    /// <summary>Counts an authentic packet.</summary>
    internal void OnPacket(Instant now, long index, RtpTimestamp timestamp)
    {
        LastPacketAt = now;
        _received++;
        var transit = unchecked(MediaClock.Units(now, ClockRate) - timestamp.Value);
        if (_highest < 0)
        {
            _first = index;
            _highest = index;
            _transit = transit;
            return;
        }
        // Packets that overtook the first one count from there on.
        if (index < _first) _first = index;
        if (index <= _highest) return;
        _highest = index;

        // Late packets are left out: a retransmission comes a round trip late and says nothing about the jitter of the path.
        var difference = unchecked((int)(transit - _transit));
        _transit = transit;
        var magnitude = difference == int.MinValue ? int.MaxValue : Math.Abs(difference);
        _scaledJitter = (uint)(_scaledJitter + magnitude - ((_scaledJitter + 8) >> 4));
    }

    /// <summary>Remembers the sender's clock.</summary>
    internal void OnSenderReport(Instant now, in SenderReport report)
    {
        SenderClock = report;
        _lastSenderReport = report.Ntp.Middle;
        _senderReportAt = now;
    }

    /// <summary>Makes the report about the time since the last one.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="expected">Packets expected in that time.</param>
    /// <param name="lost">How many of them did not come; not below zero.</param>
    internal ReportBlock TakeReport(Instant now, out long expected, out long lost)
    {
        expected = Expected - _expectedBefore;
        lost = Math.Max(0, expected - (_received - _receivedBefore));
        _expectedBefore = Expected;
        _receivedBefore = _received;
        return new ReportBlock(
            Ssrc,
            expected <= 0 ? (byte)0 : (byte)Math.Min(255, (lost << 8) / expected),
            (int)Math.Clamp(Expected - _received, -ReportBlock.MaxCumulativeLost - 1, ReportBlock.MaxCumulativeLost),
            unchecked((uint)_highest),
            _scaledJitter >> 4,
            _lastSenderReport,
            _lastSenderReport == 0 ? 0 : NtpTime.ToMiddleUnits(now - _senderReportAt));
    }
}
