using System.Buffers.Binary;
using System.Buffers.Text;
using Parley.Conference.Admission;
using Parley.Conference.Meetings;
using Parley.Conference.Memory;
using Parley.Conference.Sessions;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference;

/// <summary>
/// All meetings of one shard: it authenticates connections, routes their verbs to meetings and their datagrams to seats. It holds no socket and
/// no clock; a driver turns it (<see cref="IEndpoint"/>). What a verb does is in <see cref="Meeting"/>.
/// </summary>
public sealed class ConferenceServer : IEndpoint
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly ConferenceContext _context;
    private readonly JoinThrottle _throttle = new();
    private readonly Dictionary<ChannelId, Session> _sessions = [];
    private readonly List<Meeting> _meetings = [];
    private readonly string _epoch;
    private readonly byte[] _keyHash;
    private Instant _nextSweep;

    /// <summary>Makes a server without meetings.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="keyHash">SHA-256 of the server's own SPKI, for the identity check.</param>
    /// <param name="random">The driver's randomness: codes, ids, keys, tokens.</param>
    /// <param name="observer">Told what happens, on the driver's thread; must not block.</param>
    /// <param name="datagrams">Where media goes out; a test may give a small one.</param>
    public ConferenceServer(
        ConferenceOptions options, ReadOnlySpan<byte> keyHash, IRandomSource random, Action<Instant, ConferenceEvent>? observer = null,
        DatagramQueue? datagrams = null)
    {
        Datagrams = datagrams ?? new DatagramQueue();
        _context = new ConferenceContext(options, random, Datagrams, observer ?? ((_, _) => { }));
        _keyHash = keyHash.ToArray();
        _epoch = random.NextToken(9);
    }

    /// <summary>The media port that clients are told; a driver that was given port 0 sets the real one before it starts.</summary>
    public int UdpPort
    {
        get => _context.UdpPort;
        set => _context.UdpPort = value;
    }

    /// <summary>What the meetings share, for tests.</summary>
    internal ConferenceContext Context => _context;

    /// <summary>The live meetings, for tests.</summary>
    internal IReadOnlyList<Meeting> Meetings => _meetings;

    /// <inheritdoc />
    public DatagramQueue Datagrams { get; }

    /// <inheritdoc />
    public Timeout NextTimeout
    {
        get
        {
            var next = _sessions.Count > 0 ? new Timeout(_nextSweep, TimeoutReason.Expiry) : Timeout.Never;
            foreach (var meeting in _meetings) next = Timeout.Min(next, meeting.NextTimeout);
            return Timeout.Min(next, _context.Records.NextTimeout);
        }
    }

    /// <inheritdoc />
    public bool PollChannelAction(out ChannelAction action) => _context.TryDequeue(out action);

    /// <summary>The next record for the store, in order; false when there is none. Only with <see cref="ConferenceOptions.KeepsRecords"/>.</summary>
    /// <param name="record">It, with the sequence number to answer with.</param>
    public bool PollRecord(out SequencedRecord record) => _context.Records.TryPoll(out record);

    /// <summary>Every record up to this one is recorded, unless it was said to have failed.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="sequence">Of the newest of them.</param>
    public void HandleRecorded(Instant now, long sequence) => _context.Records.Settle(now, sequence, RecordOutcome.Recorded);

    /// <summary>Every record up to this one that was not recorded before could not be written; those who wait for one are told.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="sequence">Of the newest of them.</param>
    public void HandleRecordingFailed(Instant now, long sequence) => _context.Records.Settle(now, sequence, RecordOutcome.Failed);

    /// <inheritdoc />
    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
        if (_sessions.Count == 0) _nextSweep = now + SweepInterval;
        _sessions[channel] = new Session(channel, peer, now, _context.Options);
    }

    /// <inheritdoc />
    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail)
    {
        if (!_sessions.Remove(channel, out var session)) return;
        if (reason == ChannelCloseReason.ProtocolError) ReportBreach(now, session, "frame");
        Detach(session);
    }

    /// <inheritdoc />
    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
        if (!_sessions.TryGetValue(channel, out var session) || session.State == SessionState.Closing) return;
        session.LastHeard = now;
        if (!session.TryTakeControlToken(now))
        {
            _context.CountDrop(DropReason.RateLimited);
            return;
        }
        if (kind != MessageKind.Json)
        {
            _context.CountDrop(DropReason.UnknownKind);
            return;
        }
        switch (ControlProtocol.TryParse(body, out ClientMessage? message))
        {
            case ParseOutcome.UnknownType:
                _context.CountDrop(DropReason.UnknownKind);
                return;
            case ParseOutcome.Malformed:
                ReportBreach(now, session, "json");
                Expel(session);
                return;
        }
        if (session.Seat is { } seat) MeetingOf(seat)?.OnMessage(now, seat);
        Handle(now, session, message!);
        ForgetEnded();
    }

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        var reason = Receive(now, from, datagram);
        if (reason != DropReason.None) _context.CountDrop(reason);
    }

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
        foreach (var meeting in _meetings) meeting.HandleTimeout(now);
        _context.Records.HandleTimeout(now);
        ForgetEnded();
        if (now < _nextSweep) return;
        _nextSweep = now + SweepInterval;
        foreach (var session in _sessions.Values)
        {
            if (now - session.LastHeard < _context.Options.IdleSessionLife) continue;
            // Clients say "still here" at the door too. Whoever does not is gone without a word, and must not keep a place there.
            if (session.State is SessionState.Ready or SessionState.Waiting) GiveUp(session);
        }
        ForgetEnded();
    }

    /// <inheritdoc />
    public void Flush(Instant now)
    {
        foreach (var meeting in _meetings) meeting.Flush(now);
    }

    /// <summary>Tells everyone that the server stops. The driver then drains the outputs and closes.</summary>
    public void Stop(Instant now)
    {
        foreach (var meeting in _meetings) meeting.End(now, EndReason.ServerStopped);
        ForgetEnded();
        foreach (var session in _sessions.Values)
        {
            _context.Send(session, new Refused(EndReason.ServerStopped));
            _context.Close(session);
        }
        ForgetEnded();
    }

    /// <summary>Numbers for metrics and for the app; call it on the driver's thread.</summary>
    public ConferenceSnapshot TakeSnapshot() => ConferenceSnapshot.Of(_meetings, _sessions.Count, _context);

    // Datagrams

    private DropReason Receive(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        var kind = FirstByte.Classify(datagram);
        if (kind is not (DatagramKind.Rtp or DatagramKind.Rtcp or DatagramKind.Parley)) return DropReason.UnknownKind;
        if (datagram.Length < Limits.RtpHeader) return DropReason.Truncated;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[(kind == DatagramKind.Rtp ? 8 : 4)..]);
        if (!_context.Routes.TryGetValue(ssrc, out var route) || route.Seat.Media is not { } media) return DropReason.UnknownSsrc;

        var reason = media.Peer.Receive(now, from, datagram, out var packet);
        if (reason != DropReason.None) return reason;
        route.Meeting.OnMediaHeard(now, route.Seat);
        if (media.Peer.TryTakeAddressChange(out var address))
            _context.Report(now, ConferenceEventKind.AddressChanged, route.Meeting, route.Seat.Id, detail: address.ToString());
        while (media.Peer.TryTakeFeedback(out var feedback))
        {
            if (feedback.Kind == PeerFeedbackKind.KeyframeRequest) route.Meeting.OnKeyframeRequest(now, route.Seat, feedback.MediaSsrc);
        }
        return packet.Kind == DatagramKind.Rtp ? route.Meeting.HandleRtp(now, route.Seat, packet.Header, datagram[..packet.Length]) : DropReason.None;
    }

    // Messages

    private void Handle(Instant now, Session session, ClientMessage message)
    {
        var rejection = session.State switch
        {
            SessionState.AwaitingHello => message is Hello hello ? OnHello(now, session, hello) : Breach(now, session),
            SessionState.AwaitingReveal => message is Reveal reveal ? OnReveal(now, session, reveal) : Breach(now, session),
            _ => OnVerb(now, session, message),
        };
        if (rejection is not { } reason) return;
        // What it was about only if that is an id at all.
        var id = message is PostChat { Id: { Length: <= Limits.MaxChatLineId } line } ? line : null;
        _context.Send(session, new Rejected(ControlProtocol.TypeOf(message), reason, id));
        _context.Report(now, ConferenceEventKind.VerbRejected, detail: $"{ControlProtocol.TypeOf(message)}: {reason}");
    }

    private RejectReason? OnHello(Instant now, Session session, Hello hello)
    {
        if (hello.Version != ControlProtocol.Version)
        {
            _context.Send(session, new Refused(EndReason.VersionMismatch));
            _context.Close(session);
            return null;
        }
        if (!TryDecode32(hello.Commitment, out var commitment)) return Breach(now, session);
        session.Commitment = commitment;
        session.ResumeToken = hello.Epoch == _epoch ? hello.ResumeToken : hello.ResumeToken is null ? null : "";
        session.Nonce = new byte[IdentityCheck.NonceLength];
        _context.Random.Fill(session.Nonce);
        session.State = SessionState.AwaitingReveal;
        _context.Send(session, new Welcome(
            ControlProtocol.Version, _context.Options.Product, _epoch, Base64Url.EncodeToString(IdentityCheck.Commit(session.Nonce))));
        return null;
    }

    private RejectReason? OnReveal(Instant now, Session session, Reveal reveal)
    {
        if (!TryDecode32(reveal.Nonce, out var nonce) || !IdentityCheck.Opens(session.Commitment, nonce)) return Breach(now, session);
        session.Check = IdentityCheck.Digits(_keyHash, session.Peer.PeerKeyHash.Span, session.Nonce, nonce);
        session.State = SessionState.Ready;
        session.Since = now;
        _context.Authenticated(session);
        _context.Send(session, new Revealed(Base64Url.EncodeToString(session.Nonce)));
        if (session.ResumeToken is not { } token) return null;

        if (_context.ResumeTokens.TryGetValue(token, out var route) && route.Seat.KeyHash.Span.SequenceEqual(session.Peer.PeerKeyHash.Span))
            route.Meeting.Resume(now, route.Seat, session, token);
        else
            _context.Send(session, new Refused(EndReason.SeatExpired));
        return null;
    }

    private RejectReason? OnVerb(Instant now, Session session, ClientMessage message)
    {
        if (message is ControlPing ping)
        {
            _context.Send(session, new ControlPong(ping.Time));
            return null;
        }
        if (session.State == SessionState.Ready)
        {
            return message switch
            {
                CreateMeeting create => OnCreate(now, session, create),
                RequestJoin join => OnJoin(now, session, join),
                _ => RejectReason.NotNow,
            };
        }
        if (session.State == SessionState.Waiting)
        {
            if (message is not CancelRequest) return RejectReason.NotNow;
            session.Request!.Meeting.Withdraw(session.Request);
            session.State = SessionState.Ready;
            session.Since = now;
            _context.Send(session, new Refused(EndReason.Cancelled));
            return null;
        }
        if (session.Seat is not { } seat || MeetingOf(seat) is not { } meeting) return RejectReason.NotNow;
        return message switch
        {
            SetMedia media => Done(() => meeting.SetMedia(seat, media.Microphone, media.Camera)),
            PostChat chat => meeting.PostChat(now, seat, chat),
            RequestChatHistory request => meeting.TellChatBefore(now, seat, request.Before),
            React react => meeting.React(now, seat, react.Reaction),
            SetHand hand => meeting.SetHand(now, seat, hand.IsRaised),
            LowerHand lower => meeting.LowerHand(now, seat, lower.Id),
            Subscribe subscribe => Done(() => meeting.Subscribe(seat, subscribe.Tracks)),
            SetCapabilities capabilities => Done(() => meeting.SetCapabilities(seat, capabilities)),
            AdmitRequest admit => meeting.Admit(now, seat, admit.Id),
            AdmitAllRequests => meeting.AdmitAll(now, seat),
            DenyRequest deny => meeting.Deny(now, seat, deny.Id),
            RemoveSeat remove => meeting.Remove(now, seat, remove.Id),
            HandOver handOver => meeting.HandOver(now, seat, handOver.Id),
            EndForAll => meeting.EndForAll(now, seat),
            LeaveMeeting => Done(() => meeting.Leave(now, seat)),
            _ => RejectReason.NotNow,
        };

        static RejectReason? Done(Action verb)
        {
            verb();
            return null;
        }
    }

    private RejectReason? OnCreate(Instant now, Session session, CreateMeeting create)
    {
        if (!PlainText.TryNormaliseName(create.Name, out var name)) return RejectReason.Invalid;
        if (create.Title.Length > 0 && !PlainText.TryNormaliseName(create.Title, out _)) return RejectReason.Invalid;
        PlainText.TryNormaliseName(create.Title, out var title);
        if (_meetings.Count >= _context.Options.MaxMeetings)
        {
            _context.Send(session, new Refused(EndReason.Full));
            return null;
        }
        var meeting = new Meeting(now, _context, title);
        if (meeting.Code.Length == 0)
        {
            _context.Send(session, new Refused(EndReason.Full));
            return null;
        }
        _meetings.Add(meeting);
        _context.Report(now, ConferenceEventKind.MeetingCreated, meeting);
        meeting.TakeSeat(now, session, name, create.Audio);
        return null;
    }

    private RejectReason? OnJoin(Instant now, Session session, RequestJoin join)
    {
        if (!PlainText.TryNormaliseName(join.Name, out var name)) return RejectReason.Invalid;
        var address = session.Peer.Address.LimitKey;
        var delay = _throttle.DelayFor(now, address);
        if (delay > TimeSpan.Zero) return Refuse(EndReason.RateLimited, (int)Math.Ceiling(delay.TotalMilliseconds));
        if (!MeetingCode.TryNormalise(join.Code, out var code) || !_context.Directory.TryFind(code, out var meeting))
        {
            _throttle.OnWrongCode(now, address);
            return Refuse(EndReason.WrongCode);
        }
        if (WaitingFrom(address) >= Limits.MaxWaitingPerAddress) return Refuse(EndReason.DoorBusy);
        return meeting!.Knock(now, session, name, join.Audio) is { } reason ? Refuse(reason) : null;

        RejectReason? Refuse(EndReason reason, int? retryAfterMs = null)
        {
            _context.Send(session, new Refused(reason, retryAfterMs));
            _context.Report(now, ConferenceEventKind.JoinRefused, reason: reason);
            return null;
        }
    }

    // Ends

    private void Detach(Session session)
    {
        if (session.Request is { } request) request.Meeting.Withdraw(request);
        if (session.Seat is { } seat && seat.Session == session) Meeting.OnDisconnected(seat);
        session.State = SessionState.Closing;
    }

    private void GiveUp(Session session)
    {
        if (session.Request is { } request) request.Meeting.Withdraw(request);
        _context.Close(session);
    }

    private void Expel(Session session)
    {
        _context.Send(session, new Refused(EndReason.ProtocolError));
        if (session.Request is { } request) request.Meeting.Withdraw(request);
        if (session.Seat is { } seat) Meeting.OnDisconnected(seat);
        _context.Close(session);
    }

    private RejectReason? Breach(Instant now, Session session)
    {
        ReportBreach(now, session, session.State.ToString());
        Expel(session);
        return null;
    }

    private void ReportBreach(Instant now, Session session, string what)
    {
        _context.CountDrop(DropReason.Malformed);
        _context.Report(now, ConferenceEventKind.ProtocolError, detail: $"{session.Peer.Address}: {what}");
    }

    private void ForgetEnded()
    {
        _meetings.RemoveAll(m => m.IsEnded);
        while (_context.TryDequeueClosed(out var channel)) _sessions.Remove(channel);
    }

    private Meeting? MeetingOf(Seat seat) => _context.Routes.TryGetValue(seat.Ssrcs.Rtcp.Value, out var route) ? route.Meeting : null;

    private int WaitingFrom(UInt128 address)
    {
        var count = 0;
        foreach (var session in _sessions.Values)
        {
            if (session.State == SessionState.Waiting && session.Peer.Address.LimitKey == address) count++;
        }
        return count;
    }

    private static bool TryDecode32(string text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > 64 || !Base64Url.IsValid(text)) return false;
        bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length == 32;
    }
}
