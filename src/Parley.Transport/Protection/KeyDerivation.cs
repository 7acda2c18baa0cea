using System.Security.Cryptography;

namespace Parley.Transport.Protection;

/// <summary>Session keys out of a master key by AES in counter mode, derivation rate 0 (RFC 3711 section 4.3, RFC 7714 section 11).</summary>
internal static class KeyDerivation
{
    internal const byte RtpKeyLabel = 0;
    internal const byte RtpSaltLabel = 2;
    internal const byte RtcpKeyLabel = 3;
    internal const byte RtcpSaltLabel = 5;

    /// <summary>Our own: the reliable stream's key and salt. The RFCs use labels up to 7.</summary>
    internal const byte StreamKeyLabel = 0x40;
    internal const byte StreamSaltLabel = 0x42;

    private const int BlockLength = 16;
    private const int LongSaltLength = 14;
    private const int LabelAt = 7;

    /// <summary>Derives one key.</summary>
    /// <param name="masterKey">16 bytes.</param>
    /// <param name="masterSalt">12 bytes, which count as 14 with zeros behind them (RFC 7714 section 11), or 14 bytes.</param>
    /// <param name="label">What the key is for.</param>
    /// <param name="output">Filled whole.</param>
    internal static void Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte label, Span<byte> output)
    {
        // The counter block is (label || index 0) XOR salt, followed by a 16-bit block counter.
        Span<byte> counter = stackalloc byte[BlockLength];
        counter.Clear();
        masterSalt[..Math.Min(masterSalt.Length, LongSaltLength)].CopyTo(counter);
        counter[LabelAt] ^= label;

        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        Span<byte> stream = stackalloc byte[BlockLength];
        for (var block = 0; block * BlockLength < output.Length; block++)
        {
            counter[14] = (byte)(block >> 8);
            counter[15] = (byte)block;
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            var rest = output[(block * BlockLength)..];
            stream[..Math.Min(BlockLength, rest.Length)].CopyTo(rest);
        }
        CryptographicOperations.ZeroMemory(stream);
    }
}
