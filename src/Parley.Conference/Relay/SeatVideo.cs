using Parley.Conference.Meetings;
using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;

namespace Parley.Conference.Relay;

/// <summary>The pictures of one seat for one connection: both encodings of its camera on the way in, and everyone's on the way to it.</summary>
internal sealed class SeatVideo
{
    private const int ClockRate = 90_000;

    /// <summary>What is taken for granted in the first moment, before the way to the receiver is measured.</summary>
    private const long StartRoom = 2_500_000;

    /// <summary>Share of the room that is given away.</summary>
    private const double PlannedShare = 0.9;

    /// <summary>Headers of packets and frames beside the pictures' own bytes.</summary>
    private const double Overhead = 1.06;

    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan AllocationInterval = TimeSpan.FromMilliseconds(100);

    private readonly Peer _peer;
    private readonly SeatAudio _audio;
    private readonly IRandomSource _random;
    private readonly CameraEncoding[] _camera;
    private readonly Dictionary<uint, ReceivedTrack> _tracks = [];
    private readonly List<ReceivedTrack> _active = [];
    private readonly List<TrackAllocation> _allocations = [];
    private Instant? _start;
    private Instant _nextAllocation = new(long.MinValue);

    public SeatVideo(SeatSsrcs ssrcs, Peer peer, SeatAudio audio, IRandomSource random)
    {
        _audio = audio;

        _peer = peer;
        _random = random;
        _camera = [new CameraEncoding(ssrcs.Video), new CameraEncoding(ssrcs.SmallVideo)];
        foreach (var encoding in _camera) peer.RegisterReceived(encoding.Ssrc, ClockRate, StreamKind.Video);
    }

    /// <summary>The large and the small encoding of the seat's camera.</summary>
    public ReadOnlySpan<CameraEncoding> Camera => _camera;

    /// <summary>What its publisher was last asked for.</summary>
    public CameraDemand Demand { get; } = new();

    /// <summary>Somebody's camera towards the client; made at first use.</summary>
    public ReceivedTrack Track(Seat publisher)
    {
        var ssrc = publisher.Ssrcs.Video;
        if (_tracks.TryGetValue(ssrc.Value, out var track)) return track;
        _peer.RegisterSent(ssrc, ClockRate, StreamKind.Video);
        return _tracks[ssrc.Value] = new ReceivedTrack(publisher, _random);
    }

    /// <summary>The same; null while it was never used.</summary>
    public ReceivedTrack? Find(Ssrc ssrc) => _tracks.GetValueOrDefault(ssrc.Value);

    /// <summary>Somebody's video is gone for good.</summary>
    public void ForgetTrack(Ssrc ssrc)
    {
        _tracks.Remove(ssrc.Value);
        Reconsider();
    }

    /// <summary>Somebody's video starts anew, with other numbers.</summary>
    public void RestartTrack(Ssrc ssrc) => Find(ssrc)?.Forwarder.Restart();

    /// <summary>What waited for the way to the seat was thrown away.</summary>
    public void OnDropped()
    {
        foreach (var track in _tracks.Values) track.Forwarder.RequireKeyframe();
    }

    /// <summary>Tiles or tracks have changed.</summary>
    public void Reconsider() => _nextAllocation = new Instant(long.MinValue);

    /// <summary>Splits the way to the seat over the tracks that it looks at, ten times a second.</summary>
    public void Allocate(Instant now, Seat receiver, List<Seat> seats, long room)
    {
        if (now < _nextAllocation) return;
        _nextAllocation = now + AllocationInterval;
        CollectTracks(now, receiver, seats);
        if (_active.Count > 0) _start ??= now;
        // What is taken for granted ends where the way is known to bear less.
        var isStarting = now - _start < StartTime && !_peer.HasTargetFallen;
        var isGuess = isStarting && room < StartRoom;
        if (isStarting) room = Math.Max(room, StartRoom);
        LayerAllocator.Allocate(now, (long)(room * PlannedShare), _allocations);
        ShareOut((long)(room * PlannedShare), isStarting, isGuess);
        foreach (var track in _active) track.Target = TargetOf(now, track, room);
    }

    private void CollectTracks(Instant now, Seat receiver, List<Seat> seats)
    {
        _active.Clear();
        _allocations.Clear();
        long wanted = 0;
        foreach (var publisher in seats)
        {
            if (publisher == receiver || publisher.Camera != DeviceState.On || publisher.Media is not { } media) continue;
            var track = Track(publisher);
            var height = receiver.WishedHeight(publisher.Ssrcs.Video.Value);
            if (height != track.Allocation.Height) track.Allocation.IsDecided = false;
            track.Allocation.Height = height;
            track.Allocation.LargeRate = LargeRate(now, track, media.Video);
            track.Allocation.SmallRate = SmallRate(now, media.Video);
            _active.Add(track);
            _allocations.Add(track.Allocation);
            if (height > 0) wanted += GoodRate(media.Video.Demand.Codec, height);
        }
        _peer.WantedRate = (long)(wanted / (PlannedShare * PlannedShare)) + _audio.WantedRate;
    }

