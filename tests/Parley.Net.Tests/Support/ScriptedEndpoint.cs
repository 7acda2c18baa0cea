using System.Text;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Transport.Driving;
using Timeout = Parley.Transport.Driving.Timeout;

namespace Parley.Net.Tests.Support;

/// <summary>An endpoint whose behaviour a test writes down; what it is told, it remembers in signals.</summary>
internal sealed class ScriptedEndpoint : IEndpoint
{
    private readonly Queue<ChannelAction> _actions = new();

    public delegate void DatagramHandler(Instant now, in TransportAddress from, Span<byte> datagram);

    public DatagramHandler? OnDatagram { get; set; }

    public Action<ChannelId, ChannelPeer>? OnOpened { get; set; }

    public Action<ChannelId, MessageKind, byte[]>? OnMessage { get; set; }

    public Action<ChannelId, ChannelCloseReason, string?>? OnClosed { get; set; }

    public Action<Instant>? OnTimeout { get; set; }

    public Action<Instant>? OnFlush { get; set; }

    public Timeout NextTimeout { get; set; } = Timeout.Never;

    public DatagramQueue Datagrams { get; } = new();

    public Signals<ChannelId> Opened { get; } = new();

    public Signals<(ChannelId Channel, ChannelPeer Peer)> Peers { get; } = new();

    public Signals<(ChannelId Channel, MessageKind Kind, byte[] Body)> Messages { get; } = new();

    public Signals<(ChannelId Channel, ChannelCloseReason Reason, string? Detail)> Closed { get; } = new();

    public void Ask(in ChannelAction action) => _actions.Enqueue(action);

    public void SendText(ChannelId channel, string text) => Ask(ChannelAction.SendJson(channel, Encoding.UTF8.GetBytes(text)));

    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram) => OnDatagram?.Invoke(now, from, datagram);

    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
        OnOpened?.Invoke(channel, peer);
        Peers.Add((channel, peer));
        Opened.Add(channel);
    }

    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
        var copy = body.ToArray();
        OnMessage?.Invoke(channel, kind, copy);
        Messages.Add((channel, kind, copy));
    }

    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail)
    {
        OnClosed?.Invoke(channel, reason, detail);
        Closed.Add((channel, reason, detail));
    }

    public void HandleTimeout(Instant now)
    {
        NextTimeout = Timeout.Never;
        OnTimeout?.Invoke(now);
    }

    public void Flush(Instant now) => OnFlush?.Invoke(now);

    public bool PollChannelAction(out ChannelAction action) => _actions.TryDequeue(out action);
}
