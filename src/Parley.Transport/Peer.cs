using System.Buffers.Binary;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;
using Parley.Transport.Pacing;
using Parley.Transport.Protection;
using Parley.Transport.Reliable;
using Parley.Transport.Repair;
using Parley.Transport.Reports;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Transport;

/// <summary>
/// The media transport to one remote party: opens and seals its packets, learns its address, exchanges reports and feedback with it.
/// Symmetric: there is no client and no server here.
/// </summary>
/// <remarks>
/// Streams are registered in both directions before they are used. The owner feeds datagrams to <see cref="Receive"/>, calls
/// <see cref="HandleTimeout"/> at <see cref="NextTimeout"/>, which every other call may bring forward, and takes feedback and address changes
/// out. Allocates nothing once streams are registered and have been heard, and the memory of what is paced has grown to the traffic. Not
/// thread-safe.
/// </remarks>
public sealed class Peer : IDisposable
{
    /// <summary>Shortest time between two key-frame requests for the same stream.</summary>
    public static readonly TimeSpan KeyframeRequestInterval = TimeSpan.FromMilliseconds(200);

    private static readonly byte[] Zeros = new byte[Limits.MaxDatagram];

    private const int RtcpOverhead = Limits.AuthenticationTag + 4;

    /// <summary>Reports and jitter older than this many report intervals say nothing about now.</summary>
    private const int FreshIntervals = 3;

    private readonly PeerOptions _options;
    private readonly SrtpSender _sender;
    private readonly SrtpReceiver _receiver;
    private readonly ReportSession _reports;
    private readonly PacedSender _paced;
    private readonly CongestionController _congestion;
    private readonly NackSchedule _nacks;
    private readonly TrafficMeter _sent = new();
    private readonly TrafficMeter _received = new();
    private PacedStream? _files;
    private DropCounts _drops;
    private TransportAddress _remoteAddress;
    private bool _hasAddressChange;
    private SequenceNumber _padding;
    private Instant _nextReport;
    private Instant _now;

    /// <summary>Makes a peer; the first report is due at once.</summary>
    /// <exception cref="ArgumentException">A key is missing or the name is too long.</exception>
    public Peer(PeerOptions options)
    {
        _options = options;
        _congestion = new CongestionController(options.Congestion);
        _paced = new PacedSender(default, TargetRate);
        _reports = new ReportSession(options.LocalSsrc, options.RemoteSsrc, options.Cname, _paced, _congestion);
        _nacks = new NackSchedule(_reports.Received);
        _receiver = new SrtpReceiver(options.ReceiveKey ?? throw new ArgumentException("A peer needs a receive key.", nameof(options)), options.Ciphers);
        _sender = new SrtpSender(options.SendKey ?? throw new ArgumentException("A peer needs a send key.", nameof(options)), options.Ciphers);
        _remoteAddress = options.InitialAddress;
    }

    /// <summary>Where the other side is: from options, then from the newest authentic packet of any of its streams.</summary>
    public TransportAddress RemoteAddress => _remoteAddress;

    /// <summary>When the last authentic packet came; meaningless while <see cref="HasHeard"/> is false.</summary>
    public Instant LastHeard { get; private set; }

    /// <summary>Whether any authentic packet has come.</summary>
    public bool HasHeard => _received.Packets > 0;

    /// <summary>When <see cref="HandleTimeout"/> has something to do; <see cref="Instant.Never"/> while there is no address to send it to.</summary>
    public Instant NextTimeout => Next.At;

    /// <summary>What <see cref="NextTimeout"/> is for.</summary>
    public TimeoutReason NextTimeoutReason => Next.At == Instant.Never ? TimeoutReason.None : Next.Reason;

    /// <summary>What may be sent in all, in bits per second, headers of IP and UDP included: believed from what the other side says of each packet.</summary>
    public long TargetRate => _congestion.TargetRate;

    /// <summary>Whether <see cref="TargetRate"/> has ever fallen: until then it is what was taken for granted, or more.</summary>
    public bool HasTargetFallen => _congestion.HasFallen;

    /// <summary>
    /// What the owner could use if it were allowed, in the unit of <see cref="TargetRate"/>; probing stops there. 0, as at first: a little more than what
    /// it sends.
    /// </summary>
    public long WantedRate
    {
        get => _congestion.WantedRate;
        set => _congestion.WantedRate = value;
    }

