using System.Text;
using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Pacing;

namespace Parley.Transport.Reports;

/// <summary>The RTCP of one peer: writes our reports, reads theirs, and turns both into measurements (RFC 3550 section 6).</summary>
/// <remarks>
/// A compound is: receiver reports of our own SSRC with what we receive, a sender report of each stream that we send, our CNAME, and
/// the times by which a silent side measures the round trip (RFC 3611). What does not fit into one datagram has its turn next time.
/// </remarks>
internal sealed class ReportSession
{
    /// <summary>Longest name we send, in UTF-8 bytes.</summary>
    internal const int MaxCname = 64;

    /// <summary>Keeps the time of the first report from being 0, which in reports means "none".</summary>
    private static readonly TimeSpan ClockOffset = TimeSpan.FromHours(1);

    private const int MaxSenderReports = 12;
    private const int MaxReportBlocks = 2 * RtcpPacketHeader.MaxCount;

    private readonly Ssrc _localSsrc;
    private readonly Ssrc _remoteSsrc;
    private readonly byte[] _cname;
    private readonly PacedSender _paced;
    private readonly CongestionController _congestion;
    private readonly FeedbackQueue _feedback = new();
    private readonly SyncQueue _syncs = new();
    private readonly ReportBlock[] _blocks = new ReportBlock[MaxReportBlocks];
    private int _nextReceived;
    private int _nextSent;
    private uint _remoteReference;
    private Instant _remoteReferenceAt;

    internal ReportSession(Ssrc localSsrc, Ssrc remoteSsrc, string cname, PacedSender paced, CongestionController congestion)
    {
        _paced = paced;
        _congestion = congestion;
        _localSsrc = localSsrc;
        _remoteSsrc = remoteSsrc;
        _cname = Encoding.UTF8.GetBytes(cname.Length == 0 ? "parley" : cname);
        if (_cname.Length > MaxCname) throw new ArgumentException($"The name has more than {MaxCname} bytes.", nameof(cname));
    }

    internal StreamTable<ReceivedStream> Received { get; } = new();

    internal StreamTable<SentStream> Sent { get; } = new();

    internal RoundTripEstimator RoundTrip { get; } = new();

    /// <summary>What the network loses on the way to us, before repair.</summary>
    internal LossMeter LossReceived { get; } = new();

    /// <summary>What it loses on the way to the other side, as that reports.</summary>
    internal LossMeter LossSent { get; } = new();

    /// <summary>Writes one compound.</summary>
    /// <param name="now">Time of the report.</param>
    /// <param name="destination">As large as the datagram may become, without the room for protection.</param>
    /// <returns>Bytes written.</returns>
    internal int WriteReport(Instant now, Span<byte> destination)
    {
        var ntp = NtpTime.From(now, ClockOffset);
        var fixedLength = SourceDescription.LengthFor(_cname.Length) + ExtendedReport.MaxLength;
        var senders = Math.Min(CountActive(), MaxSenderReports);
        var room = destination.Length - fixedLength - (senders * SenderReport.BaseLength);

        var length = WriteReceiverReports(now, destination, room);
        length += WriteSenderReports(now, ntp, destination[length..], senders);
        length += new SourceDescription(_localSsrc, _cname).Write(destination[length..]);
        var delay = _remoteReference == 0 ? 0 : NtpTime.ToMiddleUnits(now - _remoteReferenceAt);
        length += new ExtendedReport(_localSsrc, ntp, _remoteSsrc, _remoteReference, delay).Write(destination[length..]);
        return length;
    }

    /// <summary>Writes a request for a key frame (RFC 4585 section 6.3.1), alone as RFC 5506 allows.</summary>
    internal int WriteKeyframeRequest(Ssrc media, Span<byte> destination) => new PictureLossIndication(_localSsrc, media).Write(destination);

    /// <summary>Writes a request for lost packets (RFC 4585 section 6.2.1).</summary>
    internal int WriteNack(Ssrc media, ReadOnlySpan<NackEntry> entries, Span<byte> destination) =>
        new GenericNack(_localSsrc, media, 0).Write(destination, entries);

    /// <summary>Writes what of sound and pictures belongs together.</summary>
    internal int WriteSync(ReadOnlySpan<MediaSyncEntry> entries, Span<byte> destination) => new MediaSync(_localSsrc, 0).Write(destination, entries);

    internal bool TryTakeSync(out MediaSyncEntry entry) => _syncs.TryTake(out entry);

