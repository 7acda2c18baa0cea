using Parley.Conference.Audio;
using Parley.Media.Video;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Client;

/// <summary>
/// Decides which pictures of a camera are made: as large as somebody looks at them, as the way to the server bears and as this machine encodes.
/// </summary>
/// <remarks>
/// Down at once when the room demands it, up when there has been room for a while, and at most once in five seconds; after a step down the wait
/// is longer each time, as long as going up again did not last. Within a step the bitrate, or the quality of JPEG, follows the room. Pure: all
/// it knows is given. Not thread-safe.
/// </remarks>
public sealed class VideoSender
{
    /// <summary>How often <see cref="Update"/> wants to be called while somebody looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>What is taken for granted in the first moment, before the path is measured: the start rate of the estimate.</summary>
    private const long StartRoom = 2_000_000;

    /// <summary>At first the path is measured this far, whatever is asked for: the other side asks for more when it knows its own way.</summary>
    private const long StartWanted = 6_000_000;

    /// <summary>Share of the room that is planned; the rest is headers, and key frames that are larger than others.</summary>
    private const double PlannedShare = 0.9;

    /// <summary>Share of the room that the small encoding gets at most beside the large one.</summary>
    private const double SmallShare = 0.3;

    private const double WorthTelling = 0.12;
    private const double WorthLowering = 0.05;

    /// <summary>A key frame has this many times the bits of other pictures, and its first is to be through within this time.</summary>
    private const int KeyFrameRatio = 8;
    private static readonly TimeSpan KeyFrameTime = TimeSpan.FromMilliseconds(200);

    private const double FrameOverhead = 68.0 / 1160;

    /// <summary>A scene is believed after some ten pictures; these bounds keep a black or a broken one from deciding.</summary>
    private const double ScaleGain = 0.1;
    private const double LeastScale = 0.5;
    private const double MostScale = 3;

    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan MeasuringTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenFirstUps = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AfterOverload = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenBitrates = TimeSpan.FromSeconds(1);

    private readonly QualityPolicy _policy = new();
    private readonly EncoderLoad _load = new();
    private readonly Queue<UiQualityChange> _changes = new();
    private VideoDemand _demand = new(VideoCodec.Jpeg, 0, 0);
    private ReceptionMode _reception;
    private bool _isCameraOn;
    private bool _isStarting;
    private bool _isRising;
    private Instant? _startedAt;
    private int _step = -1;
    private int _smallStep = -1;
    private int _height;
    private bool _hasBegunLarge;
    private bool _hasBegunSmall;
    private double _jpegScale = 1;
    private bool _isStopped;
    private bool _wasReduced;
    private int _policyTop = int.MaxValue;
    private int _loadTop = int.MaxValue;
    private int _candidate = -1;
    private Instant _candidateSince;
    private Instant _lastUp = new(long.MinValue / 2);
    private Instant _lastDown = new(long.MinValue / 2);
    private Instant _overloadedAt;
    private Instant _bitrateAt;
    private int _lastStep = -1;
    private Instant _stepSince;
    private Instant _overflowedUntil;
    private TimeSpan _wait = BetweenChanges;

    /// <summary>What is to be made now.</summary>
    public VideoEncodingPlan Plan { get; private set; } = VideoEncodingPlan.Nothing;

    /// <summary>Bits per second that pictures could use if they were allowed; 0 when nobody looks.</summary>
    public long Wanted
    {
        get
        {
            var (large, small) = Heights();
            long wanted = 0;
            if (large <= 0 && small <= 0) return 0;
            if (large > 0) wanted += GoodRate(VideoLadder.Rungs[VideoLadder.IndexFor(large)]);
            if (small > 0) wanted += GoodRate(VideoLadder.SmallRungs[^1]);
            return (long)(Math.Max(wanted, _isStarting ? StartWanted : 0) / PlannedShare);
        }
    }

    /// <summary>The server says what anybody looks at.</summary>
    public void OnDemand(VideoDemand demand) => _demand = demand;

    /// <summary>The person says how much to send.</summary>
    public void SetReception(ReceptionMode reception) => _reception = reception;

