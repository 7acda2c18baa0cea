using Microsoft.Extensions.Logging;
using Parley.Agent.Statistics;
using Parley.Agent.Web;
using Parley.Codecs;
using Parley.Conference.Client;
using Parley.Net;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Impairment;

namespace Parley.Agent.Meetings;

/// <summary>
/// One attempt or meeting of an agent: a client on a driver of its own. Everything public may be called from any thread; the client itself is
/// touched on the driver's thread only.
/// </summary>
internal sealed class MeetingSession : IMeetingClientObserver, IAsyncDisposable
{
    private readonly MeetingClient _client;
    private readonly ShardLoop _loop;
    private readonly Func<Page?> _page;
    private readonly IMeetingSessionListener _listener;
    private readonly SoundInbox _microphone = new();
    private readonly SoundInbox _decoded = new();
    private readonly PageOpus? _pageOpus;
    private readonly PictureInbox _pictures = new();
    private readonly MeetingMeter _meter = new();
    private readonly ImpairmentFilter _network;
    private readonly Action<Instant> _drainMicrophone;
    private readonly Action<Instant> _drainDecoded;
    private readonly Action<Instant> _drainPictures;

    public MeetingSession(
        JoinPlan plan, string product, Identity identity, ILoggerFactory loggers, ImpairmentOptions impairment, Func<Page?> page,
        IMeetingSessionListener listener)
    {
        _network = new ImpairmentFilter(impairment);
        _page = page;
        _listener = listener;
        var codecs = AudioCodecs.Choose();
        if (!codecs.HasOpus) codecs = _pageOpus = new PageOpus(page);
        _client = new MeetingClient(product, identity.KeyHash, SystemRandom.Shared, this, ciphers: AeadCiphers.Choose(), codecs: codecs);
        _drainMicrophone = DrainMicrophone;
        _drainDecoded = DrainDecoded;
        _drainPictures = DrainPictures;
        _loop = new ShardLoop(ClientLoop.Options(identity, loggers, _network), _client);
        _loop.Start();
        _loop.Post(now => _client.Begin(now, plan));
    }

    /// <summary>Does something with the client on its thread; false when the driver is too busy or gone.</summary>
    public bool Post(Action<Instant, MeetingClient> work) => _loop.Post(now => work(now, _client));

    /// <summary>Says which pictures to ask for.</summary>
    public void SetSubscription(IReadOnlyList<TrackWish> tracks) => Post((_, client) =>
    {
        _meter.OnSubscribed(tracks);
        client.SetSubscription(tracks);
    });

    /// <summary>Says which codecs the page has, those of pictures best first.</summary>
    public void SetCapabilities(IReadOnlyList<VideoCodec> encode, IReadOnlyList<VideoCodec> decode, bool hasOpus) => Post((_, client) =>
    {
        _pageOpus?.SetPage(hasOpus);
        client.SetCapabilities(encode, decode);
    });

    /// <summary>Says how much of the camera to send.</summary>
    public void SetReception(ReceptionMode reception) => Post((_, client) => client.SetReception(reception));

    /// <summary>Says how well the page encodes.</summary>
    public void ReportEncoder(UiPageStats stats) => Post((now, client) => client.ReportEncoder(now, stats.FpsCaptured, stats.FpsSent, stats.EncodeQueue));

    /// <summary>Makes this program's network as bad as these options say, from now on.</summary>
    public void SetImpairment(ImpairmentOptions options) => _loop.Post(_ => _network.Options = options);

    /// <summary>Ends a second of the statistics; the listener gets it. False when the driver is too busy or gone.</summary>
    public bool MeasureSecond() => _loop.Post(now => _listener.OnSecond(this, _meter.Take(now, _client)));

    /// <summary>10 ms of the microphone, or of the mix, decoded.</summary>
    public void TakeSound(in SoundFrame frame)
    {
        var inbox = frame.IsDecoded ? _decoded : _microphone;
        if (inbox.TryWrite(frame)) _loop.Post(frame.IsDecoded ? _drainDecoded : _drainMicrophone);
    }

    /// <summary>An encoded picture of the camera.</summary>
    /// <param name="frame">What the page says of it.</param>
    /// <param name="picture">Its bytes.</param>
    /// <param name="capturedAt">Agent milliseconds, or null when unknown.</param>
    /// <returns>False when its encoding cannot go on without a key frame.</returns>
    public bool SendPicture(in VideoOutFrame frame, ReadOnlySpan<byte> picture, double? capturedAt)
    {
        var isWhole = _pictures.Write(frame, picture, capturedAt);
        _loop.Post(_drainPictures);
        return isWhole;
    }

