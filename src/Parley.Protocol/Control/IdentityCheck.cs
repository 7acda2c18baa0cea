using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Protocol.Control;

/// <summary>
/// The six digits that host and guest compare at a first contact. Each side commits to a nonce before it sees the other's, so whoever
/// sits between them must guess: one chance in a million that both sides show the same number over different keys.
/// </summary>
public static class IdentityCheck
{
    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 32;

    /// <summary>The commitment to a nonce: SHA-256 of it.</summary>
    public static byte[] Commit(ReadOnlySpan<byte> nonce) => SHA256.HashData(nonce);

    /// <summary>Whether a revealed nonce is the one committed to.</summary>
    public static bool Opens(ReadOnlySpan<byte> commitment, ReadOnlySpan<byte> nonce) =>
        nonce.Length == NonceLength && CryptographicOperations.FixedTimeEquals(commitment, SHA256.HashData(nonce));

    /// <summary>The digits, over the key hashes as <em>this</em> side sees them.</summary>
    /// <param name="serverKeyHash">SHA-256 of the server's SPKI.</param>
    /// <param name="clientKeyHash">SHA-256 of the client's SPKI; empty when it showed no certificate.</param>
    /// <param name="serverNonce">32 bytes.</param>
    /// <param name="clientNonce">32 bytes.</param>
    public static string Digits(
        ReadOnlySpan<byte> serverKeyHash, ReadOnlySpan<byte> clientKeyHash, ReadOnlySpan<byte> serverNonce, ReadOnlySpan<byte> clientNonce)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "parley identity check v1"u8);
        Append(hash, serverKeyHash);
        Append(hash, clientKeyHash);
        Append(hash, serverNonce);
        Append(hash, clientNonce);
        Span<byte> digest = stackalloc byte[32];
        hash.TryGetHashAndReset(digest, out _);
        return (BinaryPrimitives.ReadUInt64BigEndian(digest) % 1_000_000).ToString("D6");
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