    /// <summary>
    /// What the large encoding costs. When it is made for this receiver, because nobody else bears more, it costs at most what was asked for, or soon will.
    /// </summary>
    private static long LargeRate(Instant now, ReceivedTrack track, SeatVideo publisher)
    {
        var demand = publisher.Demand;
        var measured = publisher._camera[0].Rate(now);
        if (demand.LargeHeight > 0 && demand.LargeHeight <= track.AffordableHeight)
        {
            var asked = GoodRate(demand.Codec, demand.LargeHeight);
            if (track.AffordableRate < asked) asked = (long)(track.AffordableRate * Overhead);
            return measured > 0 ? Math.Min(measured, asked) : asked;
        }
        if (measured > 0) return measured;
        return GoodRate(demand.Codec, Math.Max(demand.LargeHeight, VideoLadder.Default.Height));
    }

    private static long SmallRate(Instant now, SeatVideo publisher)
    {
        var measured = publisher._camera[1].Rate(now);
        return measured > 0 ? measured : (long)(VideoLadder.SmallRungs[^1].BitrateOf(publisher.Demand.Codec) * Overhead);
    }

    /// <summary>What is left goes to the large tiles by their size; it says how large a picture each could have.</summary>
    private void ShareOut(long room, bool isStarting, bool isGuess)
    {
        long left = room;
        double weights = 0;
        foreach (var track in _active)
        {
            left -= LayerAllocator.RateOf(track.Allocation, track.Allocation.Choice);
            if (track.Allocation.Height > VideoLadder.SmallTile) weights += Weight(track);
        }
        foreach (var track in _active)
        {
            var share = track.Allocation.Height > VideoLadder.SmallTile
                ? LayerAllocator.RateOf(track.Allocation, track.Allocation.Choice) + (long)(left * Weight(track) / weights)
                : 0;
            var affordable = Affordable(track, share);
            // Before the way is measured nobody's camera is made smaller for it: what does not fit yet is left out for this receiver alone.
            track.AffordableRate = isStarting ? CameraDemand.Unlimited : (long)(share / Overhead);
            // Nor larger, before anything larger is known to pass.
            track.AffordableHeight = !isStarting || share <= 0 ? affordable
                : isGuess ? Math.Min(VideoLadder.Default.Height, Math.Max(track.Allocation.Height, 1))
                : Math.Max(affordable, VideoLadder.Default.Height);
        }

        static double Weight(ReceivedTrack track) => (double)track.Allocation.Height * track.Allocation.Height;
    }

    private static int Affordable(ReceivedTrack track, long share)
    {
        if (share <= 0) return 0;
        var codec = track.Publisher.Media?.Video.Demand.Codec ?? VideoCodec.Jpeg;
        for (var i = VideoLadder.IndexFor(track.Allocation.Height); i > 0; i--)
        {
            var rung = VideoLadder.Rungs[i];
            var least = rung.LeastBitrateOf(codec) * Overhead;
            var good = rung.BitrateOf(codec) * Overhead;
            // What it has it keeps while there is room for the least; more only with room for something better than that.
            if (share >= (rung.Height <= track.AffordableHeight ? least : (least + good) / 2)) return rung.Height;
        }
        return 0;
    }

    /// <summary>The encoding of the choice, or the other one while the publisher does not make it.</summary>
    private static TrackTarget TargetOf(Instant now, ReceivedTrack track, long room)
    {
        var choice = track.Allocation.Choice;
        if (choice == TrackChoice.None || track.Publisher.Media is not { } media) return TrackTarget.None;
        var encoding = choice >= TrackChoice.LargeHalf ? 0 : 1;
        var other = 1 - encoding;
        if (!media.Video._camera[encoding].IsActive(now) && media.Video._camera[other].IsActive(now)
            && LayerAllocator.RateOf(track.Allocation, other == 0 ? TrackChoice.Large : TrackChoice.Small) <= room) encoding = other;
        return new TrackTarget(encoding, choice is TrackChoice.SmallHalf or TrackChoice.LargeHalf);
    }

    private static long GoodRate(VideoCodec codec, int height) =>
        (long)(Overhead * (height <= VideoLadder.SmallTile
            ? VideoLadder.SmallRungs[^1].BitrateOf(codec)
            : VideoLadder.Rungs[VideoLadder.IndexFor(height)].BitrateOf(codec)));
}
