using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Simulation.Channels;
using Parley.Simulation.Network;
using Parley.Simulation.Tracing;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Simulation;

/// <summary>
/// The second driver of the core: any number of machines in virtual time, over networks as bad as wanted. The same seed gives the same
/// <see cref="Trace"/>, to the last bit.
/// </summary>
/// <remarks>
/// A turn of a host is what <see cref="IEndpoint"/> promises: all inputs due at this instant, the time-out if due, one Flush, then every output.
/// Hosts take turns in the order in which they were added. Not thread-safe; nothing here waits.
/// </remarks>
public sealed class Simulator
{
    /// <summary>More channel actions in one turn than any meeting asks for.</summary>
    private const int MaxActionsPerTurn = 1_000_000;

    private readonly List<SimulatedHost> _hosts = [];
    private readonly Dictionary<TransportAddress, SimulatedHost> _hostsByAddress = [];
    private readonly Dictionary<(int From, int To), NetworkPath> _paths = [];
    private readonly List<TransportAddress> _addresses = [];
    private readonly Dictionary<TransportAddress, int> _addressIndex = [];
    private readonly PriorityQueue<Action, (long At, long Order)> _actions = new();
    private readonly ChannelNetwork _channels;
    private long _actionOrder;

    /// <summary>Makes an empty network at virtual time zero.</summary>
    public Simulator(int seed, SimulatorOptions? options = null)
    {
        Seed = seed;
        Options = options ?? SimulatorOptions.Default;
        Trace = new Trace(Options.TraceEntries);
        _channels = new ChannelNetwork(this);
    }

    /// <summary>Decides every accident of this simulation.</summary>
    public int Seed { get; }

    /// <summary>What holds for the whole simulation.</summary>
    public SimulatorOptions Options { get; }

    /// <summary>True virtual time. A host's own clock may drift from it: <see cref="SimulatedHost.Now"/>.</summary>
    public Instant Now { get; private set; } = new(0);

    /// <summary>Everything that happened so far.</summary>
    public Trace Trace { get; }

    /// <summary>The hosts in the order in which they were added.</summary>
    public IReadOnlyList<SimulatedHost> Hosts => _hosts;

    /// <summary>Randomness for a machine or a scenario, of its own for each name: what one uses does not shift the others'.</summary>
    public IRandomSource RandomFor(string name) => SeededRandom.For(Seed, name);

    /// <summary>Puts a machine on a new host.</summary>
    /// <param name="name">Unique; control connections can be made to it.</param>
    /// <param name="endpoint">The machine; from now on driven by this simulator only.</param>
    /// <param name="address">Unique; where its datagrams come from.</param>
    /// <param name="options">Key, clock and door; null for <see cref="SimulatedHostOptions.Default"/>.</param>
    public SimulatedHost AddHost(string name, IEndpoint endpoint, TransportAddress address, SimulatedHostOptions? options = null)
    {
        if (_hosts.Exists(h => h.Name == name)) throw new ArgumentException($"There is a host {name} already.", nameof(name));
        var host = new SimulatedHost(this, _hosts.Count, name, endpoint, address, options ?? SimulatedHostOptions.Default);
        _hostsByAddress.Add(address, host);
        _hosts.Add(host);
        Note($"host {name} at {address}");
        return host;
    }

    /// <summary>Finds a host by its name.</summary>
    public SimulatedHost Host(string name) =>
        _hosts.Find(h => h.Name == name) ?? throw new ArgumentException($"There is no host {name}.", nameof(name));

    /// <summary>
    /// Makes the network between two hosts behave so from now on, each way on its own. <see cref="ImpairmentOptions.Direction"/> is seen from
    /// <paramref name="a"/>. Where no delay is asked, <see cref="SimulatorOptions.LanDelay"/> stays.
    /// </summary>
    public void Connect(SimulatedHost a, SimulatedHost b, ImpairmentOptions options) => Connect(
        a, b,
        options.AppliesTo(ImpairmentDirection.Up) ? options : ImpairmentOptions.None,
        options.AppliesTo(ImpairmentDirection.Down) ? options : ImpairmentOptions.None);