    /// <summary>Whether there is anything to send.</summary>
    public void SetCamera(bool isOn) => _isCameraOn = isOn;

    /// <summary>What the page measured of its encoder in the last second.</summary>
    /// <inheritdoc cref="EncoderLoad.OnMeasured"/>
    public void OnEncoderMeasured(Instant now, double captured, double sent, int queue) =>
        _load.OnMeasured(now, captured, sent, queue, Plan.Encodings.Count > 0 ? Plan.Encodings[0].FramesPerSecond : 0);

    /// <inheritdoc cref="EncoderLoad.IsOverloaded"/>
    public bool IsEncoderOverloaded(Instant now) => _load.IsOverloaded(now);

    /// <summary>A picture of JPEG was made: how much its scene costs is known better now.</summary>
    /// <param name="encoding">Which of the plan.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="bytes">Of the encoded picture.</param>
    public void OnJpegMade(int encoding, int width, int height, int bytes)
    {
        if (Plan.Find(encoding) is not { Codec: VideoCodec.Jpeg } made || width <= 0 || height <= 0) return;
        // A camera that gives far less than was asked for says little of what that would cost.
        if (2L * width * height < (long)made.Width * made.Height) return;
        var ordinary = new VideoRung(width, height, 1, made.Quality, "", 0, 0).JpegBitrate(made.Quality);
        _jpegScale = Math.Clamp(_jpegScale + (((8.0 * bytes / Math.Max(1, ordinary)) - _jpegScale) * ScaleGain), LeastScale, MostScale);
    }

    /// <summary>Decides anew.</summary>
    /// <returns>Whether <see cref="Plan"/> is another one.</returns>
    public bool Update(Instant now, in VideoConditions conditions)
    {
        if (conditions.Queue >= AudioPolicy.FullQueue) _overflowedUntil = now + AudioPolicy.Patience;
        _policy.Add(now, now < _overflowedUntil ? 0 : conditions.Loss, conditions.RoundTrip);
        var plan = Decide(now, conditions.Room, conditions.IsMeasured);
        if (!IsWorthTelling(now, plan)) return false;
        _bitrateAt = now;
        Plan = plan;
        return true;
    }

    /// <summary>Takes what is worth telling the person.</summary>
    public bool TryTakeChange(out UiQualityChange change) => _changes.TryDequeue(out change!);

    private (int Large, int Small) Heights() => !_isCameraOn ? (0, 0) : _reception switch
    {
        ReceptionMode.Full => (_demand.LargeHeight, _demand.SmallHeight),
        ReceptionMode.Saver => (0, Math.Max(_demand.LargeHeight, _demand.SmallHeight)),
        ReceptionMode.AudioOnly => (0, 0),
        _ => throw new InvalidOperationException($"No such mode: {_reception}."),
    };

    private VideoEncodingPlan Decide(Instant now, long room, bool isMeasured)
    {
        var (large, small) = Heights();
        if (large <= 0 && small <= 0)
        {
            _step = _smallStep = -1;
            _startedAt = null;
            _isStopped = _hasBegunLarge = _hasBegunSmall = false;
            return VideoEncodingPlan.Nothing;
        }
        _startedAt ??= now;
        _isStarting = now - _startedAt < MeasuringTime;
        _isRising = now - _startedAt < BetweenChanges;
        if (now - _startedAt < StartTime && !isMeasured) room = Math.Max(room, StartRoom);
        var planned = (long)(room * PlannedShare);

        _smallStep = small > 0 ? FitSmall(now, large > 0 ? (long)(planned * SmallShare) : planned, planned) : -1;
        _hasBegunSmall = small > 0;
        var forLarge = planned - (_smallStep < 0 ? 0 : GoodRate(VideoLadder.SmallRungs[_smallStep]));
        if (large > 0) MoveLarge(now, VideoLadder.IndexFor(large), forLarge);
        else _step = -1;
        _hasBegunLarge = large > 0;
        TellStops(now);

        var encodings = new List<UiEncoding>(2);
        if (_step >= 0) encodings.Add(ToEncoding(VideoEncodingPlan.Large, VideoLadder.Rungs[_step], RoomForLarge(now, forLarge)));
        if (_smallStep >= 0) encodings.Add(ToEncoding(VideoEncodingPlan.Small, VideoLadder.SmallRungs[_smallStep], planned));
        return encodings.Count == 0 ? VideoEncodingPlan.Nothing : new VideoEncodingPlan(encodings);
    }

