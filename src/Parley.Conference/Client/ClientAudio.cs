using Parley.Conference.Audio;
using Parley.Conference.Relay;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference.Client;

/// <summary>The sound of a seat on the client's side: the microphone out, the mix in.</summary>
internal sealed class ClientAudio : IDisposable
{
    private const int CodecComplexity = 9;
    private static readonly TimeSpan ReviewInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HurriedInterval = TimeSpan.FromMilliseconds(100);

    private readonly Peer _peer;
    private readonly DatagramQueue _queue;
    private readonly IMeetingClientObserver _observer;
    private readonly Ssrc _ssrc;
    private readonly IAudioCodecs _codecs;
    private readonly RemoteDecoding? _remote;
    private readonly AudioPacketizer _packetizer;
    private readonly AudioDecoding _decoding;
    private readonly AudioJitterBuffer _playout;
    private readonly TalkDetector _talk = new();
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly CaptureClock _captureClock = new();
    private readonly MixClock _mixClock = new();
    private readonly SpeakerLevel[] _levels = new SpeakerLevel[Limits.MaxCsrcs];
    private readonly Instant _start;
    private readonly uint _timestampBase;
    private readonly byte[] _decoded = new byte[AudioDecoding.MaxPayload];
    private AudioProfile _granted;
    private AudioPolicy _policy;
    private int _levelCount;
    private Instant _levelsAt;
    private Instant _nextPlayout = Instant.Never;
    private Instant _nextReview;
    private Instant _mayHurryFrom;
    private bool _isTalkStart = true;
    private bool _isSending;
    private bool _isMixNarrow;
    private bool _isNarrow;
    private SequenceNumber _sequence;
    private long _frameNumber;

    public ClientAudio(
        Instant now, MediaGrant grant, Peer peer, IRandomSource random, DatagramQueue queue, IMeetingClientObserver observer, IAudioCodecs codecs)
    {
        _peer = peer;
        _queue = queue;
        _observer = observer;
        _start = now;
        _ssrc = new Ssrc(grant.AudioSsrc);
        _codecs = codecs;
        _remote = codecs.RemoteDecoder is { } decoder ? new RemoteDecoding(decoder) : null;
        _granted = Possible(grant.Audio);
        _policy = new AudioPolicy(_granted);
        _packetizer = new AudioPacketizer(codecs, CodecComplexity);
        _decoding = new AudioDecoding(codecs);
        _playout = new AudioJitterBuffer(JitterBufferOptions.Default, _decoding);
        _nextReview = now + ReviewInterval;
        _timestampBase = random.NextUInt32();
        _sequence = SequenceNumber.First(random);
        peer.RegisterSent(_ssrc, AudioFormat.SampleRate);
        peer.RegisterReceived(new Ssrc(grant.MixSsrc), AudioFormat.SampleRate);
    }

    /// <summary>Counts of the mix's buffer.</summary>
    public JitterBufferStats PlayoutStats => _playout.Stats;

    /// <summary>The delay of the sound that is played; null while none is.</summary>
    public TimeSpan? PlayoutDelay => _playout.Delay;

    /// <summary>Bits a second that the microphone takes now, headers included; 0 while it is silent or off. Pictures get the rest.</summary>
    public long Bitrate => _isSending ? _policy.Plan.RateOnWire : 0;

    /// <summary>Bits per second on the wire that a voice takes when there is one.</summary>
    public long PlannedRate => _policy.PlannedRate(_peer.TargetRate);

    /// <summary>Bits per second that the path must be known to bear for the best sound.</summary>
    public long WantedRate => _policy.WantedRate;

    /// <summary>The next playout tick.</summary>
    public Timeout NextTimeout => new(_nextPlayout, TimeoutReason.AudioTick);

    /// <summary>The server has another form of sound for us.</summary>
    public void SetGranted(AudioProfile granted)
    {
        granted = Possible(granted);
        if (granted == _granted) return;
        _granted = granted;
        _policy = new AudioPolicy(granted);
        _isNarrow = false;
    }

    /// <summary>Sends 10 ms of the microphone unless it is silent.</summary>
    public void Send(Instant now, ReadOnlySpan<short> frame)
    {
        _frameNumber++;
        _isSending = _talk.Update(frame);
        if (_talk.IsTalkStart) _frameNumber = Math.Max(_frameNumber, (now - _start).Ticks / AudioFormat.FrameDuration.Ticks);
        var captured = _captureClock.OnFrame(now, _frameNumber);
        if (!_isSending) return;
        Review(now);
        if (!_packetizer.Encode(_frameNumber * AudioFormat.FrameSamples, _policy.Plan.Quality, frame)) return;
        var payload = _packetizer.Payload(_policy.Plan.Redundancy, out var type);
        var timestamp = new RtpTimestamp(unchecked(_timestampBase + (uint)_packetizer.MediaTime));
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        RtpHeader.Write(header, type, _talk.IsTalkStart, _sequence, timestamp, _ssrc, []);
        _sequence = _sequence.Next;
        _peer.SetCaptureClock(_ssrc, captured, timestamp);
        _peer.SendTo(now, _queue, header, payload);
    }

    /// <summary>The microphone was switched off.</summary>
    public void Stop() => _isSending = false;

