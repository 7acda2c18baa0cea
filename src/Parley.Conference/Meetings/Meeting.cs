using Parley.Conference.Relay;
using Parley.Conference.Sessions;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Driving;

namespace Parley.Conference.Meetings;

/// <summary>
/// One meeting: its seats, its door, its host. Nothing in it is reachable from another meeting. Every verb takes the seat that
/// asks and says why not when it may not.
/// </summary>
internal sealed class Meeting
{
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromMilliseconds(500);

    private readonly ConferenceContext _context;
    private readonly HostSuccession _host;
    private readonly List<Seat> _seats = [];
    private readonly List<DoorRequest> _door = [];
    private readonly MeetingAudio _audio;
    private readonly VideoRelay _video;
    private readonly VideoDemands _demands;
    private readonly SeatPeers _peers;
    private readonly MeetingChat _chat;
    private readonly KnownPeople _known = new();
    private TokenBucket _reactions;
    private Instant _nextHousekeeping;
    private Instant _lastPresent;
    private long _lastHand;

    public Meeting(Instant now, ConferenceContext context, string title)
    {
        _context = context;
        _host = new HostSuccession(context.Options.HostHold);
        _audio = new MeetingAudio(context, _seats);
        _video = new VideoRelay(context, _seats);
        _demands = new VideoDemands(context, _seats);
        _peers = new SeatPeers(context, _seats);
        _reactions = new TokenBucket(context.Options.MeetingReactionRate, context.Options.MeetingReactionRate, now);
        _lastPresent = now;
        _nextHousekeeping = now + HousekeepingInterval;
        Title = title;
        StartedAt = context.UnixTime(now);
        Id = ConferenceIds.Create(StartedAt, context.Random);
        Code = context.Directory.Allocate(this) ?? "";
        _chat = new MeetingChat(context, Id, _seats);
    }

    /// <summary>The server's id.</summary>
    public string Id { get; }

    /// <summary>Six digits; empty when the directory is full and the meeting must not be used.</summary>
    public string Code { get; }

