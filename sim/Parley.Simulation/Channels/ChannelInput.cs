using Parley.Protocol.Time;
using Parley.Transport.Driving;

namespace Parley.Simulation.Channels;

/// <summary>What a control connection brings to one of its ends.</summary>
internal enum ChannelInputKind
{
    Opened,
    Message,
    Closed,
}

/// <summary>One thing on its way to the end of a control connection.</summary>
internal readonly record struct ChannelInput(
    ChannelInputKind Kind,
    Instant Arrival,
    ChannelPeer Peer = default,
    MessageKind MessageKind = default,
    ReadOnlyMemory<byte> Body = default,
    ulong BodyHash = 0,
    ChannelCloseReason Reason = default,
    string? Detail = null);