    /// <summary>Takes a packet of the mix.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> packet, ReadOnlySpan<byte> payload)
    {
        var type = header.PayloadType;
        if (type == PayloadType.Red && RedundantAudio.TryParse(payload, out var red)) type = red[red.Count - 1].Type;
        var reason = type == PayloadType.Opus && _remote is not null ? _remote.Receive(header, payload) : _playout.Insert(now, header, payload);
        if (reason == DropReason.Malformed) return reason;
        OnMixWidth(now, type);
        KeepPlaying(now);
        var levels = MixLevels.Read(packet, header.CsrcCount, header.HeaderLength);
        _levelCount = Math.Min(header.CsrcCount, _levels.Length);
        for (var i = 0; i < _levelCount; i++)
            _levels[i] = new SpeakerLevel(RtpHeader.Csrc(packet, i), i < levels.Length ? -levels[i] : -127);
        _levelsAt = now;
        return reason;
    }

    /// <summary>Takes what came back from <see cref="IAudioCodecs.RemoteDecoder"/>: from here on it is sound that came now.</summary>
    public void ReceiveDecoded(Instant now, SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<short> frame480)
    {
        L16.Encode(frame480, _decoded);
        _playout.Insert(now, new RtpHeader(PayloadType.L16At48Khz, isTalkStart, sequence, timestamp, default, 0, 0, 0), _decoded);
        KeepPlaying(now);
    }

    /// <summary>Takes what the server says of a speaker's sound and pictures.</summary>
    public void OnSync(Instant now, in MediaSyncEntry entry) => _mixClock.OnSync(now, entry);

    /// <inheritdoc cref="MixClock.TryGetVideoPlayout"/>
    public bool TryGetVideoPlayout(Instant now, uint videoSsrc, RtpTimestamp videoTimestamp, out Instant playAt) =>
        _mixClock.TryGetVideoPlayout(now, videoSsrc, videoTimestamp, out playAt);

    /// <inheritdoc cref="MixClock.ServerDelay"/>
    public TimeSpan? ServerDelay(Instant now, uint videoSsrc) => _mixClock.ServerDelay(now, videoSsrc);

    /// <summary>Plays what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        // After a stall the ring of the page is empty anyway; ticks that were missed are skipped, not played in a burst.
        if (now - _nextPlayout > AudioFormat.FrameDuration * 5) _nextPlayout = now;
        while (_nextPlayout <= now)
        {
            var result = _playout.Read(_nextPlayout, _frame);
            if (result == PlayoutResult.Silence)
            {
                _isTalkStart = true;
            }
            else
            {
                _mixClock.OnPlayed(_nextPlayout, _playout.Position);
                _observer.OnAudio(_nextPlayout, _frame, _isTalkStart);
                _isTalkStart = false;
            }
            if (_playout.WantsReads)
            {
                _nextPlayout += AudioFormat.FrameDuration;
            }
            else
            {
                _nextPlayout = Instant.Never;
            }
        }
    }

    /// <summary>Who is heard now and how loud, loudest first; nobody when the last mixed packet is old.</summary>
    public ReadOnlySpan<SpeakerLevel> Speakers(Instant now) =>
        now - _levelsAt < TimeSpan.FromMilliseconds(200) ? _levels.AsSpan(0, _levelCount) : [];

    /// <inheritdoc />
    public void Dispose()
    {
        _packetizer.Dispose();
        _decoding.Dispose();
    }

    /// <summary>Opus is of use only to whom can do it.</summary>
    private AudioProfile Possible(AudioProfile granted) => granted == AudioProfile.Opus && !_codecs.HasOpus ? AudioProfile.L16At48Khz : granted;

    private void KeepPlaying(Instant now)
    {
        if (_nextPlayout == Instant.Never && _playout.WantsReads) _nextPlayout = now + _playout.Wait;
    }

    private void Review(Instant now)
    {
        if (now < _nextReview && (now < _mayHurryFrom || !_policy.IsTooMuchFor(_peer.TargetRate))) return;
        _mayHurryFrom = now + HurriedInterval;
        _nextReview = now + ReviewInterval;
        var stats = _peer.Stats;
        _policy.Update(now, stats.LossSent, stats.TargetRate, stats.QueueDelay);
        TellWidth(now);
    }

    private void OnMixWidth(Instant now, PayloadType type)
    {
        var isNarrow = type == PayloadType.L16At16Khz;
        if (isNarrow == _isMixNarrow) return;
        _isMixNarrow = isNarrow;
        TellWidth(now);
    }

    /// <summary>Says when sound became narrow in a direction where it was meant to be wide, and when it is wide in both again.</summary>
    private void TellWidth(Instant now)
    {
        if (_granted != AudioProfile.L16At48Khz) return;
        var isSentNarrow = _policy.Plan.Profile == AudioProfile.L16At16Khz;
        if ((isSentNarrow || _isMixNarrow) == _isNarrow) return;
        _isNarrow = !_isNarrow;
        var reason = !_isNarrow ? QualityReason.Recovered
            : isSentNarrow ? _policy.Reason
            : _peer.Stats.LossReceived >= AudioPolicy.WideLoss ? QualityReason.Loss
            : QualityReason.Bandwidth;
        _observer.OnQualityChanged(now, new UiQualityChange(_isNarrow ? QualityStep.AudioNarrowed : QualityStep.AudioWidened, reason, 0, 0));
    }
}
