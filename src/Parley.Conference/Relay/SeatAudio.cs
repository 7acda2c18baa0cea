using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Transport;

namespace Parley.Conference.Relay;

/// <summary>The sound of one seat for one connection: its voice on the way into the mix, and the mix on the way to it.</summary>
internal sealed class SeatAudio
{
    public SeatAudio(Instant now, AudioProfile profile, SeatSsrcs ssrcs, Peer peer, IRandomSource random)
    {
        Coding = new AudioCoding(profile);
        Mix = new MixTrack(ssrcs.Mix, random, now);
        peer.RegisterReceived(ssrcs.Audio, Coding.ClockRate);
        peer.RegisterSent(ssrcs.Mix, Coding.ClockRate);
    }

    /// <summary>The voice on its way into the mix.</summary>
    public AudioJitterBuffer Voice { get; } = new(new JitterBufferOptions());

    /// <summary>How loud the voice is.</summary>
    public LevelMeter Level { get; } = new();

    /// <summary>Decodes the voice.</summary>
    public AudioDecoding Decoding { get; } = new();

    /// <summary>Encodes what this seat alone hears (when it speaks itself).</summary>
    public AudioCoding Coding { get; }

    /// <summary>The numbering of the mix towards the client.</summary>
    public MixTrack Mix { get; }

    /// <summary>The microphone was switched off: what is still queued must not be heard as a stutter later.</summary>
    public void Stop() => Voice.Reset();
}
