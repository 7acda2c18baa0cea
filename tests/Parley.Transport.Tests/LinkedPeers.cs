using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;
using Parley.Transport.Protection;

namespace Parley.Transport.Tests;

/// <summary>Two peers with an impaired link each way, in virtual time. Unless told otherwise they know that 20 Mbit/s may be sent. A sends pictures and sound; B receives. Nothing is allocated for a packet.</summary>
internal sealed class LinkedPeers : IDisposable
{
    public static readonly Ssrc Video = new(0xa2);
    public static readonly Ssrc Audio = new(0xa1);

    private static readonly TransportAddress AddressOfA = TransportAddress.FromIPv4(0x0a000001, 40_000);
    private static readonly TransportAddress AddressOfB = TransportAddress.FromIPv4(0x0a000002, 5001);

    private readonly DatagramQueue _queue = new(4 << 20, 8192);
    private readonly byte[] _datagram = new byte[Limits.MaxReceivedDatagram];
    private readonly byte[] _header = new byte[Limits.RtpHeader];
    private readonly byte[] _payload = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private SequenceNumber _video = new(100);
    private SequenceNumber _audio = new(200);

    public LinkedPeers(ImpairmentOptions there, ImpairmentOptions back, int seed = 1, PeerOptions? options = null)
    {
        There = new ImpairedLink(there, seed);
        Back = new ImpairedLink(back, seed + 1000);
        var random = new SeededRandom((ulong)seed);
        var (thereKey, backKey) = (MasterKey.Create(random), MasterKey.Create(random));
        options ??= PeerOptions.Default with { Congestion = CongestionOptions.Fixed(20_000_000) };
        A = new Peer(options with
        {
            LocalSsrc = new Ssrc(0xa0),
            RemoteSsrc = new Ssrc(0xb0),
            SendKey = thereKey,
            ReceiveKey = backKey,
            InitialAddress = AddressOfB,
            Cname = "a",
        });
        B = new Peer(options with { LocalSsrc = new Ssrc(0xb0), RemoteSsrc = new Ssrc(0xa0), SendKey = backKey, ReceiveKey = thereKey, Cname = "b" });
        A.RegisterSent(Video, 90_000, StreamKind.Video);
        A.RegisterSent(Audio, 48_000);
        B.RegisterReceived(Video, 90_000, StreamKind.Video);
        B.RegisterReceived(Audio, 48_000);
    }

    public Peer A { get; }

    public Peer B { get; }

    public ImpairedLink There { get; }

    public ImpairedLink Back { get; }

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerHour);

    /// <summary>The number of the next picture packet.</summary>
    public SequenceNumber NextVideo => _video;

    /// <summary>Sees each media packet that B has received.</summary>
    public Action<Instant, RtpHeader>? OnReceived { get; set; }

    /// <summary>Sees each datagram that A puts on the link.</summary>
    public Action<Instant, int>? OnSent { get; set; }

    /// <summary>Sends a picture of this many packets; false when one was refused.</summary>
    public bool SendFrame(int packets, int bytes = Limits.MaxFragment)
    {
        var timestamp = new RtpTimestamp(unchecked((uint)(Now.Ticks * 9 / 1000)));
        var isWhole = true;
        for (var i = 0; i < packets && isWhole; i++)
        {
            RtpHeader.Write(_header, PayloadType.Jpeg, i == packets - 1, _video, timestamp, Video, []);
            isWhole = A.SendTo(Now, _queue, _header, _payload.AsSpan(0, bytes)) == DropReason.None;
            if (isWhole) _video = _video.Next;
        }
        Launch(There);
        return isWhole;
    }

    /// <summary>Sends a packet of sound.</summary>
    public void SendAudio(int bytes = 320)
    {
        var timestamp = new RtpTimestamp(unchecked((uint)(Now.Ticks * 48 / 10_000)));
        RtpHeader.Write(_header, PayloadType.L16At16Khz, false, _audio, timestamp, Audio, []);
        _audio = _audio.Next;
        A.SendTo(Now, _queue, _header, _payload.AsSpan(0, bytes));
        Launch(There);
    }

    /// <summary>Sends a packet with a header of the caller's own.</summary>
    public DropReason Send(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var reason = A.SendTo(Now, _queue, header, payload);
        Launch(There);
        return reason;
    }

    /// <summary>Turns everything until the time has passed.</summary>
    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (true)
        {
            var next = Instant.Min(Instant.Min(A.NextTimeout, B.NextTimeout), Instant.Min(There.NextArrival, Back.NextArrival));
            if (next > end) break;
            Now = Instant.Max(next, Now);
            while (There.TryReceive(Now, _datagram, out var length, out _))
            {
                if (B.Receive(Now, AddressOfA, _datagram.AsSpan(0, length), out var packet) == DropReason.None && packet.Kind == DatagramKind.Rtp)
                    OnReceived?.Invoke(Now, packet.Header);
            }
            while (Back.TryReceive(Now, _datagram, out var length, out _)) A.Receive(Now, AddressOfB, _datagram.AsSpan(0, length), out _);
            if (A.NextTimeout <= Now) A.HandleTimeout(Now, _queue);
            Launch(There);
            if (B.NextTimeout <= Now) B.HandleTimeout(Now, _queue);
            Launch(Back);
        }
        Now = end;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    private void Launch(ImpairedLink link)
    {
        foreach (var run in _queue.Runs)
        {
            for (var rest = _queue.Bytes(run); !rest.IsEmpty; rest = rest[Math.Min(run.SegmentSize, rest.Length)..])
            {
                var bytes = rest[..Math.Min(run.SegmentSize, rest.Length)];
                if (link == There) OnSent?.Invoke(Now, bytes.Length);
                link.Send(Now, bytes, 0);
            }
        }
        _queue.Clear();
    }
}
