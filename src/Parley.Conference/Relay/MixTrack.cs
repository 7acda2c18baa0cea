using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Relay;

/// <summary>Numbers the mixed packets towards one receiver: gapless sequence, a timestamp that runs through silence, a marker after each pause.</summary>
internal sealed class MixTrack(Ssrc ssrc, IRandomSource random, Instant start)
{
    private const long FrameTicks = TimeSpan.TicksPerMillisecond * 10;

    private readonly uint _timestampBase = random.NextUInt32();
    private SequenceNumber _next = SequenceNumber.First(random);
    private bool _isTalking;

    /// <summary>The stream.</summary>
    public Ssrc Ssrc { get; } = ssrc;

    /// <summary>Numbers the packet of a tick.</summary>
    /// <param name="tick">The instant of the tick, on the 10 ms grid.</param>
    /// <param name="clockRate">RTP clock in Hz.</param>
    public (SequenceNumber Sequence, RtpTimestamp Timestamp, bool Marker) Next(Instant tick, int clockRate)
    {
        var marker = !_isTalking;
        _isTalking = true;
        var sequence = _next;
        _next = _next.Next;
        // Both on the grid, or a tick just before the start and one just after would share a time.
        var ticks = (tick.Ticks / FrameTicks) - (start.Ticks / FrameTicks);
        return (sequence, new RtpTimestamp(unchecked(_timestampBase + (uint)(ticks * (clockRate / 100)))), marker);
    }

    /// <summary>Nothing to send at this tick.</summary>
    public void Pause() => _isTalking = false;
}
