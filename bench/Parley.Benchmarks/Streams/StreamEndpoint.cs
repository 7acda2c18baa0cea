using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Streams;

/// <summary>One end of a reliable stream and nothing else: writes as much as it takes, or reads what comes.</summary>
internal sealed class StreamEndpoint : IEndpoint, IDisposable
{
    private readonly byte[] _piece = new byte[256 * 1024];
    private readonly bool _isSender;
    private bool _isGoing;
    private long _moved;

    /// <summary>Makes an end.</summary>
    /// <param name="isSender">It writes; the other end reads.</param>
    /// <param name="to">The other end; default when it speaks first.</param>
    /// <param name="ciphers">Makes the ciphers.</param>
    public StreamEndpoint(bool isSender, TransportAddress to, IAeadFactory ciphers)
    {
        _isSender = isSender;
        var random = new SeededRandom(11);
        var (there, back) = (MasterKey.Create(random), MasterKey.Create(random));
        Peer = new Peer(PeerOptions.Default with
        {
            LocalSsrc = new Ssrc(isSender ? 1u : 2u),
            RemoteSsrc = new Ssrc(isSender ? 2u : 1u),
            SendKey = isSender ? there : back,
            ReceiveKey = isSender ? back : there,
            InitialAddress = to,
            Ciphers = ciphers,
        });
    }

    /// <summary>The transport.</summary>
    public Peer Peer { get; }

    /// <summary>Bytes acknowledged, or read. Any thread may ask.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <inheritdoc />
    public DatagramQueue Datagrams { get; } = new();

    /// <inheritdoc />
    public Transport.Driving.Timeout NextTimeout => new(Peer.NextTimeout, Peer.NextTimeoutReason);

    /// <summary>Begins or ends writing.</summary>
    public void Go(Instant now, bool isGoing)
    {
        _isGoing = isGoing;
        Fill(now);
    }

    /// <inheritdoc />
    public void HandleDatagram(Instant now, in TransportAddress from, Span<byte> datagram) => Peer.Receive(now, from, datagram, out _);

    /// <inheritdoc />
    public void HandleTimeout(Instant now)
    {
        Fill(now);
        Peer.HandleTimeout(now, Datagrams);
    }

    /// <inheritdoc />
    public void Flush(Instant now)
    {
        if (_isSender) Interlocked.Exchange(ref _moved, Peer.Files.AckedBytes);
        else for (var count = Peer.Files.Read(now, _piece); count > 0; count = Peer.Files.Read(now, _piece)) Interlocked.Add(ref _moved, count);
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

    /// <inheritdoc />
    public void Dispose() => Peer.Dispose();

    private void Fill(Instant now)
    {
        while (_isGoing && Peer.Files.FreeSpace >= _piece.Length) Peer.Files.TryWrite(now, _piece);
    }
}
