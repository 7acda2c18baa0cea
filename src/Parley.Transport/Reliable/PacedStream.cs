using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Parley.Transport.Pacing;
using Parley.Transport.Reports;

namespace Parley.Transport.Reliable;

/// <summary>Lets a reliable stream's packets leave a peer: behind all media, evenly over a round trip, and within the allowance that media uses too.</summary>
/// <remarks>
/// Reno's window decides how much is on its way; this only how smoothly. Acknowledgements leave at once, and take from the allowance like sound. While media flows,
/// the stream yields to it, and is silent while media probes the path. Not thread-safe.
/// </remarks>
internal sealed class PacedStream : IDisposable
{
    /// <summary>Most packets that leave in one turn: media of the next turn does not wait behind more.</summary>
    private const int MaxPacketsPerTurn = 128;

    /// <summary>Media counts as flowing so long after its last packet: speech has pauses.</summary>
    private static readonly TimeSpan MediaPause = TimeSpan.FromSeconds(5);

    /// <summary>When the driver's queue is full or a probe runs, it is tried again after this time.</summary>
    private static readonly TimeSpan Deferral = TimeSpan.FromMilliseconds(2);

    private readonly SealedStream _sealed;
    private readonly PacedSender _media;
    private readonly Pacer _pace = new(default, 1_000_000);
    private Instant? _lastMedia;

    internal PacedStream(PeerOptions options, PacedSender media)
    {
        _sealed = new SealedStream(options);
        _media = media;
    }

    /// <summary>What the owner writes and reads.</summary>
    internal ReliableStream Stream => _sealed.Stream;

    /// <summary>When <see cref="Release"/> has something to do.</summary>
    internal Instant NextTimeout => Instant.Min(Stream.DueAt, Instant.Min(Stream.ControlAt, Stream.NextTimeout));

    /// <summary>What the common pacer has to allow for the stream, in bits a second on the wire; 0 while nothing is to be sent.</summary>
    internal long WantedPacingRate => Stream.IsBusy ? WirePacingRate : 0;

    /// <summary>Bits a second on the wire at which the stream's own window leaves evenly; 0 while no round trip is known.</summary>
    private long WirePacingRate => Math.Min(90_000_000_000, Stream.PacingRate / StreamData.MaxBytes * (Limits.MaxDatagram + Pacer.HeaderBytes));

    /// <summary>A packet of media came or left.</summary>
    internal void OnMedia(Instant now) => _lastMedia = now;

    /// <summary>Takes a datagram of the other side's stream.</summary>
    internal DropReason Receive(Instant now, Span<byte> datagram, out bool isNewest, out bool isAuthentic)
    {
        var reason = _sealed.Receive(now, datagram, out var position, out isAuthentic);
        isNewest = position.IsNewest;
        return reason;
    }

    /// <summary>Puts what may leave now into the driver's queue.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="queue">The driver's.</param>
    /// <param name="to">The other side.</param>
    /// <param name="isProbing">Media measures the path at this moment.</param>
    /// <param name="sent">Counts the datagrams.</param>
    internal void Release(Instant now, DatagramQueue queue, in TransportAddress to, bool isProbing, TrafficMeter sent)
    {
        if (now < NextTimeout) return;
        Stream.SetSocketBuffer(queue.SocketBufferBytes);
        Stream.HandleTimeout(now);
        if (Stream.ControlAt <= now) SendControl(now, queue, to, sent);
        Stream.IsYielding = _lastMedia is { } media && now - media < MediaPause;
        Stream.DueAt = SendData(now, queue, to, isProbing, sent);
    }

    public void Dispose() => _sealed.Dispose();

    private void SendControl(Instant now, DatagramQueue queue, in TransportAddress to, TrafficMeter sent)
    {
        var room = queue.Reserve(Limits.MaxDatagram);
        // Without room it is written nowhere; the next packet of the other side asks for it again.
        if (room.IsEmpty) return;
        var total = _sealed.WriteControl(now, room);
        queue.Commit(to, total);
        _media.OnUnpaced(now, total);
        sent.Add(now, total);
    }

    /// <summary>Sends data, and says when to try again by oneself.</summary>
    private Instant SendData(Instant now, DatagramQueue queue, in TransportAddress to, bool isProbing, TrafficMeter sent)
    {
        var rate = WirePacingRate;
        if (rate > 0 && rate != _pace.Rate) _pace.SetRate(now, rate);
        for (var packets = 0; Stream.TryNext(now, out var next); packets++)
        {
            if (packets == MaxPacketsPerTurn) return now;
            if (isProbing) return now + Deferral;
            if (_media.IsWaiting) return Instant.Max(_media.NextRelease, now);
            // Half of the queue is for media of all peers.
            if (queue.FreeBytes < queue.Capacity / 2) return now + Deferral;
            var bytes = SealedStream.DatagramLength(next) + Pacer.HeaderBytes;
            var waiting = Math.Max(bytes, Stream.SendableBytes);
            if (rate > 0 && !_pace.MayRelease(now, bytes)) return _pace.NextRelease(now, bytes, waiting);
            if (!_media.Pacer.MayRelease(now, bytes)) return _media.Pacer.NextRelease(now, bytes, waiting);
            var room = queue.Reserve(bytes - Pacer.HeaderBytes);
            if (room.IsEmpty) return now + Deferral;
            var total = _sealed.WriteData(now, next, room);
            queue.Commit(to, total);
            if (rate > 0) _pace.OnReleased(now, bytes);
            _media.Pacer.OnReleased(now, bytes);
            sent.Add(now, total);
        }
        return Instant.Never;
    }
}
