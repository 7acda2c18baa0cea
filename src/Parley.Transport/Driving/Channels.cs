using Parley.Protocol.Addressing;

namespace Parley.Transport.Driving;

/// <summary>Names one control connection (TLS over TCP) between driver and machine; never reused within a process.</summary>
/// <param name="Value">Given by the driver for accepted connections, by the machine for those it asks for.</param>
public readonly record struct ChannelId(long Value);

/// <summary>Who is at the other end of a control connection.</summary>
/// <param name="Address">Where the connection comes from or goes to.</param>
/// <param name="PeerKeyHash">SHA-256 of the other side's SubjectPublicKeyInfo, 32 bytes; empty when it showed no certificate.</param>
/// <param name="IsIncoming">Whether the other side opened it.</param>
public readonly record struct ChannelPeer(TransportAddress Address, ReadOnlyMemory<byte> PeerKeyHash, bool IsIncoming);

/// <summary>What the body of a control frame is (docs/protocol/control.md).</summary>
public enum MessageKind : byte
{
    /// <summary>UTF-8 JSON with a <c>type</c>.</summary>
    Json = 1,

    /// <summary>Bytes whose meaning belongs to the channel (screen tiles, tunnelled datagrams; later).</summary>
    Binary = 2,
}

/// <summary>Why a control connection ended.</summary>
public enum ChannelCloseReason
{
    /// <summary>The other side closed it in good order.</summary>
    ClosedByPeer,

    /// <summary>The network or the other machine broke it.</summary>
    ConnectionLost,

    /// <summary>It could not be made: nobody listens, no route, name unknown.</summary>
    Unreachable,

    /// <summary>The other side's key is not the expected one.</summary>
    WrongKey,

    /// <summary>TLS could not be agreed on.</summary>
    HandshakeFailed,

    /// <summary>The other side sent a frame over the limit or of an unknown kind.</summary>
    ProtocolError,

    /// <summary>The other side read too slowly; its bounded queue ran over.</summary>
    TooSlow,

    /// <summary>Too many connections; the oldest that had not authenticated made room.</summary>
    Evicted,
}

/// <summary>What a machine wants done on control connections.</summary>
public enum ChannelActionKind
{
    /// <summary>Send <see cref="ChannelAction.Body"/>.</summary>
    Send,

    /// <summary>Send what is queued, then close.</summary>
    Close,

    /// <summary>Make the connection <see cref="ChannelAction.Channel"/> to <see cref="ChannelAction.Target"/>.</summary>
    Connect,

    /// <summary>The other side has authenticated: the limits on strangers no longer count this connection.</summary>
    Authenticated,
}

/// <summary>Where to connect to and whom to expect there.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="ExpectedKeyHash">32 bytes to insist on; empty to accept any and report it.</param>
public sealed record ChannelTarget(string Host, int Port, ReadOnlyMemory<byte> ExpectedKeyHash);

/// <summary>One thing to do on a control connection.</summary>
/// <param name="Kind">What.</param>
/// <param name="Channel">On which connection.</param>
/// <param name="MessageKind">For <see cref="ChannelActionKind.Send"/>.</param>
/// <param name="Body">For <see cref="ChannelActionKind.Send"/>; may be shared by many actions and is not written to again.</param>
/// <param name="Target">For <see cref="ChannelActionKind.Connect"/>.</param>
public readonly record struct ChannelAction(
    ChannelActionKind Kind, ChannelId Channel, MessageKind MessageKind, ReadOnlyMemory<byte> Body, ChannelTarget? Target)
{
    /// <summary>Sends a JSON body.</summary>
    public static ChannelAction SendJson(ChannelId channel, ReadOnlyMemory<byte> body) =>
        new(ChannelActionKind.Send, channel, MessageKind.Json, body, null);

    /// <summary>Closes after what is queued.</summary>
    public static ChannelAction Close(ChannelId channel) =>
        new(ChannelActionKind.Close, channel, MessageKind.Json, default, null);

    /// <summary>Connects.</summary>
    public static ChannelAction Connect(ChannelId channel, ChannelTarget target) =>
        new(ChannelActionKind.Connect, channel, MessageKind.Json, default, target);

    /// <summary>Takes the connection out of the limits on strangers.</summary>
    public static ChannelAction Authenticated(ChannelId channel) =>
        new(ChannelActionKind.Authenticated, channel, MessageKind.Json, default, null);
}