    /// <summary>What the host called it.</summary>
    public string Title { get; }

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; }

    /// <summary>Whether it is over and to be forgotten.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>All seats, in the order of joining.</summary>
    public IReadOnlyList<Seat> Seats => _seats;

    /// <summary>Who is host now.</summary>
    public string HostId => _host.HostId;

    /// <summary>How many wait at the door.</summary>
    public int WaitingCount => _door.Count;

    /// <summary>The earliest thing the meeting waits for.</summary>
    public Timeout NextTimeout =>
        Timeout.Min(new Timeout(_nextHousekeeping, TimeoutReason.Silence), Timeout.Min(_audio.NextTimeout, _peers.NextTimeout));

    // Seats

    /// <summary>Gives a seat: to the creator, or to someone admitted. Everyone else is told.</summary>
    public void TakeSeat(Instant now, Session session, string name, AudioProfile audio)
    {
        var seat = new Seat(IdFor(now, session, name), Distinct(name), audio, _context.Ssrcs.Allocate(), now, _context.Options);
        _seats.Add(seat);
        var isFirst = _seats.Count == 1;
        if (isFirst) _host.Appoint(seat.Id);
        Broadcast(new ParticipantJoined(StateOf(seat)), except: seat);
        Seat(now, seat, session);
        // That a meeting begins with whoever made it is no news.
        if (!isFirst) _chat.Note(now, ChatLineKind.Joined, seat);
        _context.Report(now, ConferenceEventKind.ParticipantJoined, this, seat.Id);
    }

    /// <summary>Takes a held seat back on a new connection, with new keys.</summary>
    public void Resume(Instant now, Seat seat, Session session, string token)
    {
        // The token that was shown stays good until the client has the next one; the other is worth nothing from now on.
        _context.ResumeTokens.Remove(seat.ResumeToken);
        _context.ResumeTokens.Remove(seat.FormerResumeToken);
        _context.ResumeTokens[token] = new SeatRoute(this, seat);
        seat.FormerResumeToken = token;
        if (seat.Session is { } old)
        {
            _context.Send(old, new SeatEnded(EndReason.Replaced));
            old.Seat = null;
            _context.Close(old);
        }
        seat.LastHeard = now;
        MarkPresent(now, seat);
        Seat(now, seat, session);
        _context.Report(now, ConferenceEventKind.ParticipantReturned, this, seat.Id);
    }

    /// <summary>The connection of a seat is gone; the seat is held.</summary>
    public static void OnDisconnected(Seat seat) => seat.Session = null;

    /// <summary>Gives the seat up at once.</summary>
    public void Leave(Instant now, Seat seat) => RemoveSeat(now, seat, EndReason.Left);

    // Verbs of participants

    /// <summary>Changes what everyone sees of one's devices.</summary>
    public void SetMedia(Seat seat, DeviceState microphone, DeviceState camera)
    {
        if (seat.Microphone == microphone && seat.Camera == camera) return;
        seat.Microphone = microphone;
        seat.Camera = camera;
        if (microphone != DeviceState.On) seat.Media?.Audio.Stop();
        if (camera != DeviceState.On) _video.OnPublisherRestarted(seat);
        OnVideoChanged();
        Broadcast(new ParticipantChanged(StateOf(seat)));
    }

    /// <summary>Says which codecs a seat has.</summary>
    public void SetCapabilities(Seat seat, SetCapabilities capabilities)
    {
        seat.EncodableCodecs = [.. capabilities.Encode.Distinct()];
        seat.DecodableCodecs = [.. capabilities.Decode.Distinct()];
        seat.HasCapabilities = true;
        _demands.OnChanged();
        if (capabilities.Audio is not { } audio || audio == seat.Audio) return;
        seat.Audio = audio;
        if (seat.Media is { } media && seat.Session is { } session) _context.Send(session, new AudioGranted(media.GrantAudio(audio)));
    }

    /// <summary>Says which tracks to send to a seat.</summary>
    public void Subscribe(Seat seat, IReadOnlyList<TrackWish> tracks)
    {
        // Only tracks of this meeting count, so the set is bounded by the number of seats whatever was asked.
        var wanted = new Dictionary<uint, int>();
        foreach (var other in _seats)
        {
            var track = other.Ssrcs.Video.Value;
            if (other != seat && tracks.FirstOrDefault(t => t.Track == track) is { MaxHeight: > 0 and var height }) wanted[track] = height;
        }
        seat.Subscription = wanted;
        OnVideoChanged();
    }

    /// <summary>Writes to everyone or to one person.</summary>
    public RejectReason? PostChat(Instant now, Seat seat, PostChat post) => _chat.Post(now, seat, post);

    /// <summary>Tells a seat of lines before one that it knows.</summary>
    public RejectReason? TellChatBefore(Instant now, Seat seat, long before)
    {
        if (!seat.TryTakeHistoryToken(now)) return RejectReason.TooFast;
        _context.Send(seat.Session, _chat.Page(seat, before));
        return null;
    }

    /// <summary>Shows everyone a reaction.</summary>
    public RejectReason? React(Instant now, Seat seat, Reaction reaction)
    {
        if (!seat.TryTakeReactionToken(now) || !_reactions.TryTake(now)) return RejectReason.TooFast;
        Broadcast(new Reacted(seat.Id, reaction));
        return null;
    }

    /// <summary>Raises or lowers one's own hand.</summary>
    public RejectReason? SetHand(Instant now, Seat seat, bool isRaised)
    {
        if (isRaised == seat.HandRaisedAt is not null) return null;
        if (isRaised && !seat.TryTakeHandToken(now)) return RejectReason.TooFast;
        if (isRaised) _lastHand = Math.Max(_lastHand + 1, _context.UnixTime(now));
        seat.HandRaisedAt = isRaised ? _lastHand : null;
        Broadcast(new ParticipantChanged(StateOf(seat)));
        return null;
    }

    // Verbs of the host

    /// <summary>Lets a request in.</summary>
    public RejectReason? Admit(Instant now, Seat by, string requestId)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        if (_door.Find(r => r.Id == requestId) is not { } request) return RejectReason.Gone;
        LetIn(now, request);
        return null;
    }

    /// <summary>Lets everyone at the door in.</summary>
    public RejectReason? AdmitAll(Instant now, Seat by)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        foreach (var request in _door.ToArray()) LetIn(now, request);
        return null;
    }

    /// <summary>Turns a request away.</summary>
    public RejectReason? Deny(Instant now, Seat by, string requestId)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        if (_door.Find(r => r.Id == requestId) is not { } request) return RejectReason.Gone;
        TurnAway(now, request, EndReason.Denied);
        return null;
    }

    /// <summary>Removes a participant.</summary>
    public RejectReason? Remove(Instant now, Seat by, string seatId)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        if (seatId == by.Id || _seats.Find(s => s.Id == seatId) is not { } seat) return RejectReason.Gone;
        RemoveSeat(now, seat, EndReason.Removed);
        return null;
    }

    /// <summary>Makes a participant the host.</summary>
    public RejectReason? HandOver(Instant now, Seat by, string seatId)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        if (_seats.Find(s => s.Id == seatId) is not { Presence: Presence.Present } seat) return RejectReason.Gone;
        _host.Appoint(seat.Id);
        AnnounceHost(now);
        return null;
    }

    /// <summary>Lowers somebody's hand.</summary>
    public RejectReason? LowerHand(Instant now, Seat by, string seatId)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        return _seats.Find(s => s.Id == seatId) is { } seat ? SetHand(now, seat, isRaised: false) : RejectReason.Gone;
    }

    /// <summary>Ends the meeting for all.</summary>
    public RejectReason? EndForAll(Instant now, Seat by)
    {
        if (!IsHost(by)) return RejectReason.NotHost;
        End(now, EndReason.Ended);
        return null;
    }

    // The door

    /// <summary>Asks the host. Null when the request stands.</summary>
    public EndReason? Knock(Instant now, Session session, string name, AudioProfile audio)
    {
        if (_seats.Count >= Limits.MaxParticipants) return EndReason.Full;
        if (_door.Count >= Limits.MaxWaitingPerMeeting) return EndReason.DoorBusy;
        var request = new DoorRequest(ConferenceIds.Create(_context.UnixTime(now), _context.Random), name, audio, session, this);
        _door.Add(request);
        session.State = SessionState.Waiting;
        session.Request = request;
        session.Since = now;
        _context.Send(session, new Waiting());
        _context.Send(HostSession, new JoinRequested(request.ToState()));
        _context.Report(now, ConferenceEventKind.JoinRequested, this);
        return null;
    }

    /// <summary>A request was withdrawn, or its connection is gone.</summary>
    public void Withdraw(DoorRequest request)
    {
        if (!_door.Remove(request)) return;
        request.Session.Request = null;
        _context.Send(HostSession, new JoinRequestEnded(request.Id, EndReason.Cancelled));
    }

    // Media

    /// <summary>An authentic datagram came from a seat.</summary>
    public void OnMediaHeard(Instant now, Seat seat)
    {
        OnHeard(now, seat);
        _peers.OnUsed(seat);
    }

    /// <summary>Takes a decrypted RTP packet of a seat.</summary>
    public DropReason HandleRtp(Instant now, Seat seat, in Protocol.Rtp.RtpHeader header, ReadOnlySpan<byte> packet)
    {
        if (header.Ssrc == seat.Ssrcs.Video || header.Ssrc == seat.Ssrcs.SmallVideo) return _video.Enqueue(now, seat, header, packet);
        if (header.Ssrc == seat.Ssrcs.Audio) return _audio.Insert(now, seat, header, packet);
        return DropReason.UnknownSsrc;
    }

    /// <summary>Passes a receiver's wish for a key frame on to the publisher.</summary>
    public void OnKeyframeRequest(Instant now, Seat receiver, Protocol.Rtp.Ssrc track)
    {
        _video.OnKeyframeRequest(now, receiver, track);
        _peers.OnUsed();
    }

    /// <summary>Turns what was relayed into runs.</summary>
    public void Flush(Instant now)
    {
        if (_demands.IsChanged) _demands.Update(now);
        if (!_video.HasPending) return;
        _video.Flush(now);
        _demands.Update(now);
        _peers.OnUsed();
    }

    // Time

    /// <summary>Mixes, reports, and looks after who is away.</summary>
    public void HandleTimeout(Instant now)
    {
        _audio.HandleTimeout(now);
        _peers.HandleTimeout(now);
        if (now < _nextHousekeeping) return;
        _nextHousekeeping = now + HousekeepingInterval;
        KeepHouse(now);
        _video.HandleTimeout(now);
        _demands.Update(now);
    }

    /// <summary>Ends the meeting: everyone in it and at its door is told, and all is given back.</summary>
    public void End(Instant now, EndReason reason)
    {
        if (IsEnded) return;
        IsEnded = true;
        foreach (var request in _door.ToArray()) TurnAway(now, request, reason == EndReason.ServerStopped ? reason : EndReason.Ended);
        var farewell = ControlProtocol.Write(new SeatEnded(reason));
        foreach (var seat in _seats)
        {
            if (seat.Session is { } session)
            {
                _context.Send(session, farewell);
                session.Seat = null;
                _context.Close(session);
            }
            Release(seat);
        }
        _seats.Clear();
        _audio.Release();
        _context.Directory.Release(Code);
        _context.Report(now, ConferenceEventKind.MeetingEnded, this, reason: reason);
    }

    /// <summary>Something authentic came from a seat.</summary>
    public void OnHeard(Instant now, Seat seat)
    {
        seat.LastHeard = now;
        if (seat.Presence == Presence.Away && seat.Session is not null)
        {
            MarkPresent(now, seat);
            _context.Report(now, ConferenceEventKind.ParticipantReturned, this, seat.Id);
        }
    }

    /// <summary>A message came on a seat's connection: its client has the new resume token, and the one before is worth nothing now.</summary>
    public void OnMessage(Instant now, Seat seat)
    {
        OnHeard(now, seat);
        if (seat.FormerResumeToken.Length == 0) return;
        _context.ResumeTokens.Remove(seat.FormerResumeToken);
        seat.FormerResumeToken = "";
    }

    private Session? HostSession => _seats.Find(s => s.Id == _host.HostId)?.Session;

    private bool IsHost(Seat seat) => seat.Id == _host.HostId;

    private ParticipantState StateOf(Seat seat) => seat.ToState(IsHost(seat));

    private void Seat(Instant now, Seat seat, Session session)
    {
        session.State = SessionState.Seated;
        session.Request = null;
        session.Seat = seat;
        seat.Session = session;
        seat.KeyHash = session.Peer.PeerKeyHash;

        seat.ResumeToken = _context.Random.NextToken(32);
        var route = new SeatRoute(this, seat);
        _context.ResumeTokens[seat.ResumeToken] = route;

        seat.Media?.Dispose();
        seat.Media = new SeatMedia(now, _context, seat);
        seat.SeatedAt = now;
        seat.HasCapabilities = false;
        _context.Routes[seat.Ssrcs.Audio.Value] = route;
        _context.Routes[seat.Ssrcs.Video.Value] = route;
        _context.Routes[seat.Ssrcs.SmallVideo.Value] = route;
        _context.Routes[seat.Ssrcs.Rtcp.Value] = route;
        _video.OnPublisherRestarted(seat);
        OnVideoChanged();
        _audio.OnSeatsChanged();
        _peers.OnUsed();

        var isHost = IsHost(seat);
        var state = new MeetingState(
            Id, Code, Title, StartedAt, _host.HostId, IsRecording: false, AudioRoute.Mixed,
            _seats.ConvertAll(StateOf), isHost ? _door.ConvertAll(r => r.ToState()) : []);
        _context.Send(session, new Joined(state, seat.Id, seat.ResumeToken, seat.Media.ToGrant(_context.UdpPort)));
        _context.Send(session, _chat.Page(seat));
    }

    private void RemoveSeat(Instant now, Seat seat, EndReason reason)
    {
        if (!_seats.Remove(seat)) return;
        if (seat.Session is { } session)
        {
            _context.Send(session, new SeatEnded(reason));
            session.Seat = null;
            _context.Close(session);
        }
        Release(seat);
        OnVideoChanged();
        _audio.OnSeatsChanged();
        _peers.OnUsed();
        Broadcast(new ParticipantLeft(seat.Id, reason));
        _context.Report(now, ConferenceEventKind.ParticipantLeft, this, seat.Id, reason);
        if (_seats.Count == 0)
        {
            End(now, EndReason.Ended);
            return;
        }
        _chat.Note(now, ChatLineKind.Left, seat);
        UpdateHost(now);
    }

    private void Release(Seat seat)
    {
        _context.ResumeTokens.Remove(seat.ResumeToken);
        _context.ResumeTokens.Remove(seat.FormerResumeToken);
        _context.Routes.Remove(seat.Ssrcs.Audio.Value);
        _context.Routes.Remove(seat.Ssrcs.Video.Value);
        _context.Routes.Remove(seat.Ssrcs.SmallVideo.Value);
        _context.Routes.Remove(seat.Ssrcs.Rtcp.Value);
        _context.Ssrcs.Release(seat.Ssrcs);
        foreach (var other in _seats) other.Media?.Video.ForgetTrack(seat.Ssrcs.Video);
        seat.Media?.Dispose();
        seat.Media = null;
        seat.Session = null;
    }

    private void LetIn(Instant now, DoorRequest request)
    {
        if (_seats.Count >= Limits.MaxParticipants)
        {
            TurnAway(now, request, EndReason.Full);
            return;
        }
        _door.Remove(request);
        _context.Send(HostSession, new JoinRequestEnded(request.Id, EndReason.None));
        TakeSeat(now, request.Session, request.Name, request.Audio);
    }

    private void TurnAway(Instant now, DoorRequest request, EndReason reason)
    {
        if (!_door.Remove(request)) return;
        request.Session.Request = null;
        request.Session.State = SessionState.Ready;
        request.Session.Since = now;
        _context.Send(request.Session, new Refused(reason));
        _context.Send(HostSession, new JoinRequestEnded(request.Id, reason));
        _context.Report(now, ConferenceEventKind.JoinRefused, this, reason: reason);
    }

    private void KeepHouse(Instant now)
    {
        var anyPresent = false;
        foreach (var seat in _seats)
        {
            if (seat.Presence == Presence.Present && now - seat.LastHeard >= _context.Options.AwayAfter) MarkAway(now, seat);
            anyPresent |= seat.Presence == Presence.Present;
        }
        if (anyPresent)
        {
            _lastPresent = now;
            // The last ones out keep their seats for the life of the empty meeting; only while somebody is present do seats run out.
            for (var i = _seats.Count - 1; i >= 0; i--)
            {
                var seat = _seats[i];
                if (seat.Presence == Presence.Away && now - seat.AwaySince >= _context.Options.SeatHold) RemoveSeat(now, seat, EndReason.SeatExpired);
            }
            UpdateHost(now);
        }
        else if (now - _lastPresent >= _context.Options.EmptyMeetingLife)
        {
            End(now, EndReason.Ended);
        }
    }

    private void MarkAway(Instant now, Seat seat)
    {
        seat.Presence = Presence.Away;
        seat.AwaySince = seat.LastHeard;
        OnVideoChanged();
        Broadcast(new ParticipantChanged(StateOf(seat)));
        _context.Report(now, ConferenceEventKind.ParticipantAway, this, seat.Id);
    }

    private void MarkPresent(Instant now, Seat seat)
    {
        if (seat.Presence == Presence.Present) return;
        seat.Presence = Presence.Present;
        seat.AwaySince = Instant.Never;
        OnVideoChanged();
        // To the seat as well, which was told that it is away. After a resume its new connection is not set yet: its Joined says all.
        Broadcast(new ParticipantChanged(StateOf(seat)));
        UpdateHost(now);
    }

    private void UpdateHost(Instant now)
    {
        if (_host.Update(now, _seats)) AnnounceHost(now);
    }

    private void AnnounceHost(Instant now)
    {
        Broadcast(new HostChanged(_host.HostId));
        if (_seats.Find(s => s.Id == _host.HostId) is { } host) _chat.Note(now, ChatLineKind.HostChanged, host);
        foreach (var request in _door) _context.Send(HostSession, new JoinRequested(request.ToState()));
        _context.Report(now, ConferenceEventKind.HostChanged, this, _host.HostId);
    }

    /// <summary>Who looks at whom, and how, has changed.</summary>
    private void OnVideoChanged()
    {
        _demands.OnChanged();
        _video.Reconsider();
    }

    private void Broadcast(ServerMessage message, Seat? except = null)
    {
        byte[]? body = null;
        foreach (var seat in _seats)
        {
            if (seat == except || seat.Session is null) continue;
            _context.Send(seat.Session, body ??= ControlProtocol.Write(message));
        }
    }

    /// <summary>Whoever has been here before has the same id again.</summary>
    private string IdFor(Instant now, Session session, string name)
    {
        var key = session.Peer.PeerKeyHash.Span;
        if (_known.TryFind(key, name, out var known) && !_seats.Exists(s => s.Id == known)) return known;
        var id = ConferenceIds.Create(_context.UnixTime(now), _context.Random);
        _known.Remember(key, name, id);
        return id;
    }

    /// <summary>"Anna", then "Anna (2)", "Anna (3)": nobody can be mistaken for somebody else in the same meeting.</summary>
    private string Distinct(string name)
    {
        var candidate = name;
        var count = 1;
        while (_seats.Exists(s => string.Equals(s.Name, candidate, StringComparison.OrdinalIgnoreCase))) candidate = $"{name} ({++count})";
        return candidate;
    }
}
