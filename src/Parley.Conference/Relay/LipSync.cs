using Parley.Conference.Meetings;
using Parley.Media.Audio;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Relay;

/// <summary>
/// Tells every listener, once a second while somebody speaks, which picture of a speaker was captured together with what is mixed now, and how long
/// the sound waited before. Sender reports relate both media of a speaker to the speaker's own time; nothing is compared with a clock of ours.
/// </summary>
internal sealed class LipSync(ConferenceContext context, List<Seat> seats)
{
    private const int VideoClockRate = 90_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Somebody new is told of at once, but no more often than this.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Reports that far apart belong to different pasts.</summary>
    private static readonly TimeSpan FarthestApart = TimeSpan.FromSeconds(30);

    private readonly Seat?[] _speakers = new Seat[MediaSync.MaxEntries];
    private readonly MediaSyncEntry[] _entries = new MediaSyncEntry[MediaSync.MaxEntries];
    private int _count;
    private bool _isIncomplete;
    private int _speakersBefore;
    private Instant _sentAt;

    /// <summary>Begins a tick. False when nothing is to be told in it.</summary>
    /// <param name="tick">The instant.</param>
    /// <param name="speakers">How many are heard.</param>
    public bool TryBegin(Instant tick, int speakers)
    {
        var isNews = speakers > _speakersBefore;
        _speakersBefore = speakers;
        _count = 0;
        _isIncomplete = false;
        if (speakers == 0 || tick - _sentAt < (isNews ? LeastInterval : Interval)) return false;
        _sentAt = tick;
        return true;
    }

    /// <summary>Adds a speaker whose frame was just read for the tick; without a camera, or before its reports, there is no picture that belongs to it.</summary>
    public void Add(Seat speaker)
    {
        if (_count == _speakers.Length || speaker.Media is not { } media) return;
        RtpTimestamp timestamp = default;
        var hasPicture = speaker.Camera == DeviceState.On && TryGetVideoTimestamp(speaker.Ssrcs, media, out timestamp);
        _isIncomplete |= speaker.Camera == DeviceState.On && !hasPicture;
        _speakers[_count] = speaker;
        var waited = MediaSyncEntry.WaitOf(media.Audio.Voice.Delay ?? TimeSpan.Zero);
        _entries[_count++] = new MediaSyncEntry(speaker.Ssrcs.Video, default, hasPicture ? timestamp : default, waited, hasPicture);
    }

    /// <summary>Tells everyone who hears somebody.</summary>
    public void Send(Instant tick)
    {
        // Reports of somebody who just began may be on their way.
        if (_isIncomplete) _sentAt = tick - Interval + LeastInterval;
        Span<MediaSyncEntry> entries = stackalloc MediaSyncEntry[MediaSync.MaxEntries];
        foreach (var listener in seats)
        {
            if (listener.Media is not { Audio.Mix.IsTalking: true } media) continue;
            var count = 0;
            var mixTimestamp = media.Audio.Mix.TimestampAt(tick);
            for (var i = 0; i < _count; i++)
            {
                if (_speakers[i] != listener) entries[count++] = _entries[i] with { MixTimestamp = mixTimestamp };
            }
            if (count > 0) media.Peer.SendSync(tick, context.Datagrams, entries[..count]);
        }
        _speakers.AsSpan(0, _count).Clear();
        _count = 0;
    }

    private static bool TryGetVideoTimestamp(in SeatSsrcs ssrcs, SeatMedia media, out RtpTimestamp timestamp)
    {
        timestamp = default;
        var peer = media.Peer;
        if (!peer.TryGetSenderClock(ssrcs.Audio, out var soundTime, out var soundTimestamp)) return false;
        if (!peer.TryGetSenderClock(ssrcs.Video, out var pictureTime, out var pictureTimestamp)
            && !peer.TryGetSenderClock(ssrcs.SmallVideo, out pictureTime, out pictureTimestamp)) return false;
        var sinceSoundReport = media.Audio.Voice.Position.DistanceFrom(soundTimestamp) / (double)AudioFormat.SampleRate;
        var betweenReports = unchecked((long)(soundTime.Value - pictureTime.Value)) / (double)(1L << 32);
        var sincePictureReport = betweenReports + sinceSoundReport;
        if (Math.Abs(sincePictureReport) > FarthestApart.TotalSeconds) return false;
        timestamp = pictureTimestamp + (int)Math.Round(sincePictureReport * VideoClockRate);
        return true;
    }
}
