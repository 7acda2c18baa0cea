using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Simulation;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Scenarios.Conferences;

/// <summary>
/// Someone in a simulated meeting: the real client with a virtual microphone, camera, loudspeaker and screen, which measure what a person would
/// notice. Measurements begin anew with <see cref="Measure"/>.
/// </summary>
internal sealed class Participant : IEndpoint, IMeetingClientObserver
{
    public const int FramesPerSecond = 15;
    private const int FragmentsPerPicture = 14;

    /// <summary>Louder than this is somebody, not comfort or a fade's end.</summary>
    private const int Audible = 100;
    private const int Loud = 12_000;

    private static readonly TimeSpan PictureInterval = TimeSpan.FromSeconds(1) / FramesPerSecond;

    private readonly Simulator _simulator;
    private readonly JoinPlan _plan;
    private readonly ToneSource? _tone;
    private readonly double[] _tonesToHear;
    private readonly bool _isClicking;
    private readonly bool _hasSilentMicrophone;
    private readonly bool _hasCamera;
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly byte[] _picture = new byte[(FragmentsPerPicture * Limits.MaxFragment) - 100];
    private readonly Dictionary<uint, Screen> _screens = [];
    private Instant _nextFrame = Instant.Never;
    private Instant _nextPicture = Instant.Never;
    private long _pictureNumber;
    private Instant _firstPictureAt;
    private ToneDetector _tones;
    private JitterBufferStats _playoutBefore;
    private Instant _lastAudible;
    private Instant _clickedAt = Instant.Never;
    private bool _isLoud;
    private readonly ElsewhereCodecs? _elsewhere;

    public Participant(Simulator simulator, string name, JoinPlan plan, double? toneHz, double[] tonesToHear, bool isClicking, bool hasSilentMicrophone, bool hasCamera,
        IAudioCodecs codecs)
    {
        _simulator = simulator;
        Name = name;
        KeyHash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        _plan = plan;
        _tone = toneHz is { } hz ? new ToneSource(hz, -24) : null;
        _tonesToHear = tonesToHear;
        _isClicking = isClicking;
        _hasSilentMicrophone = hasSilentMicrophone;
        _hasCamera = hasCamera;
        _tones = new ToneDetector(tonesToHear);
        _elsewhere = codecs as ElsewhereCodecs;
        Client = new MeetingClient("scenario", KeyHash, simulator.RandomFor(name), this, codecs: codecs);
    }

    public string Name { get; }

    public byte[] KeyHash { get; }

    public MeetingClient Client { get; }

    /// <summary>The number of the oldest chat line from which on there is no gap.</summary>
    public long OldestLine { get; private set; } = long.MaxValue;

    /// <summary>What they saw of the others' coming and going, in words.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>What they were told of better and worse.</summary>
    public List<UiQualityChange> Changes { get; } = [];

    /// <summary>Times from the click of another to the moment it was heard, in virtual time.</summary>
    public List<(Instant At, TimeSpan Delay)> Clicks { get; } = [];

    /// <summary>Set by the plan: when whoever clicks did so last.</summary>
    public Participant? Clicker { get; set; }

    /// <summary>Set by the plan: listens for clicks in the only tone there is.</summary>
    public DiscontinuityDetector? Discontinuities { get; set; }

    /// <summary>How much later than its sound each picture of the clicker would be shown, now that sound and pictures are matched; earlier is negative.</summary>
    public List<TimeSpan> Skews { get; } = [];

    /// <summary>How much later than its sound each picture of the clicker is shown.</summary>
    public List<TimeSpan> ShownSkews { get; } = [];

    /// <summary>When each picture came, and when it is shown.</summary>
    public List<(Instant Came, Instant Shown)> Showings { get; } = [];

    /// <summary>Pictures of the clicker for which no sound was waited.</summary>
    public int Unmatched { get; private set; }

    /// <summary>The playout delay of the sound that is heard.</summary>
    public TimeSpan? PlayoutDelay => Client.PlayoutDelay;

    /// <summary>When they clicked last.</summary>
    public Instant LastClick => _clickedAt;

    /// <summary>Whether they are the one who clicks.</summary>
    public bool IsClicking { get; set; }

    /// <summary>Lets everyone in.</summary>
    public bool IsOpenDoor { get; init; }

    /// <summary>Says which video codecs there are, before anything else, as agents and bots do.</summary>
    public bool SaysCodecs { get; init; }

    /// <summary>Tones that were heard, dBFS.</summary>
    public double ToneDb(double hz) => _tones.DbFs(Array.IndexOf(_tonesToHear, hz));

    /// <summary>The longest time without an audible sound since the measurement began, up to now.</summary>
    public TimeSpan LongestSilence => Max(_longestSilence, _simulator.Now - _lastAudible);

    private TimeSpan _longestSilence;