    /// <summary>Bits per second at which pictures and retransmissions leave, headers of IP and UDP included.</summary>
    public long PacingRate => _paced.Pacer.Rate;

    /// <summary>
    /// How long what waits for the pacer lasts at the present rate. Zero when nothing waits. Whoever has a new frame skips it while this is long.
    /// </summary>
    public TimeSpan PacedDelay => _paced.DelayAt(_now);

    /// <summary>
    /// The reliable stream to the other side, which has one too: it rides behind media (docs/protocol/files.md). What is written leaves in
    /// <see cref="HandleTimeout"/>, which becomes due by it.
    /// </summary>
    public ReliableStream Files => FilesOnWire.Stream;

    /// <summary>What has been measured until the last call of any method that takes a time.</summary>
    public PeerStats Stats => _reports.Measure(_now, _options.ReportInterval * FreshIntervals) with
    {
        PacketsSent = _sent.Packets,
        PacketsReceived = _received.Packets,
        BytesSent = _sent.Bytes,
        BytesReceived = _received.Bytes,
        SendRate = _sent.Rate(_now),
        ReceiveRate = _received.Rate(_now),
        TargetRate = TargetRate,
        QueueDelay = _congestion.QueueDelay,
        PacedDelay = PacedDelay,
        RetransmittedPackets = _paced.Retransmitted,
        UnansweredNacks = _paced.Unanswered,
        Drops = _drops,
    };

    /// <summary>How many packets were dropped for this reason, in both directions.</summary>
    public long DropCount(DropReason reason) => _drops.Of(reason);

