using System.Collections.Concurrent;
using Parley.Net;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;

namespace Parley.EndToEnd.Programs;

/// <summary>Lets everything pass and keeps copies of what goes out: the wire as an eavesdropper has it.</summary>
internal sealed class RecordingFilter : IDatagramFilter
{
    private readonly ConcurrentQueue<byte[]> _sent = new();

    /// <summary>Everything sent so far.</summary>
    public IReadOnlyCollection<byte[]> Sent => _sent;

    public bool IsTransparent => false;

    public Instant NextRelease => Instant.Never;

    public bool Pass(Instant now, DatagramDirection direction, in TransportAddress peer, ReadOnlySpan<byte> datagram)
    {
        if (direction == DatagramDirection.Outgoing) _sent.Enqueue(datagram.ToArray());
        return true;
    }

    public bool TryRelease(Instant now, out DatagramDirection direction, out TransportAddress peer, out Span<byte> datagram)
    {
        direction = DatagramDirection.Outgoing;
        peer = default;
        datagram = default;
        return false;
    }
}
