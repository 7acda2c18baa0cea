using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Protocol;

namespace Parley.Transport.Protection;

/// <summary>
/// The cipher of one direction: nonces and associated data as RFC 7714 sections 8.1, 8.2, 9.1 and 9.2 lay them out.
/// Keeps no packet counts; <see cref="SrtpSender"/> and <see cref="SrtpReceiver"/> do.
/// </summary>
internal sealed class SessionCipher : IDisposable
{
    /// <summary>Bytes that SRTCP appends behind the tag: the E bit and a 31-bit index.</summary>
    internal const int IndexLength = 4;

    /// <summary>Bytes of an RTCP packet that stay in the clear.</summary>
    internal const int RtcpClearLength = 8;

    private const uint EncryptedBit = 0x8000_0000;
    private const int NonceLength = 12;

    private readonly IAeadCipher _rtp;
    private readonly IAeadCipher _rtcp;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    internal SessionCipher(MasterKey master, IAeadFactory ciphers)
    {
        Span<byte> key = stackalloc byte[MasterKey.KeyLength];
        _rtpSalt = new byte[MasterKey.SaltLength];
        _rtcpSalt = new byte[MasterKey.SaltLength];
        KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.RtpSaltLabel, _rtpSalt);
        KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.RtcpSaltLabel, _rtcpSalt);
        KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.RtpKeyLabel, key);
        _rtp = ciphers.Create(key);
        KeyDerivation.Derive(master.Key, master.Salt, KeyDerivation.RtcpKeyLabel, key);
        _rtcp = ciphers.Create(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Takes session keys as they are: the vectors of RFC 7714 begin behind the derivation.</summary>
    internal SessionCipher(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> sessionSalt, IAeadFactory ciphers)
    {
        _rtp = ciphers.Create(sessionKey);
        _rtcp = ciphers.Create(sessionKey);
        _rtpSalt = sessionSalt.ToArray();
        _rtcpSalt = sessionSalt.ToArray();
    }

    /// <summary>Encrypts a payload; <paramref name="sealedPayload"/> is 16 bytes longer and may begin where it begins.</summary>
    internal void SealRtp(uint ssrc, long index, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> sealedPayload)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteRtpNonce(nonce, ssrc, index);
        _rtp.Seal(nonce, header, payload, sealedPayload);
    }

    /// <summary>Decrypts a payload in place. False when it is not authentic; it is overwritten with zeros then.</summary>
    internal bool TryOpenRtp(uint ssrc, long index, ReadOnlySpan<byte> header, Span<byte> sealedPayload)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteRtpNonce(nonce, ssrc, index);
        return _rtp.TryOpen(nonce, header, sealedPayload);
    }

    /// <summary>Encrypts an RTCP datagram in place and appends tag and index.</summary>
    /// <returns>The total length.</returns>
    internal int SealRtcp(uint ssrc, uint index, Span<byte> buffer, int length)
    {
        var total = length + Limits.AuthenticationTag + IndexLength;
        buffer = buffer[..total];
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> associated = stackalloc byte[RtcpClearLength + IndexLength];
        WriteRtcpNonce(nonce, ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[^IndexLength..], EncryptedBit | index);
        buffer[..RtcpClearLength].CopyTo(associated);
        buffer[^IndexLength..].CopyTo(associated[RtcpClearLength..]);
        _rtcp.Seal(nonce, associated, buffer[RtcpClearLength..length], buffer[RtcpClearLength..^IndexLength]);
        return total;
    }

    /// <summary>Decrypts an RTCP datagram in place. False when it is not authentic.</summary>
    internal bool TryOpenRtcp(uint ssrc, uint index, Span<byte> packet)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> associated = stackalloc byte[RtcpClearLength + IndexLength];
        WriteRtcpNonce(nonce, ssrc, index);
        packet[..RtcpClearLength].CopyTo(associated);
        packet[^IndexLength..].CopyTo(associated[RtcpClearLength..]);
        return _rtcp.TryOpen(nonce, associated, packet[RtcpClearLength..^IndexLength]);
    }

    /// <summary>Reads the word behind the tag. False when the E bit is not set: we never send RTCP in the clear.</summary>
    internal static bool TryReadIndex(ReadOnlySpan<byte> packet, out uint index)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(packet[^IndexLength..]);
        index = word & ~EncryptedBit;
        return (word & EncryptedBit) != 0;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        CryptographicOperations.ZeroMemory(_rtpSalt);
        CryptographicOperations.ZeroMemory(_rtcpSalt);
    }

    // 00 00 | SSRC | rollover counter | sequence number, XOR salt: the 48-bit index is the last six bytes.
    private void WriteRtpNonce(Span<byte> nonce, uint ssrc, long index)
    {
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], (ulong)index);
        BinaryPrimitives.WriteUInt16BigEndian(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        Mix(nonce, _rtpSalt);
    }

    // 00 00 | SSRC | 00 00 | index, XOR salt.
    private void WriteRtcpNonce(Span<byte> nonce, uint ssrc, uint index)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[2..], ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[8..], index);
        Mix(nonce, _rtcpSalt);
    }

    private static void Mix(Span<byte> nonce, ReadOnlySpan<byte> salt)
    {
        for (var i = 0; i < nonce.Length; i++) nonce[i] ^= salt[i];
    }
}
