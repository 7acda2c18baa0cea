namespace Parley.Transport.Protection;

/// <summary>AES-128-GCM under one key (RFC 5116 section 5.1): nonces of 12 bytes, tags of 16.</summary>
/// <remarks>Owned by one sender or receiver; not thread-safe. Allocates nothing after its construction.</remarks>
public interface IAeadCipher : IDisposable
{
    /// <summary>Encrypts a text and puts the tag behind it.</summary>
    /// <param name="nonce">12 bytes, never twice under this key; the caller sees to that.</param>
    /// <param name="associated">What the tag covers besides the text.</param>
    /// <param name="text">The plain text; may be empty.</param>
    /// <param name="sealedText">16 bytes longer than <paramref name="text"/>; begins where the text begins, or does not overlap it.</param>
    void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text, Span<byte> sealedText);

    /// <summary>Decrypts a text in place.</summary>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="associated">What the tag covers besides the text.</param>
    /// <param name="sealedText">The text and its tag, at least 16 bytes. The plain text is at its front afterwards.</param>
    /// <returns>False when it is not authentic; the text is overwritten with zeros then.</returns>
    bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> sealedText);
}
