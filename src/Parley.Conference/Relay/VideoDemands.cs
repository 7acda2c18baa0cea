using Parley.Conference.Meetings;
using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Relay;

/// <summary>Tells each publisher which encodings of its camera anybody wants, how large and in which codec.</summary>
internal sealed class VideoDemands(ConferenceContext context, List<Seat> seats)
{
    /// <summary>Whoever has just come gets this long to say what it can show, before everyone else falls back to JPEG for it.</summary>
    private static readonly TimeSpan CapabilitiesTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private Instant _next;

    /// <summary>Whether somebody came, went, or wants something else since the last <see cref="Update(Instant)"/>.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Somebody came, went, or wants something else.</summary>
    public void OnChanged() => IsChanged = true;

    /// <summary>Tells what has changed; ten times a second at most, unless something has happened.</summary>
    public void Update(Instant now)
    {
        if (now < _next && !IsChanged) return;
        _next = now + Interval;
        IsChanged = false;
        foreach (var publisher in seats)
        {
            if (publisher.Media is { } media && publisher.Session is { } session) Update(now, publisher, media, session);
        }
    }

    private void Update(Instant now, Seat publisher, SeatMedia media, Sessions.Session session)
    {
        int large = 0, small = 0;
        long rate = 0;
        var isAnybodyThere = false;
        foreach (var receiver in seats)
        {
            if (receiver == publisher || receiver.Presence != Presence.Present || receiver.Media is not { } view) continue;
            var height = receiver.WishedHeight(publisher.Ssrcs.Video.Value);
            if (height <= 0) continue;
            isAnybodyThere = true;
            var track = publisher.Camera == DeviceState.On ? view.Video.Find(publisher.Ssrcs.Video) : null;
            if (height > VideoLadder.SmallTile)
            {
                // Before its camera is on there is nothing to share out: it may begin as everybody begins.
                var affordable = track is null ? Math.Min(height, VideoLadder.Default.Height) : Math.Min(height, track.AffordableHeight);
                large = Math.Max(large, affordable);
                if (affordable > 0) rate = Math.Max(rate, track?.AffordableRate ?? CameraDemand.Unlimited);
            }
            if (height <= VideoLadder.SmallTile || track is { Allocation.Choice: <= TrackChoice.Small }) small = Math.Max(small, Math.Min(height, VideoLadder.SmallHeight));
        }
        var codec = CodecFor(now, publisher);
        if (rate >= VideoLadder.Rungs[VideoLadder.IndexFor(large)].BitrateOf(codec)) rate = CameraDemand.Unlimited;
        if (media.Video.Demand.Update(now, codec, large, small, rate, isAnybodyThere) is { } demand) context.Send(session, demand);
    }

    /// <summary>The publisher's first preference that everyone present can show; JPEG is the floor.</summary>
    private VideoCodec CodecFor(Instant now, Seat publisher)
    {
        for (var i = 0; i < publisher.EncodableCodecs.Count; i++)
        {
            if (CanEveryoneShow(now, publisher, publisher.EncodableCodecs[i])) return publisher.EncodableCodecs[i];
        }
        return VideoCodec.Jpeg;
    }

    private bool CanEveryoneShow(Instant now, Seat publisher, VideoCodec codec)
    {
        foreach (var seat in seats)
        {
            if (seat == publisher || seat.Presence != Presence.Present) continue;
            if (!seat.HasCapabilities && now - seat.SeatedAt < CapabilitiesTime) continue;
            if (!seat.DecodableCodecs.Contains(codec)) return false;
        }
        return true;
    }
}