    /// <summary>
    /// Not more than the receivers bear; and a new size begins with a key frame that its way takes in soon, so with fewer bits. The encoder makes more of it a
    /// second later.
    /// </summary>
    private long RoomForLarge(Instant now, long room)
    {
        if (_step != _lastStep) _stepSince = now;
        _lastStep = _step;
        if (_demand.LargeBitrate > 0) room = Math.Min(room, (long)(_demand.LargeBitrate * (1 + FrameOverhead)));
        if (_demand.Codec == VideoCodec.Jpeg || now - _stepSince >= BetweenBitrates) return room;
        return Math.Min(room, (long)(room * KeyFrameTime.TotalSeconds * VideoLadder.Rungs[_step].FramesPerSecond / KeyFrameRatio));
    }

    private int FitSmall(Instant now, long share, long planned)
    {
        for (var i = VideoLadder.SmallRungs.Length - 1; i > 0; i--)
        {
            if (GoodRate(VideoLadder.SmallRungs[i]) <= share * (_smallStep == i ? 1.2 : 1)) return i;
        }
        var least = VideoLadder.SmallRungs[0];
        if (_hasBegunSmall && _smallStep < 0) return GoodRate(least) <= planned && now - _lastDown >= BetweenChanges ? 0 : -1;
        return LeastRate(least) <= planned ? 0 : -1;
    }

    private void MoveLarge(Instant now, int wanted, long room)
    {
        var step = _hasBegunLarge ? Math.Min(_step, wanted) : Highest(Math.Min(wanted, VideoLadder.DefaultIndex), room);
        FollowPolicy(now, wanted, step);
        var top = Math.Min(wanted, Math.Min(_policyTop, _loadTop));
        var reason = step > _policyTop ? _policy.ReasonToGoDown : step > _loadTop ? QualityReason.Cpu : null;

        var next = Math.Min(step, top);
        if (next >= 0 && LeastRate(VideoLadder.Rungs[next]) > room)
        {
            next = Highest(next, (long)(room * PlannedShare));
            reason ??= QualityReason.Bandwidth;
        }
        if (next < step) OnDown(now, step, next, reason ?? QualityReason.Bandwidth);
        else if (MayGoUp(now, step, top, room)) next = OnUp(now, step);
        _step = next;
    }

    /// <summary>The highest step with room for its least, from a top downward; -1 for none.</summary>
    private int Highest(int top, long room)
    {
        while (top >= 0 && LeastRate(VideoLadder.Rungs[top]) > room) top--;
        return top;
    }

    private void FollowPolicy(Instant now, int wanted, int step)
    {
        if (step > 0 && _load.TryTakeStepDown(now))
        {
            _loadTop = step - 1;
            _overloadedAt = now;
        }
        else if (_loadTop < wanted && now - _overloadedAt >= AfterOverload)
        {
            _loadTop++;
            _overloadedAt = now;
        }
        if (now - _lastDown < BetweenChanges) return;
        if (_policy.ReasonToGoDown is not null && step > 0) _policyTop = step - 1;
        else if (_policyTop <= wanted && _policy.MayGoUp && now - _lastUp >= BetweenChanges) _policyTop++;
        if (_policyTop > wanted) _policyTop = int.MaxValue;
    }

    private bool MayGoUp(Instant now, int step, int top, long room)
    {
        var candidate = step;
        // Between the least and the good rate of a step: high enough that it need not be left at once, low enough to be reached.
        while (candidate < top && WorthGoingUp(VideoLadder.Rungs[candidate + 1]) <= room) candidate++;
        if (candidate != _candidate)
        {
            _candidate = candidate;
            _candidateSince = now;
        }
        if (candidate <= step || !_policy.MayGoUp) return false;
        if (candidate < top && now - _candidateSince < Settled) return false;
        return now - _lastUp >= (_isRising ? BetweenFirstUps : BetweenChanges) && now - _lastDown >= _wait;
    }

