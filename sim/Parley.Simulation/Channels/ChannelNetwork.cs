using System.Net;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Simulation.Tracing;
using Parley.Transport.Driving;
using Parley.Transport.Impairment;

namespace Parley.Simulation.Channels;

/// <summary>
/// The control connections of a simulation: what a driver with TCP and TLS would do, without either. Messages arrive whole, in order and
/// unchanged, later on a slow or lossy path, or the connection ends with a reason.
/// </summary>
internal sealed class ChannelNetwork(Simulator simulator)
{
    /// <summary>One-way delays until the side that connects has its connection: TCP and TLS 1.3 take a round trip each.</summary>
    private const int ConnectDelays = 4;

    /// <summary>The side that accepts knows when the other's last handshake message arrives.</summary>
    private const int AcceptDelays = 5;

    /// <summary>Payload of a TCP segment in an Ethernet frame; each may be lost on its own.</summary>
    private const int SegmentBytes = 1460;

    /// <summary>Retransmissions of one segment before we let it through: some 13 s, near to what breaks a connection anyway.</summary>
    private const int MaxRetransmissions = 6;

    /// <summary>Ports from which connections come; where Linux takes them from.</summary>
    private const ushort FirstEphemeralPort = 32_768;

    private readonly IRandomSource _random = simulator.RandomFor("control connections");
    private long _accepted;

    /// <summary>Does what a machine asked for.</summary>
    public void Perform(SimulatedHost host, in ChannelAction action)
    {
        switch (action.Kind)
        {
            case ChannelActionKind.Connect:
                Connect(host, action.Channel, action.Target ?? throw new InvalidOperationException($"{host.Name} connects to nothing."));
                break;
            case ChannelActionKind.Send:
                Send(host, action);
                break;
            case ChannelActionKind.Close:
                Close(host, action.Channel);
                break;
            case ChannelActionKind.Authenticated:
                if (host.FindEnd(action.Channel) is { } end) end.IsAuthenticated = true;
                break;
            default:
                throw new InvalidOperationException($"{host.Name} asks for {action.Kind}.");
        }
    }

    /// <summary>Hands over what arrived next at an end.</summary>
    public void Deliver(ChannelEnd end, Instant now)
    {
        var input = end.Dequeue();
        var host = end.Host;
        var other = end.Remote?.Name ?? "";
        switch (input.Kind)
        {
            case ChannelInputKind.Opened:
                end.IsOpen = true;
                simulator.Record(host.Name, TraceKind.ChannelOpened, other, detail: Text(end));
                host.Endpoint.HandleChannelOpened(now, end.Id, input.Peer);
                break;
            case ChannelInputKind.Message when input.Body.Length > LimitOf(end):
                // The driver reads the length and hangs up before any byte of the body.
                TearOff(end.Peer, ChannelCloseReason.ConnectionLost, simulator.Now + OneWay(host, end.Remote));
                TellClosed(end, now, ChannelCloseReason.ProtocolError, "message over the limit");
                break;
            case ChannelInputKind.Message:
                var hash = ContentHash.Of(input.Body.Span);
                if (hash != input.BodyHash)
                    throw new InvalidOperationException($"{other} has written into the body of a message that it sent to {host.Name}.");
                simulator.Record(host.Name, TraceKind.MessageReceived, other, input.Body.Length, hash, Text(end));
                host.Endpoint.HandleMessage(now, end.Id, input.MessageKind, input.Body.Span);
                break;
            case ChannelInputKind.Closed:
                TellClosed(end, now, input.Reason, input.Detail);
                break;
            default:
                throw new InvalidOperationException($"Unknown input {input.Kind}.");
        }
    }

    /// <summary>The network between two hosts is cut: everything waits, but not for ever.</summary>
    public void OnCut(SimulatedHost a, SimulatedHost b)
    {
        foreach (var end in EndsBetween(a, b)) Hold(end, end.IsOpen || end.Peer?.IsOpen == true ? simulator.Options.ChannelPatience : simulator.Options.ConnectPatience);
    }

    /// <summary>The network between two hosts is whole again: what waited sets out.</summary>
    public void OnMended(SimulatedHost a, SimulatedHost b)
    {
        foreach (var end in EndsBetween(a, b).Where(end => end.IsHeld))
        {
            var oneWay = OneWay(end.Remote, end.Host);
            end.Release(kind => simulator.Now + (oneWay * (kind == ChannelInputKind.Opened ? OpeningDelays(end) : 1)));
        }
    }

    /// <summary>Both ends of every connection between two hosts are told at once that it is lost.</summary>
    public void Break(SimulatedHost a, SimulatedHost b)
    {
        foreach (var end in EndsBetween(a, b)) TearOff(end, ChannelCloseReason.ConnectionLost, simulator.Now);
    }