    /// <summary>Leaves if need be, and stops the driver when the farewell is out.</summary>
    public async ValueTask DisposeAsync()
    {
        _loop.Post(_client.Leave);
        await _loop.StopAsync(TimeSpan.FromSeconds(1));
        await _loop.DisposeAsync();
        _client.Dispose();
    }

    void IMeetingClientObserver.OnStateChanged(Instant now) => _listener.OnView(this, ClientView.Of(_client));

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line) => _listener.OnChat(this, line);

    void IMeetingClientObserver.OnChatHistory(Instant now, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset) =>
        _listener.OnChatHistory(this, lines, hasOlder, isReset);

    void IMeetingClientObserver.OnChatFailed(Instant now, string id, RejectReason reason) => _page()?.Send(new ChatFailed(id, ChatLog.CodeOf(reason)));

    void IMeetingClientObserver.OnReaction(Instant now, string participant, Reaction reaction) => _page()?.Send(new ReactionShown(participant, reaction));

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason) => _listener.OnRejected(this, verb, reason);

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart) => _page()?.SendAudio(frame, isTalkStart);

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture)
    {
        var heldUp = _meter.OnReceived(now, picture);
        if (_page() is not { } page) return;
        // The way itself cannot be seen from here: half of our round trip, and the sender's half taken as equal.
        var captured = _client.Network?.RoundTrip is { } roundTrip ? now - heldUp - roundTrip : (Instant?)null;
        page.SendPicture(now, picture, captured);
    }

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan) => _listener.OnEncodings(this, plan);

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding) => _page()?.Send(new KeyFrameWanted(encoding));

    void IMeetingClientObserver.OnQualityChanged(Instant now, UiQualityChange change) => _page()?.Send(new QualityChanged(change));

    private void DrainMicrophone(Instant now)
    {
        while (_microphone.TryRead(out var frame))
        {
            _pageOpus?.SetNext(frame.Payload);
            _client.SendAudio(now, frame.Samples);
        }
    }

    private void DrainDecoded(Instant now)
    {
        while (_decoded.TryRead(out var frame))
        {
            if (_pageOpus is null) continue;
            _client.ReceiveDecoded(now, new SequenceNumber((ushort)frame.Sequence), new RtpTimestamp(frame.Timestamp), frame.IsTalkStart, frame.Samples);
        }
    }

    private void DrainPictures(Instant now)
    {
        while (_pictures.TryTake(out var picture))
        {
            // A capture time in the future or long ago is a broken clock; the time of arrival is the better guess then.
            var captured = picture.CapturedAt is { } at ? Instant.FromMilliseconds(at) : now;
            if (captured > now || now - captured > TimeSpan.FromSeconds(2)) captured = now;
            var frame = picture.Frame;
            var codec = frame.Codec.ToPayloadType();
            var isSent = _client.SendPicture(
                now, captured, frame.Encoding, codec, frame.IsKeyFrame, frame.IsDiscardable, frame.TemporalLayer, frame.Width, frame.Height,
                picture.Buffer.AsSpan(0, picture.Length));
            if (isSent) _meter.OnSent(frame.Encoding, codec, frame.Width, frame.Height, picture.Length);
            PictureInbox.Release(picture);
        }
    }
}

/// <summary>Whoever owns a session. Called on the session's driver thread; must only hand over.</summary>
internal interface IMeetingSessionListener
{
    /// <summary>The state changed.</summary>
    void OnView(MeetingSession session, ClientView view);

    /// <summary>A chat line was posted.</summary>
    void OnChat(MeetingSession session, ChatLine line);

    /// <summary>Other pictures of the camera are to be made.</summary>
    void OnEncodings(MeetingSession session, VideoEncodingPlan plan);

    /// <summary>Chat lines of before were told.</summary>
    void OnChatHistory(MeetingSession session, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset);

    /// <summary>A second of the statistics is over.</summary>
    void OnSecond(MeetingSession session, MeetingSecond second);

    /// <summary>A verb was refused by the server.</summary>
    void OnRejected(MeetingSession session, string verb, RejectReason reason);
}