    private long WorthGoingUp(in VideoRung rung) => (GoodRate(rung) + LeastRate(rung)) / 2;

    private void OnDown(Instant now, int from, int to, QualityReason reason)
    {
        // A fall in several steps is one fall.
        if (now - _lastDown >= BetweenChanges)
            _wait = now - _lastUp < Lasting ? TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, _wait.Ticks * 2)) : BetweenChanges;
        _lastDown = now;
        _wasReduced = true;
        _policy.Forget();
        if (to >= 0) Tell(QualityStep.VideoDown, reason, from, to);
    }

    private int OnUp(Instant now, int from)
    {
        _lastUp = now;
        // The first way up is how a meeting begins, not a recovery.
        if (_wasReduced && from >= 0) Tell(QualityStep.VideoUp, QualityReason.Recovered, from, _candidate);
        return _candidate;
    }

    private void TellStops(Instant now)
    {
        var height = _step >= 0 ? VideoLadder.Rungs[_step].Height : _smallStep >= 0 ? VideoLadder.SmallHeight : 0;
        var isNothing = height == 0;
        if (isNothing != _isStopped)
        {
            _changes.Enqueue(isNothing
                ? new UiQualityChange(QualityStep.VideoStopped, QualityReason.Bandwidth, _height, 0)
                : new UiQualityChange(QualityStep.VideoResumed, QualityReason.Recovered, 0, height));
        }
        if (isNothing && !_isStopped)
        {
            _lastDown = now;
            _wasReduced = true;
        }
        _isStopped = isNothing;
        _height = height;
    }

    private void Tell(QualityStep step, QualityReason reason, int from, int to) =>
        _changes.Enqueue(new UiQualityChange(step, reason, VideoLadder.Rungs[from].Height, VideoLadder.Rungs[to].Height));

    private UiEncoding ToEncoding(int encoding, in VideoRung rung, long room)
    {
        var isJpeg = _demand.Codec == VideoCodec.Jpeg;
        var payload = (long)(room / (1 + FrameOverhead) / Scale);
        var bitrate = Math.Clamp(payload, rung.LeastBitrateOf(_demand.Codec), rung.BitrateOf(_demand.Codec));
        var quality = isJpeg ? rung.JpegQualityFor(bitrate) : rung.JpegQuality;
        return new UiEncoding(
            encoding, _demand.Codec, rung.Width, rung.Height, rung.FramesPerSecond, (int)(bitrate * Scale), quality, isJpeg ? 1 : 2);
    }

    /// <summary>Another picture is told at once; another bitrate when it is a good deal another, and not all the time.</summary>
    private bool IsWorthTelling(Instant now, VideoEncodingPlan plan)
    {
        if (plan.Encodings.Count != Plan.Encodings.Count) return true;
        var isDue = now - _bitrateAt >= BetweenBitrates;
        for (var i = 0; i < plan.Encodings.Count; i++)
        {
            var (next, last) = (plan.Encodings[i], Plan.Encodings[i]);
            if (next with { Bitrate = last.Bitrate, Quality = last.Quality } != last) return true;
            var change = (next.Bitrate - last.Bitrate) / (double)Math.Max(1, last.Bitrate);
            // Too much does harm at once; too little does not.
            if (change < -WorthLowering || (isDue && Math.Abs(change) > WorthTelling)) return true;
        }
        return false;
    }

    private double Scale => _demand.Codec == VideoCodec.Jpeg ? _jpegScale : 1;

    private long GoodRate(in VideoRung rung) => (long)(rung.BitrateOf(_demand.Codec) * Scale * (1 + FrameOverhead));

    private long LeastRate(in VideoRung rung) => (long)(rung.LeastBitrateOf(_demand.Codec) * Scale * (1 + FrameOverhead));
}
