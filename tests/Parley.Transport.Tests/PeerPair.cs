using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Transport.Tests;

/// <summary>Two peers with a delay between them: datagrams wait in a list until their time has come.</summary>
internal sealed class PeerPair : IDisposable
{
    public static readonly Ssrc RtcpOfA = new(0xa0);
    public static readonly Ssrc RtcpOfB = new(0xb0);
    public static readonly Ssrc AudioOfA = new(0xa1);
    public static readonly Ssrc VideoOfA = new(0xa2);
    public static readonly Ssrc AudioOfB = new(0xb1);
    public static readonly TransportAddress AddressOfB = TransportAddress.FromIPv4(0x0a000002, 5001);

    private readonly DatagramQueue _queue = new(1 << 20, 1024);
    private readonly List<Flight> _flights = [];
    private readonly byte[] _header = new byte[Limits.RtpHeader];

    public PeerPair(TimeSpan? interval = null)
    {
        var random = new SeededRandom(42);
        var (there, back) = (MasterKey.Create(random), MasterKey.Create(random));
        var options = PeerOptions.Default with { ReportInterval = interval ?? TimeSpan.FromSeconds(1) };
        A = new Peer(options with
        {
            LocalSsrc = RtcpOfA,
            RemoteSsrc = RtcpOfB,
            SendKey = there,
            ReceiveKey = back,
            InitialAddress = AddressOfB,
            Cname = "a",
        });
        B = new Peer(options with { LocalSsrc = RtcpOfB, RemoteSsrc = RtcpOfA, SendKey = back, ReceiveKey = there, Cname = "b" });
        A.RegisterSent(AudioOfA, 48_000);
        A.RegisterSent(VideoOfA, 90_000, StreamKind.Video);
        A.RegisterReceived(AudioOfB, 48_000);
        B.RegisterReceived(AudioOfA, 48_000);
        B.RegisterReceived(VideoOfA, 90_000, StreamKind.Video);
        B.RegisterSent(AudioOfB, 48_000);
    }

    public Peer A { get; }

    public Peer B { get; }

    public Instant Now { get; private set; } = new(123_456_789);

    /// <summary>Where A is; what it sends comes from here.</summary>
    public TransportAddress AddressOfA { get; set; } = TransportAddress.FromIPv4(0x0a000001, 40_000);

    /// <summary>The time on the way for the n-th datagram, or null when it gets lost.</summary>
    public Func<bool, int, TimeSpan?> Path { get; set; } = static (_, _) => TimeSpan.FromMilliseconds(20);

    /// <summary>All datagrams sent by A, as they were on the wire.</summary>
    public List<byte[]> SentByA { get; } = [];

    public List<byte[]> SentByB { get; } = [];

    public List<ReceivedPacket> ReceivedByB { get; } = [];

    public DropReason Send(Peer from, Ssrc ssrc, int sequence, ReadOnlySpan<byte> payload, uint timestamp = 0)
    {
        RtpHeader.Write(_header, PayloadType.L16At48Khz, false, new SequenceNumber((ushort)sequence), new RtpTimestamp(timestamp), ssrc, []);
        var reason = from.SendTo(Now, _queue, _header, payload);
        Launch(from);
        return reason;
    }

    /// <summary>Whatever an action writes into the queue leaves.</summary>
    public void Do(Peer from, Action<Instant, DatagramQueue> action)
    {
        action(Now, _queue);
        Launch(from);
    }

    /// <summary>Turns both peers until the time has passed.</summary>
    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (true)
        {
            var next = Instant.Min(A.NextTimeout, B.NextTimeout);
            foreach (var flight in _flights) next = Instant.Min(next, flight.At);
            next = Instant.Max(next, Now);
            if (next > end) break;
            Now = next;
            for (var i = 0; i < _flights.Count; i++)
            {
                if (_flights[i].At > Now) continue;
                Land(_flights[i]);
                _flights.RemoveAt(i--);
            }
            Do(A, A.HandleTimeout);
            Do(B, B.HandleTimeout);
        }
        Now = end;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }

    private void Launch(Peer from)
    {
        foreach (var run in _queue.Runs)
        {
            for (var offset = 0; offset < run.Length; offset += run.SegmentSize)
            {
                var bytes = _queue.Bytes(run).Slice(offset, Math.Min(run.SegmentSize, run.Length - offset)).ToArray();
                var log = from == A ? SentByA : SentByB;
                log.Add(bytes);
                if (Path(from == A, log.Count - 1) is { } delay) _flights.Add(new Flight(Now + delay, from == A, from == A ? AddressOfA : AddressOfB, bytes));
            }
        }
        _queue.Clear();
    }

    private void Land(Flight flight)
    {
        var copy = (byte[])flight.Bytes.Clone();
        var reason = (flight.IsFromA ? B : A).Receive(Now, flight.From, copy, out var packet);
        if (reason == DropReason.None && flight.IsFromA) ReceivedByB.Add(packet);
    }

    private sealed record Flight(Instant At, bool IsFromA, TransportAddress From, byte[] Bytes);
}