    /// <summary>Makes the two directions between two hosts behave differently.</summary>
    public void Connect(SimulatedHost a, SimulatedHost b, ImpairmentOptions fromAToB, ImpairmentOptions fromBToA)
    {
        PathBetween(a, b).Link.Options = WithDelay(fromAToB);
        PathBetween(b, a).Link.Options = WithDelay(fromBToA);
        Note($"{a.Name} to {b.Name}: {fromAToB}; back: {fromBToA}");
    }

    /// <summary>
    /// Cuts the network between two hosts, or mends it. Datagrams vanish, those on their way too; control messages wait, and after
    /// <see cref="SimulatorOptions.ChannelPatience"/> their connections are lost.
    /// </summary>
    public void SetOutage(SimulatedHost a, SimulatedHost b, bool on)
    {
        if (PathBetween(a, b).IsOut == on) return;
        Note($"{a.Name} and {b.Name} {(on ? "cut off" : "mended")}");
        PathBetween(a, b).IsOut = on;
        PathBetween(b, a).IsOut = on;
        if (on) _channels.OnCut(a, b);
        else _channels.OnMended(a, b);
    }

    /// <summary>Cuts a host off from all others, or mends that.</summary>
    public void SetOutage(SimulatedHost host, bool on)
    {
        foreach (var other in _hosts)
        {
            if (other != host) SetOutage(host, other, on);
        }
    }

    /// <summary>
    /// Gives a host another address in mid-call: what it sends comes from there, and what is sent to the old one, or on its way to it, vanishes.
    /// </summary>
    /// <param name="host">Who moves.</param>
    /// <param name="address">Where to; unique.</param>
    /// <param name="breaksChannels">
    /// Whether its control connections break, as TCP does: the host is told at once, the others after <see cref="SimulatorOptions.ChannelPatience"/>.
    /// </param>
    public void Rebind(SimulatedHost host, TransportAddress address, bool breaksChannels = false)
    {
        Note($"{host.Name} moves to {address}");
        _hostsByAddress.Add(address, host);
        _hostsByAddress.Remove(host.Address);
        host.Address = address;
        if (breaksChannels) _channels.TearOff(host);
    }

    /// <summary>Breaks the control connections between two hosts; both are told at once.</summary>
    public void BreakChannels(SimulatedHost a, SimulatedHost b)
    {
        Note($"channels of {a.Name} and {b.Name} break");
        _channels.Break(a, b);
    }

    /// <summary>Ends a host's process and starts another: its control connections are reset, what it knew is gone.</summary>
    public void Restart(SimulatedHost host, IEndpoint fresh)
    {
        Note($"{host.Name} restarts");
        _channels.Reset(host);
        host.Endpoint = fresh;
        host.NextTimeout = Timeout.Never;
        host.IsDirty = true;
    }

    /// <summary>Freezes a host's process: its inputs and time-outs wait until the time is over.</summary>
    public void Stall(SimulatedHost host, TimeSpan time)
    {
        Note($"{host.Name} stalls for {time.TotalMilliseconds} ms");
        host.StalledUntil = Instant.Max(host.StalledUntil, Now + time);
    }

    /// <summary>Makes a host's clock run fast or slow from now on, without a jump.</summary>
    /// <param name="host">Whose clock.</param>
    /// <param name="ppm">Parts per million; positive is fast.</param>
    public void SetDrift(SimulatedHost host, double ppm)
    {
        host.Clock.SetDrift(Now, ppm);
        host.IsDirty = true;
    }

    /// <summary>What became of the datagrams from one host to another.</summary>
    public ImpairmentStats Stats(SimulatedHost from, SimulatedHost to) => PathBetween(from, to).Link.Stats;

    /// <summary>How long a datagram from one host to another would wait now for a rate limit.</summary>
    public TimeSpan QueueDelay(SimulatedHost from, SimulatedHost to) => PathBetween(from, to).Link.QueueDelayAt(Now);

