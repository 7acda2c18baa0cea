using Parley.Conference.Meetings;
using Parley.Conference.Memory;
using Parley.Conference.Relay;
using Parley.Conference.Sessions;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Conference;

/// <summary>What the meetings of one server share: outputs, ids, routes. Owned by one <see cref="ConferenceServer"/>.</summary>
internal sealed class ConferenceContext(
    ConferenceOptions options, IRandomSource random, DatagramQueue datagrams, Action<Instant, ConferenceEvent> observer)
{
    private readonly Queue<ChannelAction> _actions = new();
    private readonly Queue<ChannelId> _closed = new();

    /// <summary>The server's settings.</summary>
    public ConferenceOptions Options { get; } = options;

    /// <summary>The media port that clients are told.</summary>
    public int UdpPort { get; set; } = options.UdpPort;

    /// <summary>The driver's randomness.</summary>
    public IRandomSource Random { get; } = random;

    /// <summary>Where all media goes out.</summary>
    public DatagramQueue Datagrams { get; } = datagrams;

    /// <summary>The codes.</summary>
    public IMeetingDirectory Directory { get; } = new MeetingDirectory(random);

    /// <summary>What is to be remembered.</summary>
    public RecordQueue Records { get; } = new(options.KeepsRecords, options.RecordPatience);

    /// <summary>The SSRCs.</summary>
    public SsrcAllocator Ssrcs { get; } = new(random);

    /// <summary>Which seat an incoming SSRC belongs to.</summary>
    public Dictionary<uint, SeatRoute> Routes { get; } = [];

    /// <summary>Which seat a resume token takes back.</summary>
    public Dictionary<string, SeatRoute> ResumeTokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Drops by <see cref="DropReason"/>.</summary>
    public long[] Drops { get; } = new long[Enum.GetValues<DropReason>().Length];

    /// <summary>Frames of voices mixed.</summary>
    public long VoiceFrames { get; set; }

    /// <summary>Those that were made up.</summary>
    public long ConcealedVoiceFrames { get; set; }

    /// <summary>Calendar time in Unix milliseconds.</summary>
    public long UnixTime(Instant now) => Options.UnixTimeOrigin + (long)now.Milliseconds;

    /// <summary>Sends to one connection.</summary>
    public void Send(Session? session, ServerMessage message)
    {
        if (session is not null && session.State != SessionState.Closing) Send(session, ControlProtocol.Write(message));
    }

    /// <summary>Sends bytes that were written once for many.</summary>
    public void Send(Session? session, byte[] body)
    {
        if (session is not null && session.State != SessionState.Closing) _actions.Enqueue(ChannelAction.SendJson(session.Channel, body));
    }

    /// <summary>Closes a connection after what is queued for it.</summary>
    public void Close(Session session)
    {
        if (session.State == SessionState.Closing) return;
        session.State = SessionState.Closing;
        _closed.Enqueue(session.Channel);
        _actions.Enqueue(ChannelAction.Close(session.Channel));
    }

    /// <summary>The next connection that we closed and that the server may forget: a driver does not report those.</summary>
    public bool TryDequeueClosed(out ChannelId channel) => _closed.TryDequeue(out channel);

    /// <summary>Takes a connection out of the limits on strangers.</summary>
    public void Authenticated(Session session) => _actions.Enqueue(ChannelAction.Authenticated(session.Channel));

    /// <summary>The next output.</summary>
    public bool TryDequeue(out ChannelAction action) => _actions.TryDequeue(out action);

    /// <summary>Counts a drop.</summary>
    public void CountDrop(DropReason reason)
    {
        if (reason != DropReason.None) Drops[(int)reason]++;
    }

    /// <summary>Tells whoever keeps the log, and has it recorded when it belongs to the history of a meeting.</summary>
    public void Report(
        Instant now, ConferenceEventKind kind, Meeting? meeting = null, string participant = "", EndReason reason = EndReason.None, string detail = "")
    {
        observer(now, new ConferenceEvent(kind, meeting?.Id ?? "", participant, reason, detail));
        if (meeting is not null && EventRecords.Of(UnixTime(now), kind, meeting, participant, reason) is { } record) Records.TryAppend(now, record);
    }
}

/// <summary>A seat and the meeting it is in.</summary>
internal readonly record struct SeatRoute(Meeting Meeting, Seat Seat);