    /// <summary>Allows a stream of theirs. Again: changes its clock rate.</summary>
    /// <param name="ssrc">Given by the server.</param>
    /// <param name="clockRate">Ticks of its media clock in a second.</param>
    /// <param name="kind">What it carries; fixed while it is registered.</param>
    public void RegisterReceived(Ssrc ssrc, int clockRate, StreamKind kind = StreamKind.Audio)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRate);
        if (_reports.Received.Find(ssrc) is { } known) known.ClockRate = clockRate;
        else _reports.Received.Add(ssrc, new ReceivedStream(ssrc, clockRate, kind == StreamKind.Video ? new NackGenerator(_options.MaxRepairAge) : null));
    }

    /// <summary>Refuses a stream of theirs from now on. What was received of it is still known: replays stay refused if it comes back.</summary>
    public void UnregisterReceived(Ssrc ssrc)
    {
        _reports.Received.Remove(ssrc);
        _congestion.OnStreamEnded(ssrc);
    }

    /// <summary>Declares a stream of ours. Again: changes its clock rate and kind.</summary>
    /// <param name="ssrc">Given by the server.</param>
    /// <param name="clockRate">Ticks of its media clock in a second.</param>
    /// <param name="kind">How it is sent.</param>
    public void RegisterSent(Ssrc ssrc, int clockRate, StreamKind kind = StreamKind.Audio)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clockRate);
        if (_reports.Sent.Find(ssrc) is { } known) (known.ClockRate, known.Kind) = (clockRate, kind);
        else _reports.Sent.Add(ssrc, new SentStream(ssrc, clockRate, kind));
    }

    /// <summary>Ends a stream of ours. Should it come back, its sequence numbers must go on where they were.</summary>
    public void UnregisterSent(Ssrc ssrc) => _reports.Sent.Remove(ssrc);

    /// <summary>Takes one datagram: checks it, decrypts it in place, counts it.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="from">Where it came from; believed only when the packet is authentic and the newest of its stream.</param>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="packet">What it is; default when dropped.</param>
    /// <returns><see cref="DropReason.None"/>, or why it was dropped (and counted).</returns>
    public DropReason Receive(Instant now, in TransportAddress from, Span<byte> datagram, out ReceivedPacket packet)
    {
        _now = now;
        packet = default;
        var reason = FirstByte.Classify(datagram) switch
        {
            DatagramKind.Rtp => ReceiveRtp(now, from, datagram, out packet),
            DatagramKind.Rtcp => ReceiveRtcp(now, from, datagram, out packet),
            DatagramKind.Parley => ReceiveFiles(now, from, datagram, out packet),
            _ => DropReason.UnknownKind,
        };
        _drops.Add(reason);
        return reason;
    }

    /// <summary>Seals an RTP packet of ours in place, for a caller that sends it at once: it is neither paced nor kept.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="buffer">The plain packet and room for 16 bytes more.</param>
    /// <param name="length">Bytes of the plain packet.</param>
    /// <returns>The length to send.</returns>
    /// <exception cref="InvalidOperationException">The stream is not registered, or its sequence number was used before.</exception>
    public int Protect(Instant now, Span<byte> buffer, int length)
    {
        var stream = FindSent(buffer[..length], out var header);
        var total = _sender.ProtectRtp(buffer, length);
        stream.OnSealed(now, header.Sequence, header.Timestamp);
        OnReleased(now, header.Ssrc, header.Sequence, length - header.HeaderLength, total);
        return total;
    }

    /// <summary>Seals a payload under a header of its own into a buffer: one payload, many receivers.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="header">A whole RTP header.</param>
    /// <param name="payload">The payload; read only.</param>
    /// <param name="destination">Room for both and 16 bytes more.</param>
    /// <inheritdoc cref="Protect(Instant, Span{byte}, int)"/>
    public int Protect(Instant now, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var stream = FindSent(header, out var parsed);
        var total = _sender.ProtectRtp(header, payload, destination);
        stream.OnSealed(now, parsed.Sequence, parsed.Timestamp);
        OnReleased(now, parsed.Ssrc, parsed.Sequence, payload.Length, total);
        return total;
    }

    /// <summary>
    /// Seals a packet for the other side. Sound goes into the queue at once; pictures when the pacer lets them, now or at a later
    /// <see cref="HandleTimeout"/>.
    /// </summary>
    /// <returns>
    /// None, NoAddress or QueueFull (counted). When it is not None the packet was not sealed and its number is not used: the owner may use it for
    /// the next one, or leave it missing.
    /// </returns>
    /// <inheritdoc cref="Protect(Instant, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public DropReason SendTo(Instant now, DatagramQueue queue, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var stream = FindSent(header, out var parsed);
        if (stream.Kind == StreamKind.Video) return SendPaced(now, queue, stream, parsed, header, payload);

        var reason = TryReserve(queue, header.Length + payload.Length + Limits.AuthenticationTag, out var room);
        _congestion.OnOffered(now, header.Length + payload.Length + Limits.AuthenticationTag);
        if (reason != DropReason.None) return reason;
        var total = _sender.ProtectRtp(header, payload, room);
        queue.Commit(_remoteAddress, total);
        stream.OnSealed(now, parsed.Sequence, parsed.Timestamp);
        OnReleased(now, parsed.Ssrc, parsed.Sequence, payload.Length, total);
        return DropReason.None;
    }

    /// <summary>
    /// Throws away what waits for the pacer, when it would come too late to be of use: the path bears much less than when it was sent. The other side sees
    /// a gap; the owner goes on with pictures that stand alone.
    /// </summary>
    public void DropWaiting(Instant now)
    {
        _now = now;
        for (var count = _paced.Clear(now); count > 0; count--) _drops.Add(DropReason.Late);
    }

    /// <summary>
    /// Lets go what the pacer allows, and sends the feedback, padding and report that are due. A report also keeps the path open and tells the other
    /// side our address.
    /// </summary>
    public void HandleTimeout(Instant now, DatagramQueue queue)
    {
        _now = now;
        Release(now, queue);
        RequestMissing(now, queue);
        ControlCongestion(now, queue);
        ReleaseFiles(now, queue);
        if (now < _nextReport) return;
        if (!_remoteAddress.IsKnown)
        {
            _nextReport = Instant.Never;
            return;
        }
        _nextReport = now + _options.ReportInterval;
        if (TryReserve(queue, Limits.MaxDatagram, out var room) != DropReason.None) return;
        CommitRtcp(now, queue, room, _reports.WriteReport(now, room[..^RtcpOverhead]));
    }

    /// <summary>Asks for a key frame at once, at most every 200 ms for a stream.</summary>
    /// <param name="now">Time of the request.</param>
    /// <param name="media">A registered stream of theirs; others are ignored.</param>
    /// <param name="queue">Takes the request.</param>
    public void RequestKeyframe(Instant now, Ssrc media, DatagramQueue queue)
    {
        _now = now;
        if (_reports.Received.Find(media) is not { } stream) return;
        if (stream.KeyframeRequestedAt is { } last && now - last < KeyframeRequestInterval) return;
        if (TryReserve(queue, PictureLossIndication.Length + RtcpOverhead, out var room) != DropReason.None) return;
        stream.KeyframeRequestedAt = now;
        CommitRtcp(now, queue, room, _reports.WriteKeyframeRequest(media, room));
    }

    /// <summary>Says when what has a timestamp was captured; sender reports tell the other side. Without it the time of sending is taken.</summary>
    /// <param name="ssrc">A registered stream of ours; others are ignored.</param>
    /// <param name="captured">When the first sample or the picture was captured.</param>
    /// <param name="timestamp">Its timestamp.</param>
    public void SetCaptureClock(Ssrc ssrc, Instant captured, RtpTimestamp timestamp) => _reports.Sent.Find(ssrc)?.SetCaptureClock(captured, timestamp);

    /// <summary>Tells the other side which pictures belong to the sound that it gets from us.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="queue">Takes the packet.</param>
    /// <param name="entries">1 to <see cref="MediaSync.MaxEntries"/>.</param>
    public void SendSync(Instant now, DatagramQueue queue, ReadOnlySpan<MediaSyncEntry> entries)
    {
        _now = now;
        if (TryReserve(queue, MediaSync.LengthFor(entries.Length) + RtcpOverhead, out var room) != DropReason.None) return;
        CommitRtcp(now, queue, room, _reports.WriteSync(entries, room));
    }

    /// <summary>Takes out what the other side said of sound and pictures that belong together.</summary>
    public bool TryTakeSync(out MediaSyncEntry entry) => _reports.TryTakeSync(out entry);

    /// <summary>Takes the next request of the other side out of the queue.</summary>
    public bool TryTakeFeedback(out PeerFeedback feedback) => _reports.TryTakeFeedback(out feedback);

    /// <summary>Stops asking for what is missing of a stream before a packet: those frames were given up, or a key frame made them needless.</summary>
    /// <param name="media">A stream of theirs; others are ignored.</param>
    /// <param name="sequence">The first packet that is still wanted.</param>
    public void AbandonBefore(Ssrc media, SequenceNumber sequence) => _reports.Received.Find(media)?.Repair?.AbandonBefore(sequence);

    /// <summary>Says once where the other side has moved to.</summary>
    public bool TryTakeAddressChange(out TransportAddress address)
    {
        address = _remoteAddress;
        if (!_hasAddressChange) return false;
        _hasAddressChange = false;
        return true;
    }

    /// <summary>How a stream's media clock relates to the other side's time, from its last sender report; for lip synchronisation.</summary>
    /// <param name="ssrc">A stream of theirs.</param>
    /// <param name="ntp">A time of the other side.</param>
    /// <param name="timestamp">The same time on the stream's media clock.</param>
    public bool TryGetSenderClock(Ssrc ssrc, out NtpTime ntp, out RtpTimestamp timestamp)
    {
        var report = _reports.Received.Find(ssrc)?.SenderClock;
        ntp = report?.Ntp ?? default;
        timestamp = report?.Timestamp ?? default;
        return report is not null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
        _files?.Dispose();
    }

    private PacedStream FilesOnWire => _files ??= new PacedStream(_options, _paced);

    private Timeout Next => Timeout.Min(
        Timeout.Min(new Timeout(_paced.NextRelease, TimeoutReason.Pacing), new Timeout(NextFiles, TimeoutReason.Stream)),
        Timeout.Min(
            Timeout.Min(new Timeout(_nacks.NextTimeout, TimeoutReason.Repair), _congestion.NextTimeout),
            new Timeout(_nextReport, TimeoutReason.Report)));

    private Instant NextFiles => _files is null || !_remoteAddress.IsKnown ? Instant.Never : _files.NextTimeout;

    private DropReason ReceiveRtp(Instant now, in TransportAddress from, Span<byte> datagram, out ReceivedPacket packet)
    {
        packet = default;
        var reason = RtpHeader.TryParseProtected(datagram, out var header);
        if (reason != DropReason.None) return reason;
        var isPadding = header.Ssrc == _options.RemoteSsrc && header.PayloadType == PayloadType.Padding;
        var stream = isPadding ? null : _reports.Received.Find(header.Ssrc);
        if (stream is null && !isPadding) return DropReason.UnknownSsrc;

        reason = _receiver.UnprotectRtp(datagram, out var length, out var position);
        if (reason == DropReason.Replayed) stream?.OnRepeated();
        if (reason != DropReason.None) return reason;
        OnAuthentic(now, from, position.IsNewest, datagram.Length);
        _congestion.OnReceived(now, header.Ssrc, position.Index, datagram.Length, isPadding);
        if (stream is null)
        {
            packet = new ReceivedPacket(DatagramKind.Rtcp, length, default);
            return DropReason.None;
        }
        _files?.OnMedia(now);
        var isRecovered = _nacks.OnPacket(now, stream, position.Index, header.Marker, _reports.RoundTrip.Smoothed);
        stream.OnPacket(now, position.Index, header.Timestamp, isRecovered);

        // Only now can padding be seen: it was encrypted.
        reason = RtpHeader.TryParse(datagram[..length], out header);
        if (reason != DropReason.None) return reason;
        packet = new ReceivedPacket(DatagramKind.Rtp, length, header);
        return DropReason.None;
    }

    private DropReason ReceiveRtcp(Instant now, in TransportAddress from, Span<byte> datagram, out ReceivedPacket packet)
    {
        packet = default;
        if (datagram.Length < 8) return DropReason.Truncated;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != _options.RemoteSsrc.Value) return DropReason.UnknownSsrc;

        var reason = _receiver.UnprotectRtcp(datagram, out var length, out var position);
        if (reason != DropReason.None) return reason;
        OnAuthentic(now, from, position.IsNewest, datagram.Length);
        reason = _reports.Read(now, datagram[..length], ref _drops);
        FollowTarget(now);
        if (reason != DropReason.None) return reason;
        packet = new ReceivedPacket(DatagramKind.Rtcp, length, default);
        return DropReason.None;
    }

    private DropReason ReceiveFiles(Instant now, in TransportAddress from, Span<byte> datagram, out ReceivedPacket packet)
    {
        packet = default;
        var reason = FilesOnWire.Receive(now, datagram, out var isNewest, out var isAuthentic);
        if (isAuthentic) OnAuthentic(now, from, isNewest, datagram.Length);
        if (reason == DropReason.None) packet = new ReceivedPacket(DatagramKind.Parley, 0, default);
        return reason;
    }

    private void OnAuthentic(Instant now, in TransportAddress from, bool isNewest, int bytes)
    {
        LastHeard = now;
        _received.Add(now, bytes);
        if (!isNewest || from == _remoteAddress) return;
        _remoteAddress = from;
        _hasAddressChange = true;
        // A report to the new address at once: it measures the round trip and opens the way back.
        _nextReport = Instant.Min(_nextReport, now);
    }

    private SentStream FindSent(ReadOnlySpan<byte> packet, out RtpHeader header)
    {
        var reason = RtpHeader.TryParseProtected(packet, out header);
        if (reason != DropReason.None) throw new InvalidOperationException($"Not an RTP packet: {reason}.");
        return _reports.Sent.Find(header.Ssrc) ?? throw new InvalidOperationException($"The stream {header.Ssrc} is not registered.");
    }

    private DropReason SendPaced(
        Instant now, DatagramQueue queue, SentStream stream, in RtpHeader parsed, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        _now = now;
        var room = _remoteAddress.IsKnown ? _paced.Reserve(now) : default;
        var reason = !_remoteAddress.IsKnown ? DropReason.NoAddress : room.IsEmpty ? DropReason.QueueFull : DropReason.None;
        _drops.Add(reason);
        _congestion.OnOffered(now, header.Length + payload.Length + Limits.AuthenticationTag);
        if (reason != DropReason.None) return reason;
        var total = _sender.ProtectRtp(header, payload, room);
        stream.OnSealed(now, parsed.Sequence, parsed.Timestamp);
        _paced.Commit(now, parsed.Ssrc, parsed.Sequence, total, payload.Length);
        Release(now, queue);
        return DropReason.None;
    }

    private void Release(Instant now, DatagramQueue queue)
    {
        while (_paced.TryPeek(now, out var packet, out var bytes))
        {
            if (!queue.Add(_remoteAddress, bytes))
            {
                _paced.Defer(now);
                return;
            }
            _paced.OnReleased(now);
            OnReleased(now, packet.Ssrc, packet.Sequence, packet.PayloadBytes, packet.Length, isPaced: true);
        }
    }

    private void ReleaseFiles(Instant now, DatagramQueue queue)
    {
        if (_files is null || !_remoteAddress.IsKnown) return;
        FollowTarget(now);
        _files.Release(now, queue, _remoteAddress, _congestion.IsProbing, _sent);
    }

    /// <summary>Asks for what is missing and due.</summary>
    private void RequestMissing(Instant now, DatagramQueue queue)
    {
        while (_nacks.TryTake(now, _reports.RoundTrip.Longest, out var media, out var entries))
        {
            if (TryReserve(queue, GenericNack.LengthFor(entries.Length) + RtcpOverhead, out var room) != DropReason.None) continue;
            CommitRtcp(now, queue, room, _reports.WriteNack(media, entries, room));
        }
    }

    private void ControlCongestion(Instant now, DatagramQueue queue)
    {
        if (now < _congestion.NextTimeout.At) return;
        _congestion.HandleTimeout(now);
        FollowTarget(now);
        for (var bytes = _congestion.TakePadding(now); bytes > 0 && SendPadding(now, queue, bytes);) bytes = _congestion.TakePadding(now);
        if (!_congestion.IsFeedbackDue(now)) return;
        TryReserve(queue, Limits.MaxDatagram, out var room);
        // Without room it is written nowhere, and waits for the next interval.
        var length = _congestion.WriteFeedback(now, _options.LocalSsrc, room.IsEmpty ? room : room[..^RtcpOverhead]);
        if (length > 0) CommitRtcp(now, queue, room, length);
    }

    /// <summary>Padding does not wait for the pacer and takes nothing from it: it is meant to be more than is allowed.</summary>
    private bool SendPadding(Instant now, DatagramQueue queue, int bytes)
    {
        if (TryReserve(queue, bytes, out var room) != DropReason.None) return false;
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        RtpHeader.Write(header, PayloadType.Padding, false, _padding, default, _options.LocalSsrc, []);
        var total = _sender.ProtectRtp(header, Zeros.AsSpan(0, bytes - Limits.RtpHeader - Limits.AuthenticationTag), room);
        queue.Commit(_remoteAddress, total);
        _congestion.OnSent(now, _options.LocalSsrc, _padding, total);
        _padding = _padding.Next;
        OnSent(now, total);
        return true;
    }

    private void FollowTarget(Instant now) => _paced.SetTarget(now, TargetRate, _files?.WantedPacingRate ?? 0);

    /// <summary>Every RTP datagram that really leaves passes here, again for each retransmission.</summary>
    private void OnReleased(Instant now, Ssrc ssrc, SequenceNumber sequence, int payloadBytes, int bytes, bool isPaced = false)
    {
        _reports.Sent.Find(ssrc)?.OnReleased(payloadBytes);
        if (!isPaced) _paced.OnUnpaced(now, bytes);
        _files?.OnMedia(now);
        _congestion.OnSent(now, ssrc, sequence, bytes);
        OnSent(now, bytes);
    }

    private void OnSent(Instant now, int total)
    {
        _now = now;
        _sent.Add(now, total);
    }

    private DropReason TryReserve(DatagramQueue queue, int size, out Span<byte> room)
    {
        room = _remoteAddress.IsKnown ? queue.Reserve(size) : default;
        var reason = !_remoteAddress.IsKnown ? DropReason.NoAddress : room.IsEmpty ? DropReason.QueueFull : DropReason.None;
        _drops.Add(reason);
        return reason;
    }

    private void CommitRtcp(Instant now, DatagramQueue queue, Span<byte> room, int length)
    {
        var total = _sender.ProtectRtcp(room, length);
        queue.Commit(_remoteAddress, total);
        _paced.OnUnpaced(now, total);
        OnSent(now, total);
    }
}