    /// <summary>Does something at a time; the past means now. Machines may be called: their outputs are looked at afterwards.</summary>
    public void At(Instant time, Action action) => _actions.Enqueue(action, (Math.Max(time.Ticks, Now.Ticks), _actionOrder++));

    /// <summary>Does something after a time.</summary>
    public void After(TimeSpan time, Action action) => At(Now + time, action);

    /// <summary>Writes a line into the trace.</summary>
    public void Note(string text) => Record("", TraceKind.Note, detail: text);

    /// <summary>Lets virtual time pass.</summary>
    public void RunFor(TimeSpan time) => Advance(Now + time, until: null);

    /// <summary>Lets virtual time pass until something is so.</summary>
    /// <param name="condition">Looked at whenever something has happened.</param>
    /// <param name="limit">How long at most.</param>
    /// <returns>Whether it came to be so.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan limit) => Advance(Now + limit, condition);

    internal void Record(
        string host, TraceKind kind, string other = "", int size = 0, ulong contentHash = 0, string detail = "") =>
        Trace.Add(new TraceEntry(Now, host, kind, other, size, contentHash, detail));

    internal NetworkPath PathBetween(SimulatedHost from, SimulatedHost to)
    {
        if (_paths.TryGetValue((from.Index, to.Index), out var path)) return path;
        // The seed follows from the names, so that another host in the scenario does not change this path's fate.
        var seed = unchecked((int)SeededRandom.For(Seed, $"{from.Name}>{to.Name}").NextUInt32());
        path = new NetworkPath(from, to, new ImpairedLink(WithDelay(ImpairmentOptions.None), seed));
        _paths.Add((from.Index, to.Index), path);
        to.Inbound.Add(path);
        return path;
    }

    private bool Advance(Instant limit, Func<bool>? until)
    {
        // Whoever calls may have called machines before.
        foreach (var host in _hosts) host.IsDirty = true;
        while (true)
        {
            if (until?.Invoke() == true) return true;
            var next = _actions.TryPeek(out _, out var due) ? new Instant(due.At) : Instant.Never;
            foreach (var host in _hosts) next = Instant.Min(next, host.NextTurn);
            if (next > limit)
            {
                Now = limit;
                return false;
            }
            Now = Instant.Max(Now, next);
            DoActions();
            // By index: an action or a machine's turn may have added hosts.
            for (var i = 0; i < _hosts.Count; i++)
            {
                if (_hosts[i].NextTurn <= Now) TakeTurn(_hosts[i]);
            }
        }
    }

    private void DoActions()
    {
        var any = false;
        while (_actions.TryPeek(out var action, out var due) && due.At <= Now.Ticks)
        {
            _actions.Dequeue();
            action();
            any = true;
        }
        if (!any) return;
        foreach (var host in _hosts) host.IsDirty = true;
    }

    private void TakeTurn(SimulatedHost host)
    {
        GuardAgainstStandstill(host);
        host.IsDirty = false;
        var now = host.Now;
        while (TryDeliverNext(host, now))
        {
            // Everything that is due is one batch.
        }
        var timeout = host.Endpoint.NextTimeout;
        if (timeout.At <= now)
        {
            Record(host.Name, TraceKind.TimedOut, detail: timeout.Reason.ToString());
            host.Endpoint.HandleTimeout(now);
        }
        host.Endpoint.Flush(now);
        SendDatagrams(host);
        PerformChannelActions(host);

        var next = host.Endpoint.NextTimeout;
        host.NextTimeout = next with { At = Instant.Max(Now, host.Clock.WhenShows(next.At)) };
    }

    private void GuardAgainstStandstill(SimulatedHost host)
    {
        if (host.LastTurn != Now)
        {
            host.LastTurn = Now;
            host.TurnsAtInstant = 0;
        }
        if (++host.TurnsAtInstant <= Options.MaxTurnsPerInstant) return;
        throw new SimulationStuckException(
            $"{host.Name} took {Options.MaxTurnsPerInstant} turns at {Now}; it waits for {host.NextTimeout.Reason} at {host.Endpoint.NextTimeout.At} "
            + $"while its clock shows {host.Now}.");
    }