    /// <summary>Reads one authentic datagram.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="rest">The plain datagram.</param>
    /// <param name="drops">Counts what inside of it cannot be used.</param>
    /// <returns>None, or Malformed when it ends in something else than a packet; the packets before that have been used.</returns>
    internal DropReason Read(Instant now, ReadOnlySpan<byte> rest, ref DropCounts drops)
    {
        var ntp = NtpTime.From(now, ClockOffset);
        TimeSpan? roundTrip = null;
        while (RtcpCompound.TryNext(ref rest, out var header, out var body))
        {
            var isRead = header.PacketType switch
            {
                RtcpPacketType.SenderReport => ReadSenderReport(now, ntp, header, body, ref roundTrip),
                RtcpPacketType.ReceiverReport => ReadReceiverReport(now, ntp, header, body, ref roundTrip),
                RtcpPacketType.ExtendedReport => ReadExtendedReport(now, ntp, header, body, ref roundTrip),
                RtcpPacketType.PayloadFeedback => ReadPayloadFeedback(header, body, ref drops),
                RtcpPacketType.TransportFeedback => ReadTransportFeedback(now, header, body, ref drops),
                RtcpPacketType.Application => ReadApplication(header, body, ref drops),
                // Names and farewells change nothing here, and what we do not know is skipped: the control connection says who is there.
                _ => true,
            };
            if (!isRead) drops.Add(DropReason.Malformed);
        }
        if (roundTrip is { } sample) RoundTrip.Update(sample);
        return rest.IsEmpty ? DropReason.None : DropReason.Malformed;
    }

    /// <summary>What the streams and their reports tell; the rest of the statistics is the caller's.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="fresh">Jitter older than this says nothing about now.</param>
    internal PeerStats Measure(Instant now, TimeSpan fresh)
    {
        var stats = new PeerStats
        {
            RoundTrip = RoundTrip.Smoothed,
            LastRoundTrip = RoundTrip.Last,
            LossSent = LossSent.Measure(now),
            LossReceived = LossReceived.Measure(now),
        };
        for (var i = 0; i < Sent.Count; i++)
        {
            var stream = Sent[i];
            if (stream.ReportedAt is { } at && now - at <= fresh && stream.ReportedJitter > stats.JitterSent)
                stats = stats with { JitterSent = stream.ReportedJitter };
        }
        for (var i = 0; i < Received.Count; i++)
        {
            var stream = Received[i];
            stats = stats with
            {
                PacketsLost = stats.PacketsLost + stream.Lost,
                RecoveredPackets = stats.RecoveredPackets + stream.Recovered,
                NackedPackets = stats.NackedPackets + (stream.Repair?.Asked ?? 0),
                JitterReceived = now - stream.LastPacketAt <= fresh && stream.Jitter > stats.JitterReceived ? stream.Jitter : stats.JitterReceived,
            };
        }
        return stats;
    }

    internal bool TryTakeFeedback(out PeerFeedback feedback)
    {
        if (!_feedback.TryTake(out feedback)) return false;
        if (feedback.Kind == PeerFeedbackKind.KeyframeRequest && Sent.Find(feedback.MediaSsrc) is { } stream) stream.HasKeyframeRequest = false;
        return true;
    }

    private int CountActive()
    {
        var count = 0;
        for (var i = 0; i < Sent.Count; i++)
        {
            if (Sent[i].IsActive) count++;
        }
        return count;
    }

    private int WriteReceiverReports(Instant now, Span<byte> destination, int room)
    {
        var count = CollectBlocks(now, BlocksThatFit(room));
        var length = 0;
        var written = 0;
        do
        {
            var part = Math.Min(count - written, RtcpPacketHeader.MaxCount);
            length += new ReceiverReport(_localSsrc, part).Write(destination[length..], _blocks.AsSpan(written, part));
            written += part;
        }
        while (written < count);
        return length;
    }

    private static int BlocksThatFit(int room)
    {
        var blocks = (room - ReceiverReport.BaseLength) / ReportBlock.Length;
        if (blocks > RtcpPacketHeader.MaxCount) blocks = (room - (2 * ReceiverReport.BaseLength)) / ReportBlock.Length;
        return Math.Clamp(blocks, 0, MaxReportBlocks);
    }

    private int CollectBlocks(Instant now, int limit)
    {
        var count = 0;
        var streams = Received.Count;
        var start = _nextReceived;
        for (var i = 0; i < streams && count < limit; i++)
        {
            var at = (start + i) % streams;
            if (!Received[at].HasNews) continue;
            _blocks[count++] = Received[at].TakeReport(now, out _, out _);
            _nextReceived = at + 1;
        }
        return count;
    }

    private int WriteSenderReports(Instant now, NtpTime ntp, Span<byte> destination, int limit)
    {
        var length = 0;
        var count = 0;
        var streams = Sent.Count;
        var start = _nextSent;
        for (var i = 0; i < streams && count < limit; i++)
        {
            var at = (start + i) % streams;
            if (!Sent[at].IsActive) continue;
            length += Sent[at].TakeReport(now, ntp).Write(destination[length..], []);
            count++;
            _nextSent = at + 1;
        }
        return length;
    }

