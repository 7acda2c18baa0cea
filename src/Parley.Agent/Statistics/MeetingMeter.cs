using Parley.Conference.Client;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;

namespace Parley.Agent.Statistics;

/// <summary>Counts what a meeting's client sends and receives. On the driver's thread only; allocates once a second, not for a picture.</summary>
internal sealed class MeetingMeter
{
    /// <summary>IPv4 and UDP headers of a datagram.</summary>
    private const int DatagramHeaders = 28;

    private static readonly TimeSpan ShortestLength = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<uint, PictureMeter> _received = [];
    private readonly SortedDictionary<uint, PictureMeter> _sent = [];
    private HashSet<uint>? _wanted;
    private PeerStats _before;
    private long _concealedBefore;
    private Instant _takenAt;
    private Instant _heardAt;
    private long _heardPackets;

    /// <summary>Counts a picture that was sent.</summary>
    public void OnSent(int encoding, PayloadType codec, int width, int height, int bytes)
    {
        if (!_sent.TryGetValue((uint)encoding, out var meter)) _sent[(uint)encoding] = meter = new PictureMeter();
        meter.OnSent(codec, width, height, bytes);
    }

    /// <summary>Counts a picture that came.</summary>
    /// <returns>How much longer than the quickest of its track it took to come.</returns>
    public TimeSpan OnReceived(Instant now, in ReceivedPicture picture)
    {
        if (!_received.TryGetValue(picture.Track, out var meter)) _received[picture.Track] = meter = new PictureMeter();
        return meter.OnReceived(now, picture);
    }

    /// <summary>Only these tracks are asked for from now on.</summary>
    public void OnSubscribed(IReadOnlyList<TrackWish> tracks) => _wanted = [.. tracks.Select(t => t.Track)];

    /// <summary>Ends a second.</summary>
    public MeetingSecond Take(Instant now, MeetingClient client)
    {
        var network = client.Network;
        var stats = network ?? default;
        // After a reconnect the counts begin anew.
        if (stats.BytesSent < _before.BytesSent || stats.BytesReceived < _before.BytesReceived) _before = default;
        var length = now - _takenAt;
        var isFirst = _takenAt == default || length < ShortestLength;
        if (isFirst) length = TimeSpan.FromSeconds(1);
        if (_heardAt == default || stats.PacketsReceived != _heardPackets) _heardAt = now;
        _heardPackets = stats.PacketsReceived;

        var concealed = client.Playout?.ConcealedDuration.Ticks ?? 0;
        var second = new MeetingSecond(
            now, network, client.WantedRate,
            isFirst ? 0 : Rate(stats.BytesSent - _before.BytesSent, stats.PacketsSent - _before.PacketsSent, length),
            isFirst ? 0 : Rate(stats.BytesReceived - _before.BytesReceived, stats.PacketsReceived - _before.PacketsReceived, length),
            now - _heardAt, new TimeSpan(Math.Max(0, concealed - _concealedBefore)), client.PlayoutDelay,
            client.MixDelay(now), client.IsEncoderOverloaded(now), TakeSent(now, length), TakeReceived(now, length, stats.RoundTrip, client.Roster));
        _before = stats;
        _concealedBefore = concealed;
        _takenAt = now;
        return second;
    }

    private List<PicturesSecond> TakeSent(Instant now, TimeSpan length)
    {
        var seconds = new List<PicturesSecond>(_sent.Count);
        foreach (var (encoding, meter) in _sent)
        {
            if (meter.Take(now, encoding, length, roundTrip: null) is { Fps: > 0 } second) seconds.Add(second);
        }
        return seconds;
    }

    private List<PicturesSecond> TakeReceived(Instant now, TimeSpan length, TimeSpan? roundTrip, ClientRoster roster)
    {
        var seconds = new List<PicturesSecond>(_received.Count);
        var expected = new HashSet<uint>(_received.Count);
        foreach (var participant in roster.Participants)
        {
            var track = participant.VideoSsrc;
            if (!_received.TryGetValue(track, out var meter)) continue;
            expected.Add(track);
            var isExpected = participant is { Camera: DeviceState.On, Presence: Presence.Present } && _wanted?.Contains(track) != false;
            if (!isExpected) meter.Pause();
            if (meter.Take(now, track, length, roundTrip) is { } second) seconds.Add(second);
        }
        // Whoever left is forgotten.
        if (_received.Count > expected.Count)
        {
            foreach (var track in _received.Keys.Where(t => !expected.Contains(t)).ToList()) _received.Remove(track);
        }
        return seconds;
    }

    private static double Rate(long bytes, long packets, TimeSpan length) => 8 * (bytes + (DatagramHeaders * packets)) / length.TotalSeconds;
}