    /// <summary>A host has lost its address: it knows at once, the others when nothing has come for long enough.</summary>
    public void TearOff(SimulatedHost host)
    {
        foreach (var end in host.Ends.ToArray())
        {
            TearOff(end.Peer, ChannelCloseReason.ConnectionLost, simulator.Now + simulator.Options.ChannelPatience);
            TearOff(end, ChannelCloseReason.ConnectionLost, simulator.Now);
        }
    }

    /// <summary>A host's process has died: its system resets every connection.</summary>
    public void Reset(SimulatedHost host)
    {
        foreach (var end in host.Ends)
        {
            end.IsGone = true;
            // Behind what is on its way: an outage holds back the reset too.
            if (end.Peer is { IsGone: false } peer)
                peer.Enqueue(new(ChannelInputKind.Closed, simulator.Now + OneWay(host, end.Remote), Reason: ChannelCloseReason.ConnectionLost));
        }
        host.Ends.Clear();
    }

    private void Connect(SimulatedHost host, ChannelId id, ChannelTarget target)
    {
        if (host.FindEnd(id) is not null) throw new InvalidOperationException($"{host.Name} uses {id} twice.");
        simulator.Record(host.Name, TraceKind.ChannelRequested, target.Host, detail: $"channel {id.Value}");
        var remote = Find(target);
        var end = new ChannelEnd(host, id, remote, isIncoming: false);
        host.Ends.Add(end);
        if (remote is null)
        {
            end.Enqueue(new(ChannelInputKind.Closed, simulator.Now + simulator.Options.LanDelay, Reason: ChannelCloseReason.Unreachable, Detail: $"{target.Host} is not known"));
            return;
        }

        var there = OneWay(host, remote);
        var back = OneWay(remote, host);
        var isWrongKey = !target.ExpectedKeyHash.IsEmpty && !target.ExpectedKeyHash.Span.SequenceEqual(remote.Options.KeyHash.Span);
        if (!remote.Options.IsListening || (remote.Options.ControlPort != 0 && remote.Options.ControlPort != target.Port))
            end.Enqueue(new(ChannelInputKind.Closed, simulator.Now + there + back, Reason: ChannelCloseReason.Unreachable, Detail: "connection refused"));
        else if (isWrongKey)
            end.Enqueue(new(ChannelInputKind.Closed, simulator.Now + ((there + back) * 2), Reason: ChannelCloseReason.WrongKey, Detail: $"{remote.Name} shows another key"));
        else
            Open(end, remote, target, there, back);

        if (!simulator.PathBetween(host, remote).IsOut) return;
        Hold(end, simulator.Options.ConnectPatience);
        if (end.Peer is { } accepted) Hold(accepted, simulator.Options.ConnectPatience);
    }

    private void Open(ChannelEnd end, SimulatedHost remote, ChannelTarget target, TimeSpan there, TimeSpan back)
    {
        // Negative, as the real driver's are: machines that choose from 1 upwards never meet them.
        var accepted = new ChannelEnd(remote, new ChannelId(-1 - _accepted), end.Host, isIncoming: true) { Peer = end };
        end.Peer = accepted;
        remote.Ends.Add(accepted);
        var from = end.Host.Address with { Port = (ushort)(FirstEphemeralPort + (_accepted % FirstEphemeralPort)) };
        var to = remote.Address with { Port = (ushort)target.Port };
        _accepted++;
        simulator.After(simulator.Options.AuthenticationTime, () =>
        {
            if (accepted.IsAuthenticated || accepted.IsGone) return;
            TearOff(end, ChannelCloseReason.ConnectionLost, simulator.Now + OneWay(remote, end.Host));
            TearOff(accepted, ChannelCloseReason.Evicted, simulator.Now);
        });
        end.Enqueue(new(
            ChannelInputKind.Opened, simulator.Now + ((there + back) * 2), new ChannelPeer(to, remote.Options.KeyHash, IsIncoming: false)));
        accepted.Enqueue(new(
            ChannelInputKind.Opened, simulator.Now + ((there + back) * 2) + there, new ChannelPeer(from, end.Host.Options.KeyHash, IsIncoming: true)));
    }

    private void Send(SimulatedHost host, in ChannelAction action)
    {
        var hash = ContentHash.Of(action.Body.Span);
        var end = host.FindEnd(action.Channel);
        simulator.Record(
            host.Name, TraceKind.MessageSent, end?.Remote?.Name ?? "", action.Body.Length, hash, end is null ? $"channel {action.Channel.Value} is gone" : Text(end));
        if (end?.Peer is not { IsGone: false } peer) return;

        var options = simulator.PathBetween(host, peer.Host).Link.Options;
        var arrival = simulator.Now + options.Delay + RetransmissionTime(options, action.Body.Length);
        var transmission = options.Rate == 0 ? TimeSpan.Zero : new TimeSpan(action.Body.Length * 8L * TimeSpan.TicksPerSecond / options.Rate);
        peer.Enqueue(new(ChannelInputKind.Message, arrival, default, action.MessageKind, action.Body, hash), transmission);
        if (peer.QueuedBytes <= simulator.Options.ChannelQueueBytes) return;
        TearOff(peer, ChannelCloseReason.ConnectionLost, simulator.Now + OneWay(host, peer.Host));
        TearOff(end, ChannelCloseReason.TooSlow, simulator.Now);
    }

