using System.Buffers.Binary;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Transport.Protection;

/// <summary>Encrypts and authenticates one direction of RTP and RTCP (RFC 3711, RFC 7714 AEAD_AES_128_GCM).</summary>
/// <remarks>
/// Keeps the rollover counter of each SSRC, and refuses to use an index twice. Sequence numbers of an SSRC move forward by less than 32768
/// at a step; one may also come late, up to <see cref="Limits.ReplayWindow"/> behind the newest, because a relay passes packets on in the
/// order in which the network brought them. A retransmission is the same protected bytes again, kept by the caller. Allocates only when an
/// SSRC is new. Not thread-safe.
/// </remarks>
public sealed class SrtpSender : IDisposable
{
    private const long LastIndex = (1L << 48) - 1;
    private const uint LastRtcpIndex = 0x7FFF_FFFF;
    private const int ExpectedStreams = 64;

    private readonly SessionCipher _cipher;
    private readonly Dictionary<uint, ReplayWindow> _used = new(ExpectedStreams);

    /// <summary>Makes the sender of a key; the key is used up (see <see cref="MasterKey"/>).</summary>
    /// <param name="key">Of this direction.</param>
    /// <param name="ciphers">Makes the ciphers; null for the platform's.</param>
    public SrtpSender(MasterKey key, IAeadFactory? ciphers = null)
    {
        key.ClaimForSender();
        _cipher = new SessionCipher(key, ciphers ?? AesGcmFactory.Instance);
    }

    internal SrtpSender(SessionCipher cipher) => _cipher = cipher;

    /// <summary>
    /// The index of the next RTCP datagram. One count for all SSRCs: each then sees gaps, as with loss, and no nonce comes twice.
    /// </summary>
    internal uint NextRtcpIndex { get; set; }

    /// <summary>Protects an RTP packet in place.</summary>
    /// <param name="buffer">The plain packet and room for 16 bytes more.</param>
    /// <param name="length">Bytes of the plain packet.</param>
    /// <returns>The total length.</returns>
    /// <exception cref="InvalidOperationException">Not an RTP packet, or its index was used before.</exception>
    public int ProtectRtp(Span<byte> buffer, int length)
    {
        var header = ParseOwn(buffer[..length]);
        var index = TakeIndex(header);
        var sealedPayload = buffer[header.HeaderLength..(length + Limits.AuthenticationTag)];
        _cipher.SealRtp(header.Ssrc.Value, index, buffer[..header.HeaderLength], sealedPayload[..^Limits.AuthenticationTag], sealedPayload);
        return length + Limits.AuthenticationTag;
    }

    /// <summary>Protects an RTP packet into another buffer without copying it first.</summary>
    /// <param name="plain">The plain packet.</param>
    /// <param name="destination">Room for 16 bytes more.</param>
    /// <inheritdoc cref="ProtectRtp(Span{byte}, int)"/>
    public int ProtectRtp(ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        var header = ParseOwn(plain);
        return Protect(header, plain[..header.HeaderLength], plain[header.HeaderLength..], destination);
    }

    /// <summary>Protects a payload under a header of its own: one payload, many receivers.</summary>
    /// <param name="header">A whole RTP header with nothing behind it.</param>
    /// <param name="payload">The payload; read only.</param>
    /// <param name="destination">Room for both and 16 bytes more.</param>
    /// <inheritdoc cref="ProtectRtp(Span{byte}, int)"/>
    public int ProtectRtp(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var parsed = ParseOwn(header);
        if (parsed.HeaderLength != header.Length) throw new InvalidOperationException("The header has a payload behind it.");
        return Protect(parsed, header, payload, destination);
    }

    /// <summary>Protects an RTCP datagram in place.</summary>
    /// <param name="buffer">The plain datagram and room for 20 bytes more.</param>
    /// <param name="length">Bytes of the plain datagram, at least 8.</param>
    /// <returns>The total length.</returns>
    /// <exception cref="InvalidOperationException">Not an RTCP packet, or 2^31 of them have been sent.</exception>
    public int ProtectRtcp(Span<byte> buffer, int length)
    {
        if (length < SessionCipher.RtcpClearLength || buffer[0] >> 6 != 2) throw new InvalidOperationException("Not an RTCP packet.");
        if (NextRtcpIndex > LastRtcpIndex) throw new InvalidOperationException("The RTCP indexes of this key are used up.");
        var index = NextRtcpIndex++;
        return _cipher.SealRtcp(BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]), index, buffer, length);
    }

    /// <inheritdoc />
    public void Dispose() => _cipher.Dispose();

    private int Protect(in RtpHeader header, ReadOnlySpan<byte> headerBytes, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        var total = headerBytes.Length + payload.Length + Limits.AuthenticationTag;
        // The destination is cut before the index is taken, so that a buffer that is too small costs no index.
        destination = destination[..total];
        var index = TakeIndex(header);
        headerBytes.CopyTo(destination);
        _cipher.SealRtp(header.Ssrc.Value, index, headerBytes, payload, destination[headerBytes.Length..]);
        return total;
    }

    private static RtpHeader ParseOwn(ReadOnlySpan<byte> packet)
    {
        var reason = RtpHeader.TryParseProtected(packet, out var header);
        if (reason != DropReason.None) throw new InvalidOperationException($"Not an RTP packet: {reason}.");
        return header;
    }

    private long TakeIndex(in RtpHeader header)
    {
        if (!_used.TryGetValue(header.Ssrc.Value, out var used))
        {
            used = new ReplayWindow();
            _used.Add(header.Ssrc.Value, used);
        }
        var index = used.Highest < 0
            ? header.Sequence.Value
            : used.Highest + header.Sequence.DistanceFrom(new SequenceNumber(unchecked((ushort)used.Highest)));
        if (index is < 0 or > LastIndex || used.Check(index) != DropReason.None)
            throw new InvalidOperationException($"{header.Ssrc} {header.Sequence} was used, or is too old to know; its nonce would be used twice.");
        used.Accept(index);
        return index;
    }
}
