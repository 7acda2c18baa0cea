using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.Transport.Driving;

/// <summary>
/// The one contract between a protocol machine and what drives it: the real network in Parley.Net, the simulator in Parley.Simulation.
/// </summary>
/// <remarks>
/// A driver makes one or more <c>Handle</c> calls, then <see cref="Flush"/>, then polls every output until it is empty, then waits until
/// <see cref="NextTimeout"/> or the next input. All calls come from one thread. A machine holds no socket, clock or randomness of its own.
/// </remarks>
public interface IEndpoint
{
    /// <summary>Takes one UDP payload.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="from">Where it came from; not proven until it authenticates.</param>
    /// <param name="datagram">The payload; the machine may decrypt it in place and may not keep it.</param>
    void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram);

    /// <summary>A control connection has been accepted, or one asked for by <see cref="ChannelActionKind.Connect"/> stands.</summary>
    void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer);

    /// <summary>Takes one framed message of a control connection.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="channel">Which connection.</param>
    /// <param name="kind">JSON or binary.</param>
    /// <param name="body">The body; may not be kept.</param>
    void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body);

    /// <summary>A control connection is gone, or could not be made. Not called for a connection that the machine itself closed.</summary>
    void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail);

    /// <summary>The time given by <see cref="NextTimeout"/> has come (it may also be called early; that is harmless).</summary>
    void HandleTimeout(Instant now);

    /// <summary>Called once after a batch of inputs and before outputs are polled: the moment to turn packets into runs.</summary>
    void Flush(Instant now);

    /// <summary>When <see cref="HandleTimeout"/> wants to be called next, and why. <see cref="Instant.Never"/>: only on input.</summary>
    Timeout NextTimeout { get; }

    /// <summary>The datagrams to send, as runs. The driver drains it and calls <see cref="DatagramQueue.Clear"/>.</summary>
    DatagramQueue Datagrams { get; }

    /// <summary>The next thing to do on control connections; false when there is none.</summary>
    bool PollChannelAction(out ChannelAction action);
}