    private void Close(SimulatedHost host, ChannelId id)
    {
        if (host.FindEnd(id) is not { } end) return;
        simulator.Record(host.Name, TraceKind.ChannelLeft, end.Remote?.Name ?? "", detail: Text(end));
        end.IsGone = true;
        host.Ends.Remove(end);
        if (end.Peer is not { IsGone: false } peer) return;
        if (end.IsOpen || peer.IsOpen)
        {
            peer.Enqueue(new(ChannelInputKind.Closed, simulator.Now + OneWay(host, peer.Host), Reason: ChannelCloseReason.ClosedByPeer));
            return;
        }
        // Given up before it stood: the other machine never hears of it.
        peer.IsGone = true;
        peer.Host.Ends.Remove(peer);
    }

    private void TellClosed(ChannelEnd end, Instant now, ChannelCloseReason reason, string? detail)
    {
        end.IsGone = true;
        end.Host.Ends.Remove(end);
        // The side that accepts does not know of a connection that never stood; the one that asked for it waits for an answer.
        if (!end.IsOpen && end.IsIncoming) return;
        simulator.Record(end.Host.Name, TraceKind.ChannelClosed, end.Remote?.Name ?? "", detail: $"{Text(end)} {reason}");
        end.Host.Endpoint.HandleChannelClosed(now, end.Id, reason, detail);
    }

    /// <summary>Ends one side: nothing on its way arrives any more but the news.</summary>
    private static void TearOff(ChannelEnd? end, ChannelCloseReason reason, Instant arrival)
    {
        if (end is null or { IsGone: true }) return;
        // From now on sends of the other side lead nowhere, although this side has not heard yet.
        end.IsGone = true;
        end.Discard();
        end.Enqueue(new(ChannelInputKind.Closed, arrival, Reason: end.IsOpen ? reason : ChannelCloseReason.Unreachable));
    }

    private void Hold(ChannelEnd end, TimeSpan patience)
    {
        if (end.IsGone) return;
        end.IsHeld = true;
        var hold = ++end.HoldNumber;
        simulator.After(patience, () =>
        {
            if (end.IsHeld && end.HoldNumber == hold) TearOff(end, ChannelCloseReason.ConnectionLost, simulator.Now);
        });
    }

    private SimulatedHost? Find(ChannelTarget target)
    {
        foreach (var host in simulator.Hosts)
        {
            if (string.Equals(host.Name, target.Host, StringComparison.OrdinalIgnoreCase)) return host;
        }
        if (!IPAddress.TryParse(target.Host, out var ip)) return null;
        SimulatedHost? found = null;
        var address = TransportAddress.From(ip, target.Port).Address;
        foreach (var host in simulator.Hosts)
        {
            if (host.Address.Address != address) continue;
            // Several hosts may share an address, told apart by their ports.
            if (host.Options.ControlPort == target.Port) return host;
            found ??= host;
        }
        return found;
    }

    private static List<ChannelEnd> EndsBetween(SimulatedHost a, SimulatedHost b) =>
        [.. a.Ends.Where(end => end.Remote == b), .. b.Ends.Where(end => end.Remote == a)];

    private static int OpeningDelays(ChannelEnd end) => end.IsIncoming ? AcceptDelays : ConnectDelays;

    private static int LimitOf(ChannelEnd end) =>
        end.IsAuthenticated ? Limits.MaxControlMessage : Limits.MaxUnauthenticatedMessage;

    private TimeSpan OneWay(SimulatedHost? from, SimulatedHost? to) =>
        from is null || to is null ? simulator.Options.LanDelay : simulator.PathBetween(from, to).Link.Options.Delay;

    private TimeSpan RetransmissionTime(ImpairmentOptions options, int bytes)
    {
        var time = TimeSpan.Zero;
        if (options.Loss <= 0) return time;
        // Each lost segment holds up all that is behind it until it is sent again; the time-out doubles with each loss of the same one.
        for (var segment = 0; segment <= bytes / SegmentBytes; segment++)
        {
            for (var attempt = 0; attempt < MaxRetransmissions && _random.NextDouble() < options.Loss; attempt++)
                time += simulator.Options.RetransmissionDelay * (1 << attempt);
        }
        return time;
    }

    private static string Text(ChannelEnd end) => $"channel {end.Id.Value}";
}
