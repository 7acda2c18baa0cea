using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>Numbers the mixed packets towards one receiver: gapless sequence, a timestamp that runs through silence, a marker after each pause.</summary>
internal sealed class MixTrack(Ssrc ssrc, IRandomSource random, Instant start)
{
    private readonly uint _timestampBase = random.NextUInt32();
    private SequenceNumber _next = SequenceNumber.First(random);

    /// <summary>The stream.</summary>
    public Ssrc Ssrc { get; } = ssrc;

    /// <summary>Whether a packet was sent at the last tick.</summary>
    public bool IsTalking { get; private set; }

    /// <summary>Media time of a tick, in samples since the clock's zero: the same for all receivers.</summary>
    /// <param name="tick">A multiple of 2 ms: a whole number of samples.</param>
    public static long MediaTime(Instant tick)
    {
        var (frames, rest) = Math.DivRem(tick.Ticks, AudioFormat.FrameDuration.Ticks);
        return (frames * AudioFormat.FrameSamples) + (rest * AudioFormat.FrameSamples / AudioFormat.FrameDuration.Ticks);
    }

    /// <summary>Numbers the packet of a tick.</summary>
    /// <param name="tick">The instant of the tick.</param>
    public (SequenceNumber Sequence, RtpTimestamp Timestamp, bool Marker) Next(Instant tick)
    {
        var marker = !IsTalking;
        IsTalking = true;
        var sequence = _next;
        _next = _next.Next;
        return (sequence, TimestampAt(tick), marker);
    }

    /// <summary>The timestamp of a tick.</summary>
    /// <remarks>Both are counted in samples, so that ticks on either side of the start differ.</remarks>
    public RtpTimestamp TimestampAt(Instant tick) => new(unchecked(_timestampBase + (uint)(MediaTime(tick) - MediaTime(start))));

    /// <summary>Nothing to send at this tick.</summary>
    public void Pause() => IsTalking = false;
}