    /// <summary>Share of the played frames that were made up.</summary>
    public double ConcealedShare
    {
        get
        {
            var now = Client.Playout!.Value;
            var concealed = now.ConcealedFrames - _playoutBefore.ConcealedFrames;
            return concealed / (double)Math.Max(1, concealed + now.Played - _playoutBefore.Played);
        }
    }

    /// <summary>What they saw of somebody's camera since the measurement began.</summary>
    public Screen PicturesOf(string name)
    {
        var ssrc = Client.Roster.Participants.Single(p => p.Name == name).VideoSsrc;
        return ScreenOf(ssrc);
    }

    /// <summary>As the roster shows them.</summary>
    public Presence PresenceOf(string name) => Client.Roster.Participants.Single(p => p.Name == name).Presence;

    public void Begin(Instant now)
    {
        Client.SetDevices(
            _tone is not null || _isClicking || _hasSilentMicrophone ? DeviceState.On : DeviceState.Missing, _hasCamera ? DeviceState.On : DeviceState.Missing);
        if (SaysCodecs) Client.SetCapabilities([VideoCodec.Jpeg], [VideoCodec.Jpeg]);
        Client.Begin(now, _plan);
    }

    /// <summary>Begins all measurements anew.</summary>
    public void Measure()
    {
        foreach (var screen in _screens.Values) screen.Measure(_simulator.Now);
        _tones = new ToneDetector(_tonesToHear);
        _lastAudible = _simulator.Now;
        _longestSilence = TimeSpan.Zero;
        _playoutBefore = Client.Playout ?? default;
        Seen.Clear();
        Changes.Clear();
        Clicks.Clear();
        Skews.Clear();
        ShownSkews.Clear();
        Showings.Clear();
        Unmatched = 0;
    }

    // The driver's side

    public DatagramQueue Datagrams => Client.Datagrams;

