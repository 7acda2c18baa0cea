using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;
using Parley.Transport.Protection;

namespace Parley.Simulation.Transfers;

/// <summary>Pairs of peers that share one impaired link in each direction, in virtual time: files alone, side by side, or beside media.</summary>
/// <remarks>The same seed gives the same run. Machines take no time here: what a run shows is the protocol, not its speed.</remarks>
public sealed class TransferLink : IDisposable
{
    private readonly List<TransferFlow> _flows = [];
    private readonly DatagramQueue _queue = new();
    private readonly byte[] _datagram = new byte[Limits.MaxReceivedDatagram];
    private readonly SeededRandom _random;

    /// <summary>Makes the link.</summary>
    /// <param name="there">From the first of each pair to the second.</param>
    /// <param name="back">The other way.</param>
    /// <param name="seed">Of losses and keys.</param>
    public TransferLink(ImpairmentOptions there, ImpairmentOptions back, int seed)
    {
        There = new ImpairedLink(there, seed);
        Back = new ImpairedLink(back, seed + 1000);
        _random = new SeededRandom((ulong)seed);
    }

    /// <summary>From the first of each pair to the second.</summary>
    public ImpairedLink There { get; }

    /// <summary>From the second of each pair to the first.</summary>
    public ImpairedLink Back { get; }

    /// <summary>The virtual time.</summary>
    public Instant Now { get; private set; } = new(TimeSpan.TicksPerHour);

    /// <summary>Called whenever time has moved on and everything due was done; may send by the peers.</summary>
    public Action<Instant>? OnTurn { get; set; }

    /// <summary>When <see cref="OnTurn"/> wants to be called next.</summary>
    public Func<Instant>? NextTurn { get; set; }

    /// <summary>The queue that peers send into; drained after each call.</summary>
    public DatagramQueue Datagrams => _queue;

    /// <summary>Adds a pair of peers.</summary>
    /// <param name="options">Of both; keys, SSRCs and address are filled in.</param>
    public TransferFlow Add(PeerOptions? options = null)
    {
        var number = (uint)_flows.Count + 1;
        var (there, back) = (MasterKey.Create(_random), MasterKey.Create(_random));
        var (first, second) = (new Ssrc(0x0a000000 + number), new Ssrc(0x0b000000 + number));
        options ??= PeerOptions.Default;
        var a = new Peer(options with { LocalSsrc = first, RemoteSsrc = second, SendKey = there, ReceiveKey = back, InitialAddress = AddressOf(number, 5001) });
        var b = new Peer(options with { LocalSsrc = second, RemoteSsrc = first, SendKey = back, ReceiveKey = there, InitialAddress = AddressOf(number, 40_000) });
        var flow = new TransferFlow(number, a, b);
        _flows.Add(flow);
        return flow;
    }

    /// <summary>Turns everything until the time has passed.</summary>
    public void Run(TimeSpan duration)
    {
        var end = Now + duration;
        while (true)
        {
            var next = Instant.Min(There.NextArrival, Back.NextArrival);
            foreach (var flow in _flows) next = Instant.Min(next, Instant.Min(flow.A.NextTimeout, flow.B.NextTimeout));
            if (NextTurn is { } turn) next = Instant.Min(next, turn());
            if (next > end) break;
            Now = Instant.Max(next, Now);
            Turn();
        }
        Now = end;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var flow in _flows) flow.Dispose();
    }

    private void Turn()
    {
        while (There.TryReceive(Now, _datagram, out var length, out var tag))
        {
            var flow = _flows[(int)tag - 1];
            flow.OnReceivedByB(Now, flow.B.Receive(Now, AddressOf((uint)tag, 40_000), _datagram.AsSpan(0, length), out var packet), packet);
        }
        while (Back.TryReceive(Now, _datagram, out var length, out var tag))
        {
            var flow = _flows[(int)tag - 1];
            flow.A.Receive(Now, AddressOf((uint)tag, 5001), _datagram.AsSpan(0, length), out _);
        }
        OnTurn?.Invoke(Now);
        Launch(There, 0);
        foreach (var flow in _flows)
        {
            flow.Fill(Now);
            if (flow.A.NextTimeout <= Now) flow.A.HandleTimeout(Now, _queue);
            Launch(There, flow.Tag);
            if (flow.B.NextTimeout <= Now) flow.B.HandleTimeout(Now, _queue);
            Launch(Back, flow.Tag);
        }
    }

    private void Launch(ImpairedLink link, long tag)
    {
        foreach (var run in _queue.Runs)
        {
            for (var rest = _queue.Bytes(run); !rest.IsEmpty; rest = rest[Math.Min(run.SegmentSize, rest.Length)..])
                link.Send(Now, rest[..Math.Min(run.SegmentSize, rest.Length)], tag == 0 ? TagOf(run.To) : tag);
        }
        _queue.Clear();
    }

    private static long TagOf(in TransportAddress to) => to.IPv4Bits & 0xffff;

    private static TransportAddress AddressOf(uint number, ushort port) => TransportAddress.FromIPv4(0x0a000000 + number, port);
}
