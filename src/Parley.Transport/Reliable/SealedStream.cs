using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Time;
using Parley.Transport.Protection;

namespace Parley.Transport.Reliable;

/// <summary>A reliable stream on the wire: seals its packets under keys of their own with a packet number that is never used twice, and opens the other side's.</summary>
/// <remarks>
/// The keys are derived from the session's master keys by labels of their own, when they are first needed. Replays are refused before decryption, and
/// nothing is remembered of a packet that is not authentic. Allocates nothing once both directions have been used. Not thread-safe.
/// </remarks>
internal sealed class SealedStream(PeerOptions options) : IDisposable
{
    private const int NonceLength = 12;
    private const int NumberAt = 4;

    private readonly ReplayWindow _seen = new();
    private Direction? _sending;
    private Direction? _receiving;
    private long _next;
    private bool _isDisposed;

    /// <summary>What the owner writes and reads.</summary>
    internal ReliableStream Stream { get; } = new(options.Reliable);

    /// <summary>Bytes of the datagram that carries a segment.</summary>
    internal static int DatagramLength(in ReliableSender.Outgoing next) => StreamHeader.Length + StreamData.OverheadLength + next.Bytes + Limits.AuthenticationTag;

    /// <summary>Takes a datagram: checks, decrypts in place, hands on.</summary>
    /// <param name="now">Time of reception.</param>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="position">Where it stands among the other side's packets; meaningful when <paramref name="isAuthentic"/>.</param>
    /// <param name="isAuthentic">It was sent by the other side, whatever is thought of what it says.</param>
    internal DropReason Receive(Instant now, Span<byte> datagram, out PacketPosition position, out bool isAuthentic)
    {
        position = default;
        isAuthentic = false;
        var reason = StreamHeader.TryParse(datagram, out var header);
        if (reason != DropReason.None) return reason;
        if (header.Ssrc != options.RemoteSsrc) return DropReason.UnknownSsrc;
        if (datagram.Length < StreamHeader.Length + Limits.AuthenticationTag) return DropReason.Truncated;
        reason = _seen.Check(header.Number);
        if (reason != DropReason.None) return reason;
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _receiving ??= new Direction(options.ReceiveKey!, options.Ciphers);
        if (!_receiving.TryOpen(header.Number, datagram)) return DropReason.NotAuthentic;
        isAuthentic = true;
        position = new PacketPosition(header.Number, header.Number > _seen.Highest);
        _seen.Accept(header.Number);
        return Stream.Receive(now, header, datagram[StreamHeader.Length..^Limits.AuthenticationTag]);
    }

    /// <summary>Seals the data packet that the stream gave by TryNext.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="next">What it gave.</param>
    /// <param name="room">At least <see cref="DatagramLength"/>.</param>
    /// <returns>Bytes of the datagram.</returns>
    internal int WriteData(Instant now, in ReliableSender.Outgoing next, Span<byte> room)
    {
        var number = _next++;
        var body = Stream.WriteData(now, next, number, room[StreamHeader.Length..]);
        return Seal(new StreamHeader(StreamPacketKind.Data, next.IsFinal, options.LocalSsrc, number), body, room);
    }

    /// <summary>Seals the acknowledgement or reset that is due.</summary>
    /// <param name="now">Time of sending.</param>
    /// <param name="room">A whole datagram's.</param>
    /// <returns>Bytes of the datagram.</returns>
    internal int WriteControl(Instant now, Span<byte> room)
    {
        var body = Stream.WriteControl(now, room[StreamHeader.Length..^Limits.AuthenticationTag], out var kind);
        return Seal(new StreamHeader(kind, false, options.LocalSsrc, _next++), body, room);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _sending?.Dispose();
        _receiving?.Dispose();
    }

    private int Seal(in StreamHeader header, int body, Span<byte> room)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _sending ??= new Direction(options.SendKey!, options.Ciphers);
        header.Write(room);
        var total = StreamHeader.Length + body + Limits.AuthenticationTag;
        _sending.Seal(header.Number, room[..total], body);
        return total;
    }

    /// <summary>Key and salt of one direction.</summary>
    private sealed class Direction : IDisposable
    {
        private readonly IAeadCipher _cipher;
        private readonly byte[] _salt = new byte[MasterKey.SaltLength];

        internal Direction(MasterKey master, IAeadFactory ciphers)
        {
            Span<byte> key = stackalloc byte[MasterKey.KeyLength];
            KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.StreamKeyLabel, key);
            KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.StreamSaltLabel, _salt);
            _cipher = ciphers.Create(key);
            CryptographicOperations.ZeroMemory(key);
        }

        internal void Seal(long number, Span<byte> datagram, int body)
        {
            Span<byte> nonce = stackalloc byte[NonceLength];
            WriteNonce(nonce, number);
            var text = datagram[StreamHeader.Length..];
            _cipher.Seal(nonce, datagram[..StreamHeader.Length], text[..body], text);
        }

        internal bool TryOpen(long number, Span<byte> datagram)
        {
            Span<byte> nonce = stackalloc byte[NonceLength];
            WriteNonce(nonce, number);
            return _cipher.TryOpen(nonce, datagram[..StreamHeader.Length], datagram[StreamHeader.Length..]);
        }

        public void Dispose()
        {
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_salt);
        }

        // Four zero bytes, then the packet number, XOR salt.
        private void WriteNonce(Span<byte> nonce, long number)
        {
            nonce.Clear();
            BinaryPrimitives.WriteInt64BigEndian(nonce[NumberAt..], number);
            for (var i = 0; i < nonce.Length; i++) nonce[i] ^= _salt[i];
        }
    }
}
