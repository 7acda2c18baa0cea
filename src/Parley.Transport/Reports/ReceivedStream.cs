using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Repair;

namespace Parley.Transport.Reports;

/// <summary>What we know of one stream that we receive: loss, jitter, the sender's clock (RFC 3550 section 6.4 and appendices A.1, A.3, A.8).</summary>
/// <remarks>
/// The extended sequence number of appendix A.1 is the authenticated index of the packet, so neither probation nor resynchronisation is
/// needed, and duplicates never get here. Loss is that of the network: what comes because it was asked for is counted apart.
/// </remarks>
internal sealed class ReceivedStream(Ssrc ssrc, int clockRate, NackGenerator? repair = null)
{
    /// <summary>More in one report is nonsense: a million packets a second are 10 Gbit/s.</summary>
    private const int MaxPacketsPerReport = 1_000_000;

    private long _first = -1;
    private long _highest = -1;
    private long _received;
    private long _recovered;
    private long _recoveredBefore;
    private long _repeated;
    private long _arrivedAtSenderReport;
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

    /// <summary>Asks for what is missing; null when nothing is asked for again.</summary>
    internal NackGenerator? Repair { get; } = repair;

    /// <summary>When the last packet came.</summary>
    internal Instant LastPacketAt { get; private set; }

    /// <summary>When we last asked for a key frame; null if never.</summary>
    internal Instant? KeyframeRequestedAt { get; set; }

    /// <summary>The last sender report; null before the first.</summary>
    internal SenderReport? SenderClock { get; private set; }

    /// <summary>Whether packets came since the last report.</summary>
    internal bool HasNews => _received != _receivedBefore || _recovered != _recoveredBefore;

    /// <summary>Packets that never came, since the start; not below zero.</summary>
    internal long Lost => Math.Max(0, Expected - _received - _recovered);

    /// <summary>Packets that came because they had been asked for.</summary>
    internal long Recovered => _recovered;

    /// <summary>Interarrival jitter.</summary>
    internal TimeSpan Jitter => MediaClock.Duration(_scaledJitter >> 4, ClockRate);

    private long Expected => _highest < 0 ? 0 : _highest - _first + 1;

    /// <summary>Counts an authentic packet.</summary>
    internal void OnPacket(Instant now, long index, RtpTimestamp timestamp, bool isRecovered = false)
    {
        LastPacketAt = now;
        if (isRecovered) _recovered++;
        else _received++;
        if (Repair?.TakeMisjudged() is > 0 and var misjudged)
        {
            _recovered -= misjudged;
            _received += misjudged;
        }
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

        // Late packets are left out, and so are repeated ones: a retransmission says nothing about the jitter of the path.
        if (isRecovered) return;
        var difference = unchecked((int)(transit - _transit));
        _transit = transit;
        var magnitude = difference == int.MinValue ? int.MaxValue : Math.Abs(difference);
        _scaledJitter = (uint)(_scaledJitter + magnitude - ((_scaledJitter + 8) >> 4));
    }

    /// <summary>A packet came that had come before: it left twice, and neither was lost.</summary>
    internal void OnRepeated() => _repeated++;

    /// <summary>Remembers the sender's clock, and compares what has left there with what has arrived here.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="report">The report.</param>
    /// <param name="expected">Datagrams that left since the report before, retransmissions included; 0 when that is not known.</param>
    /// <param name="lost">How many of them did not arrive; negative when others came late.</param>
    internal void OnSenderReport(Instant now, in SenderReport report, out long expected, out long lost)
    {
        // Not by sequence numbers: a relay leaves a gap for what it never got itself, and that is not lost on this path.
        var arrived = _received + _recovered + _repeated;
        var left = SenderClock is { } before ? unchecked((int)(report.PacketCount - before.PacketCount)) : 0;
        (expected, lost) = left is > 0 and <= MaxPacketsPerReport ? (left, left - (arrived - _arrivedAtSenderReport)) : (0, 0);
        _arrivedAtSenderReport = arrived;
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
        _recoveredBefore = _recovered;
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
