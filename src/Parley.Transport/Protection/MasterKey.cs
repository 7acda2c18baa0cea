using System.Security.Cryptography;
using Parley.Protocol;

namespace Parley.Transport.Protection;

/// <summary>The secret of one direction between two parties: an SRTP master key and salt for AEAD_AES_128_GCM (RFC 7714 section 12).</summary>
/// <remarks>
/// Made fresh at each join, resume and server start, sent over TLS, never stored and never logged. One instance feeds at most one
/// <see cref="SrtpSender"/>: a second would count packets from the start again and use nonces twice.
/// </remarks>
public sealed class MasterKey
{
    /// <summary>Bytes of the key.</summary>
    public const int KeyLength = 16;

    /// <summary>Bytes of the salt.</summary>
    public const int SaltLength = 12;

    /// <summary>Bytes of both, as <see cref="ToBytes"/> writes them.</summary>
    public const int Length = KeyLength + SaltLength;

    private readonly byte[] _key;
    private readonly byte[] _salt;
    private bool _hasSender;

    /// <summary>Takes copies of a key and a salt.</summary>
    /// <param name="key16">16 bytes.</param>
    /// <param name="salt12">12 bytes.</param>
    public MasterKey(byte[] key16, byte[] salt12)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key16.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt12.Length, SaltLength);
        _key = [.. key16];
        _salt = [.. salt12];
    }

    internal ReadOnlySpan<byte> Key => _key;

    internal ReadOnlySpan<byte> Salt => _salt;

    /// <summary>Makes a fresh one.</summary>
    /// <param name="random">A cryptographic generator outside of tests.</param>
    public static MasterKey Create(IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[Length];
        random.Fill(bytes);
        var key = new MasterKey(bytes[..KeyLength].ToArray(), bytes[KeyLength..].ToArray());
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote; false when it is not 28 bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out MasterKey key)
    {
        key = null!;
        if (bytes.Length != Length) return false;
        key = new MasterKey(bytes[..KeyLength].ToArray(), bytes[KeyLength..].ToArray());
        return true;
    }

    /// <summary>Key, then salt: 28 bytes for the control connection, which is TLS.</summary>
    public byte[] ToBytes() => [.. _key, .. _salt];

    /// <summary>Says only that it is a key: records print their members, and a key must not reach a log.</summary>
    public override string ToString() => "MasterKey";

    internal void ClaimForSender()
    {
        if (_hasSender) throw new InvalidOperationException("This master key already has a sender; a second one would repeat its nonces.");
        _hasSender = true;
    }
}
