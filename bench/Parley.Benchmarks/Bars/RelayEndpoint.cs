using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Congestion;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Bars;

/// <summary>
/// The barest relay that can be made of the shipped classes: what comes in is held until the flush and goes to every receiver, as it is or opened
/// once and sealed for each by a <see cref="Peer"/>.
/// </summary>
internal sealed class RelayEndpoint : IEndpoint
{
    private const int MaxPending = 64;

    /// <summary>Packets leave as soon as they come, and are still kept for sending again, as in a meeting on a fast network.</summary>
    private const long UnlimitedRate = 50_000_000_000;

    private static readonly Ssrc Stream = new(0x5EA1_0001);

    private readonly TransportAddress[] _receivers;
    private readonly Peer[] _peers = [];
    private readonly Peer? _publisher;
    private readonly byte[] _pending = GC.AllocateUninitializedArray<byte>(MaxPending * Limits.MaxReceivedDatagram, pinned: true);
    private readonly int[] _lengths = new int[MaxPending];
    private int _count;

    /// <summary>Makes a relay.</summary>
    /// <param name="receivers">Where everything goes.</param>
    /// <param name="key">Of what comes in; null to pass datagrams on as they are.</param>
    /// <param name="ciphers">Makes the ciphers.</param>
    public RelayEndpoint(TransportAddress[] receivers, MasterKey? key, IAeadFactory ciphers)
    {
        _receivers = receivers;
        if (key is null) return;
        var random = new SeededRandom(7);
        _publisher = NewPeer(MasterKey.Create(random), key, default);
        _publisher.RegisterReceived(Stream, 90_000, StreamKind.Video);
        _peers = [.. receivers.Select(r => NewPeer(MasterKey.Create(random), MasterKey.Create(random), r))];
        foreach (var peer in _peers) peer.RegisterSent(Stream, 90_000, StreamKind.Video);

        Peer NewPeer(MasterKey send, MasterKey receive, TransportAddress to) => new(new PeerOptions
        {
            LocalSsrc = new Ssrc(1),
            RemoteSsrc = new Ssrc(2),
            SendKey = send,
            ReceiveKey = receive,
            InitialAddress = to,
            Ciphers = ciphers,
            Congestion = CongestionOptions.Fixed(UnlimitedRate),
        });
    }

    /// <summary>The SSRC of the stream that is relayed sealed.</summary>
    public static Ssrc StreamSsrc => Stream;

    /// <inheritdoc />
    public Transport.Driving.Timeout NextTimeout => Transport.Driving.Timeout.Never;

    /// <inheritdoc />
    public DatagramQueue Datagrams { get; } = new();

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram)
    {
        var length = datagram.Length;
        if (_publisher is not null)
        {
            if (_publisher.Receive(now, from, datagram, out var packet) != DropReason.None) return;
            length = packet.Length;
        }
        if (_count == MaxPending) Flush(now);
        datagram[..length].CopyTo(_pending.AsSpan(_count * Limits.MaxReceivedDatagram));
        _lengths[_count++] = length;
    }

    /// <inheritdoc />
    public void Flush(Instant now)
    {
        if (_publisher is null)
        {
            foreach (ref readonly var receiver in _receivers.AsSpan())
            {
                for (var i = 0; i < _count; i++) Datagrams.Add(receiver, _pending.AsSpan(i * Limits.MaxReceivedDatagram, _lengths[i]));
            }
        }
        else
        {
            foreach (var peer in _peers)
            {
                for (var i = 0; i < _count; i++)
                {
                    var packet = _pending.AsSpan(i * Limits.MaxReceivedDatagram, _lengths[i]);
                    peer.SendTo(now, Datagrams, packet[..Limits.RtpHeader], packet[Limits.RtpHeader..]);
                }
            }
        }
        _count = 0;
    }

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
    }

    /// <inheritdoc />
    public void HandleChannelOpened(Instant now, ChannelId channel, in ChannelPeer peer)
    {
    }

    /// <inheritdoc />
    public void HandleMessage(Instant now, ChannelId channel, MessageKind kind, ReadOnlySpan<byte> body)
    {
    }

    /// <inheritdoc />
    public void HandleChannelClosed(Instant now, ChannelId channel, ChannelCloseReason reason, string? detail)
    {
    }

    /// <inheritdoc />
    public bool PollChannelAction(out ChannelAction action)
    {
        action = default;
        return false;
    }
}
