using Parley.Conference.Relay;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;

namespace Parley.Conference.Client;

/// <summary>The sound of a seat on the client's side: the microphone out, the mix in.</summary>
internal sealed class ClientAudio
{
    private readonly Peer _peer;
    private readonly DatagramQueue _queue;
    private readonly IMeetingClientObserver _observer;
    private readonly Ssrc _ssrc;
    private readonly AudioCoding _coding;
    private readonly AudioDecoding _decoding = new();
    private readonly AudioJitterBuffer _playout = new(new JitterBufferOptions());
    private readonly TalkDetector _talk = new();
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly byte[] _payload = new byte[AudioCoding.MaxPayload];
    private readonly SpeakerLevel[] _levels = new SpeakerLevel[Limits.MaxCsrcs];
    private readonly Instant _start;
    private readonly uint _timestampBase;
    private int _levelCount;
    private Instant _levelsAt;
    private Instant _nextPlayout = Instant.Never;
    private bool _isTalkStart = true;
    private SequenceNumber _sequence;
    private long _frameNumber;

    public ClientAudio(Instant now, MediaGrant grant, Peer peer, IRandomSource random, DatagramQueue queue, IMeetingClientObserver observer)
    {
        _peer = peer;
        _queue = queue;
        _observer = observer;
        _start = now;
        _ssrc = new Ssrc(grant.AudioSsrc);
        _coding = new AudioCoding(grant.Audio);
        _timestampBase = random.NextUInt32();
        _sequence = SequenceNumber.First(random);
        peer.RegisterSent(_ssrc, _coding.ClockRate);
        peer.RegisterReceived(new Ssrc(grant.MixSsrc), _coding.ClockRate);
    }

    /// <summary>Counts of the mix's buffer.</summary>
    public JitterBufferStats PlayoutStats => _playout.Stats;

    /// <summary>The delay of the sound that is played; null while none is.</summary>
    public TimeSpan? PlayoutDelay => _playout.Delay;

    /// <summary>The next playout tick.</summary>
    public Timeout NextTimeout => new(_nextPlayout, TimeoutReason.AudioTick);

    /// <summary>Sends 10 ms of the microphone unless it is silent.</summary>
    public void Send(Instant now, ReadOnlySpan<short> frame)
    {
        _frameNumber++;
        if (!_talk.Update(frame)) return;
        if (_talk.IsTalkStart) _frameNumber = Math.Max(_frameNumber, (now - _start).Ticks / AudioFormat.FrameDuration.Ticks);
        var length = _coding.Encode(frame, _payload);
        var timestamp = new RtpTimestamp(unchecked(_timestampBase + (uint)(_frameNumber * (_coding.ClockRate / 100))));
        Span<byte> header = stackalloc byte[Limits.RtpHeader];
        RtpHeader.Write(header, _coding.PayloadType, _talk.IsTalkStart, _sequence, timestamp, _ssrc, []);
        _sequence = _sequence.Next;
        _peer.SendTo(now, _queue, header, _payload.AsSpan(0, length));
    }

    /// <summary>Takes a packet of the mix.</summary>
    public DropReason Receive(Instant now, in RtpHeader header, ReadOnlySpan<byte> packet, ReadOnlySpan<byte> payload)
    {
        if (!_decoding.TryDecode(header.PayloadType, header.Timestamp, payload, _frame, out var timestamp)) return DropReason.Malformed;
        var reason = _playout.Insert(now, header.Sequence, timestamp, header.Marker, _frame);
        if (_nextPlayout == Instant.Never && _playout.WantsReads) _nextPlayout = now + AudioFormat.FrameDuration;
        var levels = MixLevels.Read(packet, header.CsrcCount, header.HeaderLength);
        _levelCount = Math.Min(header.CsrcCount, _levels.Length);
        for (var i = 0; i < _levelCount; i++)
            _levels[i] = new SpeakerLevel(RtpHeader.Csrc(packet, i), i < levels.Length ? -levels[i] : -127);
        _levelsAt = now;
        return reason;
    }

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
}