    private bool ReadSenderReport(Instant now, NtpTime ntp, in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref TimeSpan? roundTrip)
    {
        if (!SenderReport.TryParse(header, body, out var report)) return false;
        if (Received.Find(report.Sender) is { } stream)
        {
            stream.OnSenderReport(now, report, out var expected, out var lost);
            LossReceived.Add(now, expected, lost);
        }
        for (var i = 0; i < report.ReportCount; i++) ReadBlock(now, ntp, SenderReport.BlockAt(body, i), ref roundTrip);
        return true;
    }

    private bool ReadReceiverReport(Instant now, NtpTime ntp, in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref TimeSpan? roundTrip)
    {
        if (!ReceiverReport.TryParse(header, body, out var report)) return false;
        for (var i = 0; i < report.ReportCount; i++) ReadBlock(now, ntp, ReceiverReport.BlockAt(body, i), ref roundTrip);
        return true;
    }

    private void ReadBlock(Instant now, NtpTime ntp, in ReportBlock block, ref TimeSpan? roundTrip)
    {
        if (Sent.Find(block.Source) is not { } stream) return;
        stream.OnReportBlock(now, block, out var expected, out var lost);
        LossSent.Add(now, expected, lost);
        if (block.LastSenderReport == 0) return;
        roundTrip = Shorter(roundTrip, RoundTripEstimator.Sample(ntp, block.LastSenderReport, block.DelaySinceSenderReport));
    }

    private bool ReadExtendedReport(Instant now, NtpTime ntp, in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref TimeSpan? roundTrip)
    {
        if (!ExtendedReport.TryParse(header, body, out var report)) return false;
        if (report.ReferenceTime is { } reference)
        {
            _remoteReference = reference.Middle;
            _remoteReferenceAt = now;
        }
        if (report.EchoedReference != 0 && report.EchoSource == _localSsrc)
            roundTrip = Shorter(roundTrip, RoundTripEstimator.Sample(ntp, report.EchoedReference, report.EchoDelay));
        return true;
    }

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    private bool ReadApplication(in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref DropCounts drops)
    {
        // What is not ours may be anybody's.
        if (!MediaSync.TryParse(header, body, out var sync)) return true;
        for (var i = 0; i < sync.EntryCount; i++)
        {
            var entry = MediaSync.EntryAt(body, i);
            if (Received.Find(entry.Video) is null) drops.Add(DropReason.UnknownSsrc);
            else _syncs.Add(entry);
        }
        return true;
    }

    private bool ReadPayloadFeedback(in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref DropCounts drops)
    {
        switch (header.Count)
        {
            case PictureLossIndication.Format:
                if (!PictureLossIndication.TryParse(header, body, out var indication)) return false;
                drops.Add(AddKeyframeRequest(indication.Media, null));
                return true;
            case FullIntraRequest.Format:
                if (!FullIntraRequest.TryParse(header, body, out var request)) return false;
                for (var i = 0; i < request.EntryCount; i++)
                {
                    var entry = FullIntraRequest.EntryAt(body, i);
                    drops.Add(AddKeyframeRequest(entry.Media, entry.CommandSequence));
                }
                return true;
            default:
                return true;
        }
    }

    private DropReason AddKeyframeRequest(Ssrc media, byte? commandSequence)
    {
        if (Sent.Find(media) is not { } stream) return DropReason.UnknownSsrc;
        if (stream.HasKeyframeRequest || stream.LastCommandSequence == commandSequence) return DropReason.None;
        if (!_feedback.TryAdd(new PeerFeedback(PeerFeedbackKind.KeyframeRequest, media))) return DropReason.QueueFull;
        stream.HasKeyframeRequest = true;
        if (commandSequence is { } sequence) stream.LastCommandSequence = sequence;
        return DropReason.None;
    }

    private bool ReadTransportFeedback(Instant now, in RtcpPacketHeader header, ReadOnlySpan<byte> body, ref DropCounts drops)
    {
        if (header.Count == CongestionControlFeedback.Format) return _congestion.OnFeedback(now, header, body);
        if (header.Count != GenericNack.Format) return true;
        if (!GenericNack.TryParse(header, body, out var nack)) return false;
        if (Sent.Find(nack.Media) is null)
        {
            drops.Add(DropReason.UnknownSsrc);
            return true;
        }
        for (var i = 0; i < nack.EntryCount; i++)
        {
            var entry = GenericNack.EntryAt(body, i);
            drops.Add(_paced.OnRequest(now, nack.Media, entry.First, RoundTrip.Smoothed));
            for (var bit = 0; bit < 16; bit++)
            {
                if (((entry.Following >> bit) & 1) != 0) drops.Add(_paced.OnRequest(now, nack.Media, entry.First + bit + 1, RoundTrip.Smoothed));
            }
        }
        return true;
    }
}
