namespace Parley.Transport.Protection;

/// <summary>Makes the ciphers of media keys: the platform's by default, a faster one where the edge has found one.</summary>
/// <remarks>Any thread may use it.</remarks>
public interface IAeadFactory
{
    /// <summary>What the ciphers are, for logs.</summary>
    string Name { get; }

    /// <summary>Makes a cipher; the key is not kept outside of it.</summary>
    /// <param name="key">16 bytes.</param>
    IAeadCipher Create(ReadOnlySpan<byte> key);
}
