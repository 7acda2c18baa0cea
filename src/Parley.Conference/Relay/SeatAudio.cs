using Parley.Conference.Audio;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Transport;

namespace Parley.Conference.Relay;

/// <summary>The sound of one seat for one connection: its voice on the way into the mix, and the mix on the way to it.</summary>
internal sealed class SeatAudio : IDisposable
{
    private static readonly TimeSpan ReviewInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HurriedInterval = TimeSpan.FromMilliseconds(100);

    private readonly Peer _peer;
    private readonly AudioDecoding _decoding;
    private AudioPolicy _policy;
    private Instant _nextReview;
    private Instant _mayHurryFrom;
    private AudioPacketizer? _source;
    private int _run;

    public SeatAudio(Instant now, AudioProfile profile, SeatSsrcs ssrcs, Peer peer, IRandomSource random, IAudioCodecs codecs)
    {
        _peer = peer;
        _policy = new AudioPolicy(profile);
        _decoding = new AudioDecoding(codecs);
        _nextReview = now + ReviewInterval;
        Voice = new AudioJitterBuffer(JitterBufferOptions.Default, _decoding);
        Mix = new MixTrack(ssrcs.Mix, random, now);
        peer.RegisterReceived(ssrcs.Audio, AudioFormat.SampleRate);
        peer.RegisterSent(ssrcs.Mix, AudioFormat.SampleRate);
    }

    /// <summary>The voice on its way into the mix.</summary>
    public AudioJitterBuffer Voice { get; }

    /// <summary>How loud the voice is.</summary>
    public LevelMeter Level { get; } = new();

    /// <summary>The numbering of the mix towards the client.</summary>
    public MixTrack Mix { get; }

    /// <summary>Encodes what this seat alone hears; only while it speaks itself.</summary>
    public AudioPacketizer? Own { get; set; }

    /// <summary>How the mix is sent to it.</summary>
    public AudioPlan Plan => _policy.Plan;

    /// <summary>Bits a second that the mix takes, or will soon.</summary>
    public long PlannedRate => _policy.PlannedRate(_peer.TargetRate);

    /// <summary>Bits a second that the path must be known to bear for the best sound.</summary>
    public long WantedRate => _policy.WantedRate;

    /// <summary>Bits a second that the mix takes now on its way to the client, headers included; 0 while nobody is heard.</summary>
    public long Bitrate => Mix.IsTalking ? Plan.RateOnWire : 0;

    /// <summary>The mix goes to it in another form from now on; what is measured of the path has to prove itself anew.</summary>
    public void SetProfile(AudioProfile profile) => _policy = new AudioPolicy(profile);

    /// <summary>Looks once a second whether the mix should be sent in another way.</summary>
    public void Review(Instant now)
    {
        if (now < _nextReview && (now < _mayHurryFrom || !_policy.IsTooMuchFor(_peer.TargetRate))) return;
        _mayHurryFrom = now + HurriedInterval;
        _nextReview = now + ReviewInterval;
        var stats = _peer.Stats;
        _policy.Update(now, stats.LossSent, stats.TargetRate, stats.QueueDelay);
    }

    /// <summary>
    /// How many payloads before this one its packet may carry: as the plan says, but none that another encoder made or that was not sent to this seat.
    /// </summary>
    public int TakeRedundancy(AudioPacketizer source)
    {
        _run = _source == source ? _run + 1 : 0;
        _source = source;
        return Math.Min(Plan.Redundancy, _run);
    }

    /// <summary>Nothing is sent at this tick.</summary>
    public void Pause()
    {
        Mix.Pause();
        _source = null;
    }

    /// <summary>The microphone was switched off: what is still queued must not be heard as a stutter later.</summary>
    public void Stop() => Voice.Reset();

    /// <inheritdoc />
    public void Dispose()
    {
        _decoding.Dispose();
        Own?.Dispose();
    }
}