    public Timeout NextTimeout => Timeout.Min(
        Client.NextTimeout, new Timeout(Instant.Min(Instant.Min(_nextFrame, _nextPicture), _elsewhere?.NextTimeout ?? Instant.Never), TimeoutReason.AudioTick));

    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        _elsewhere?.SetTime(now);
        Client.HandleDatagram(now, from, datagram);
    }

    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer) => Client.HandleChannelOpened(now, channel, peer);

    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body) => Client.HandleMessage(now, channel, kind, body);

    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail) =>
        Client.HandleChannelClosed(now, channel, reason, detail);

    public bool PollChannelAction(out ChannelAction action) => Client.PollChannelAction(out action);

    public void Flush(Instant now) => Client.Flush(now);

    public void HandleTimeout(Instant now)
    {
        Client.HandleTimeout(now);
        _elsewhere?.GiveBack(now, Client);
        if (_nextFrame <= now)
        {
            Client.SendAudio(now, NextSound());
            // A device that was frozen does not make up for the past.
            _nextFrame = now - _nextFrame > AudioFormat.FrameDuration * 5 ? now + AudioFormat.FrameDuration : _nextFrame + AudioFormat.FrameDuration;
        }
        if (_nextPicture > now) return;
        if (_pictureNumber == 0) _firstPictureAt = now;
        BinaryPrimitives.WriteInt64BigEndian(_picture, _pictureNumber++);
        Client.SendPicture(now, now, VideoEncodingPlan.Large, PayloadType.Jpeg, true, false, 0, 640, 360, _picture);
        _nextPicture = now - _nextPicture > PictureInterval ? now + PictureInterval : _nextPicture + PictureInterval;
    }

    // The observer's side

    void IMeetingClientObserver.OnStateChanged(Instant now)
    {
        if (Client.Phase == ClientPhase.Seated)
        {
            if (_nextFrame == Instant.Never && (_tone is not null || _isClicking || _hasSilentMicrophone)) _nextFrame = now;
            if (_nextPicture == Instant.Never && _hasCamera) _nextPicture = now;
            if (IsOpenDoor && Client.Roster.Requests.Count > 0) Client.Send(new AdmitAllRequests());
        }
        Seen.Add($"{Client.Phase}: {string.Join(", ", Client.Roster.Participants.Select(p => $"{p.Name} {p.Presence}"))}");
    }

    void IMeetingClientObserver.OnChat(Instant now, ChatLine line) => See(line);

    void IMeetingClientObserver.OnChatHistory(Instant now, IReadOnlyList<ChatLine> lines, bool hasOlder, bool isReset)
    {
        if (isReset) OldestLine = long.MaxValue;
        foreach (var line in lines) See(line);
    }

    void IMeetingClientObserver.OnChatFailed(Instant now, string id, RejectReason reason) => Seen.Add($"line {id} failed: {reason}");

    void IMeetingClientObserver.OnRejected(Instant now, string verb, RejectReason reason) => Seen.Add($"{verb} rejected: {reason}");

    void IMeetingClientObserver.OnAudio(Instant now, ReadOnlySpan<short> frame, bool isTalkStart)
    {
        _tones.Add(frame);
        Discontinuities?.Add(frame, isTalkStart);
        var peak = 0;
        foreach (var sample in frame) peak = Math.Max(peak, Math.Abs((int)sample));
        if (peak >= Audible)
        {
            _longestSilence = Max(_longestSilence, _simulator.Now - _lastAudible);
            _lastAudible = _simulator.Now;
        }
        if (peak >= Loud && !_isLoud && Clicker is { } clicker) Clicks.Add((_simulator.Now, _simulator.Now - clicker.LastClick));
        _isLoud = peak >= Loud;
    }

    void IMeetingClientObserver.OnQualityChanged(Instant now, UiQualityChange change) => Changes.Add(change);

    void IMeetingClientObserver.OnPicture(Instant now, in ReceivedPicture picture)
    {
        if (Clicker is { } clicker && Clicks.Count > 0) Match(now, picture, clicker);
        Showings.Add((now, picture.PlayAt));
        ScreenOf(picture.Track).Show(_simulator.Now, BinaryPrimitives.ReadInt64BigEndian(picture.Data), picture.FrameId);
    }

    void IMeetingClientObserver.OnEncodingsChanged(Instant now, VideoEncodingPlan plan)
    {
    }

    void IMeetingClientObserver.OnKeyframeWanted(Instant now, int encoding)
    {
    }

    private void See(ChatLine line)
    {
        OldestLine = Math.Min(OldestLine, line.Id);
        if (line.Kind == ChatLineKind.Text) Seen.Add(line.ToName is { } to ? $"{line.Name} to {to}: {line.Text}" : $"{line.Name}: {line.Text}");
    }

    private void Match(Instant now, in ReceivedPicture picture, Participant clicker)
    {
        if (!Client.TryGetVideoPlayout(now, picture.Track, picture.Timestamp, out var playAt))
        {
            Unmatched++;
            return;
        }
        // A click is in a frame that was given whole, so its first sample was captured 10 ms before.
        var captured = clicker._firstPictureAt + (PictureInterval * BinaryPrimitives.ReadInt64BigEndian(picture.Data));
        var heard = captured + Clicks[^1].Delay + AudioFormat.FrameDuration;
        Skews.Add(playAt - heard);
        ShownSkews.Add(Instant.Max(now, picture.PlayAt) - heard);
    }

    private Screen ScreenOf(uint track)
    {
        if (!_screens.TryGetValue(track, out var screen))
        {
            screen = new Screen(_simulator.Now);
            _screens.Add(track, screen);
        }
        return screen;
    }

    private ReadOnlySpan<short> NextSound()
    {
        if (_tone is not null)
        {
            _tone.Read(_frame);
            return _frame;
        }
        Array.Clear(_frame);
        if (!_isClicking) return _frame;
        // A quiet hum, so that there is always something to play, and each second 20 ms that cannot be missed.
        var sinceClick = _simulator.Now - _clickedAt;
        if (_clickedAt == Instant.Never || sinceClick >= TimeSpan.FromSeconds(1)) _clickedAt = _simulator.Now;
        var amplitude = _simulator.Now - _clickedAt < TimeSpan.FromMilliseconds(15) ? 20_000 : 600;
        for (var i = 0; i < _frame.Length; i++) _frame[i] = (short)(i / 24 % 2 == 0 ? amplitude : -amplitude);
        return _frame;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>Somebody's pictures on a screen.</summary>
    public sealed class Screen(Instant start)
    {
        private long _first = -1;
        private long _last = -1;
        private long _firstId;
        private long _lastId;
        private Instant _lastAt = start;
        private TimeSpan _longestFreeze;

        /// <summary>Pictures shown.</summary>
        public long Shown { get; private set; }

        /// <summary>Pictures shown a second time, or after a later one.</summary>
        public long Disordered { get; private set; }

        /// <summary>Pictures that were sent to this screen between the first and the last that was shown, and not shown.</summary>
        public long Lost => _first < 0 ? 0 : _lastId - _firstId + 1 - Shown;

        /// <summary>Pictures made in that time and not sent to this screen, because its network does not bear them.</summary>
        public long LeftOut => _first < 0 ? 0 : _last - _first - (_lastId - _firstId);

        /// <summary>Share of the pictures made that was shown.</summary>
        public double ShownShare => Shown / (double)(_last - _first + 1);

        /// <summary>The longest time between two pictures, or since the last.</summary>
        public TimeSpan LongestFreeze(Instant now) => Max(_longestFreeze, now - _lastAt);

        public void Measure(Instant now)
        {
            _first = -1;
            _lastAt = now;
            _longestFreeze = TimeSpan.Zero;
            Shown = 0;
            Disordered = 0;
        }

        public void Show(Instant now, long number, long id)
        {
            if (number <= _last) Disordered++;
            if (_first < 0) (_first, _firstId) = (number, id);
            _lastId = id;
            _last = Math.Max(_last, number);
            _longestFreeze = Max(_longestFreeze, now - _lastAt);
            _lastAt = now;
            Shown++;
        }
    }
}