    /// <summary>Hands over the one input that arrived first; datagrams before control messages, older paths before newer, at the same time.</summary>
    private bool TryDeliverNext(SimulatedHost host, Instant now)
    {
        var first = Instant.Never;
        NetworkPath? path = null;
        ChannelEnd? end = null;
        foreach (var candidate in host.Inbound)
        {
            if (candidate.Link.NextArrival >= first) continue;
            first = candidate.Link.NextArrival;
            path = candidate;
        }
        foreach (var candidate in host.Ends)
        {
            if (candidate.NextArrival >= first) continue;
            first = candidate.NextArrival;
            end = candidate;
        }
        if (first > Now) return false;
        if (end is not null) _channels.Deliver(end, now);
        else DeliverDatagram(path!, now);
        return true;
    }

    private void DeliverDatagram(NetworkPath path, Instant now)
    {
        var host = path.To;
        if (!path.Link.TryReceive(Now, host.ReceiveBuffer, out var length, out var tag)) return;
        var datagram = host.ReceiveBuffer.AsSpan(0, length);
        var (from, to) = (_addresses[(int)(tag >> 32)], _addresses[(int)(tag & uint.MaxValue)]);
        if (path.IsOut || to != host.Address)
        {
            Record(host.Name, TraceKind.DatagramLost, path.From.Name, length, ContentHash.Of(datagram), path.IsOut ? "outage" : "moved away");
            return;
        }
        Record(host.Name, TraceKind.DatagramReceived, path.From.Name, length, ContentHash.Of(datagram));
        host.DatagramsReceived++;
        host.BytesReceived += length;
        host.Endpoint.HandleDatagram(now, from, datagram);
    }

    private void SendDatagrams(SimulatedHost host)
    {
        var queue = host.Endpoint.Datagrams;
        foreach (ref readonly var run in queue.Runs)
        {
            var bytes = queue.Bytes(run);
            while (!bytes.IsEmpty)
            {
                var size = Math.Min(run.SegmentSize, bytes.Length);
                SendDatagram(host, run.To, bytes[..size]);
                bytes = bytes[size..];
            }
        }
        queue.Clear();
    }

    private void SendDatagram(SimulatedHost host, in TransportAddress to, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > Options.MaxDatagram)
            throw new InvalidOperationException($"{host.Name} sends a datagram of {datagram.Length} bytes; a path bears {Options.MaxDatagram}.");
        host.DatagramsSent++;
        host.BytesSent += datagram.Length;
        var hash = ContentHash.Of(datagram);
        if (!_hostsByAddress.TryGetValue(to, out var target))
        {
            Record(host.Name, TraceKind.DatagramLost, to.ToString(), datagram.Length, hash, "nobody there");
            return;
        }
        var path = PathBetween(host, target);
        if (path.IsOut)
        {
            Record(host.Name, TraceKind.DatagramLost, target.Name, datagram.Length, hash, "outage");
            return;
        }
        var reason = path.Link.Send(Now, datagram, ((long)IndexOf(host.Address) << 32) | (uint)IndexOf(to));
        if (reason == DropReason.None) Record(host.Name, TraceKind.DatagramSent, target.Name, datagram.Length, hash);
        else Record(host.Name, TraceKind.DatagramLost, target.Name, datagram.Length, hash, reason.ToString());
    }

    private void PerformChannelActions(SimulatedHost host)
    {
        var count = 0;
        while (host.Endpoint.PollChannelAction(out var action))
        {
            if (count++ == MaxActionsPerTurn) throw new SimulationStuckException($"{host.Name} asks for channel actions without end at {Now}.");
            _channels.Perform(host, action);
        }
    }

    private int IndexOf(in TransportAddress address)
    {
        if (_addressIndex.TryGetValue(address, out var index)) return index;
        index = _addresses.Count;
        _addresses.Add(address);
        _addressIndex.Add(address, index);
        return index;
    }

    private ImpairmentOptions WithDelay(ImpairmentOptions options) =>
        options.Delay == TimeSpan.Zero ? options with { Delay = Options.LanDelay } : options;
}
