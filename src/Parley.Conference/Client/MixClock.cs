using Parley.Media.Audio;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>Knows when the sound that belongs to a picture is handed to the page: from what the server says of both, and from what is being played.</summary>
internal sealed class MixClock
{
    private const int VideoClockRate = 90_000;

    /// <summary>Twice missed, and the speaker is no longer heard.</summary>
    private static readonly TimeSpan SyncLife = TimeSpan.FromSeconds(2.5);

    /// <summary>A picture is not shown because of sound that was played long ago.</summary>
    private static readonly TimeSpan PlayedLife = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Farthest = TimeSpan.FromSeconds(1);

    private readonly Dictionary<uint, (MediaSyncEntry Entry, Instant At)> _syncs = [];
    private Instant _playedAt;
    private RtpTimestamp _played;
    private bool _hasPlayed;

    /// <summary>Takes what the server says of a track that is registered: as many as there are participants.</summary>
    public void OnSync(Instant now, in MediaSyncEntry entry) => _syncs[entry.Video.Value] = (entry, now);

    /// <summary>A frame is handed to the page.</summary>
    /// <param name="now">When.</param>
    /// <param name="position">Time of its first sample on the clock of the mix.</param>
    public void OnPlayed(Instant now, RtpTimestamp position) => (_playedAt, _played, _hasPlayed) = (now, position, true);

    /// <summary>How long somebody's sound waited in the server before it was mixed; null when they are not heard.</summary>
    public TimeSpan? ServerDelay(Instant now, uint videoSsrc) =>
        _syncs.TryGetValue(videoSsrc, out var sync) && now - sync.At <= SyncLife ? MediaSyncEntry.WaitUnit * sync.Entry.Waited : null;

    /// <summary>When the sound that was captured together with a picture is handed to the page.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="videoSsrc">The picture's track.</param>
    /// <param name="videoTimestamp">The picture's timestamp.</param>
    /// <param name="playAt">May be past. The page's own way to the loudspeaker comes on top.</param>
    /// <returns>False when that speaker is not heard now: then the picture need not wait.</returns>
    public bool TryGetVideoPlayout(Instant now, uint videoSsrc, RtpTimestamp videoTimestamp, out Instant playAt)
    {
        playAt = now;
        if (!_hasPlayed || now - _playedAt > PlayedLife) return false;
        if (!_syncs.TryGetValue(videoSsrc, out var sync) || now - sync.At > SyncLife || !sync.Entry.HasPicture) return false;
        var sinceSync = Duration(videoTimestamp.DistanceFrom(sync.Entry.VideoTimestamp), VideoClockRate);
        var untilPlayed = Duration(sync.Entry.MixTimestamp.DistanceFrom(_played), AudioFormat.SampleRate);
        playAt = _playedAt + sinceSync + untilPlayed;
        var wait = playAt - now;
        return wait < Farthest && wait > -Farthest;
    }

    private static TimeSpan Duration(int units, int clockRate) => new(units * TimeSpan.TicksPerSecond / clockRate);
}
