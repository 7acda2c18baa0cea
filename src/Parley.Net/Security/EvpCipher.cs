using System.Security.Cryptography;
using Parley.Protocol;
using Parley.Transport.Protection;
using static Parley.Net.EvpNative;

namespace Parley.Net;

/// <summary>AES-128-GCM by OpenSSL's EVP: one context for the life of a key, so that a packet costs its bytes and no set-up.</summary>
/// <remarks>A forged packet is an answer here, not an exception. A failure that only a broken library can cause throws.</remarks>
internal sealed unsafe class EvpCipher : IAeadCipher
{
    private const int NonceLength = 12;
    private const int Opening = 0;
    private const int Sealing = 1;

    private readonly EvpContext _context = new();

    internal EvpCipher(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, MasterKey.KeyLength);
        if (_context.IsInvalid) throw new CryptographicException("OpenSSL has no memory for a cipher.");
        fixed (byte* bytes = key)
        {
            Check(Initialise(_context.Pointer, Aes128Gcm(), 0, bytes, null, Sealing));
        }
    }

    /// <inheritdoc />
    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text, Span<byte> sealedText)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sealedText.Length, text.Length + Limits.AuthenticationTag);
        var context = Begin(nonce, associated, Sealing);
        int written;
        fixed (byte* input = text, output = sealedText)
        {
            if (!text.IsEmpty) Check(Update(context, output, &written, input, text.Length));
            Check(Finish(context, output + text.Length, &written));
            Check(Control(context, GetTag, Limits.AuthenticationTag, output + text.Length));
        }
        GC.KeepAlive(_context);
    }

    /// <inheritdoc />
    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> sealedText)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sealedText.Length, Limits.AuthenticationTag);
        var length = sealedText.Length - Limits.AuthenticationTag;
        var context = Begin(nonce, associated, Opening);
        int written;
        bool isAuthentic;
        fixed (byte* text = sealedText)
        {
            if (length > 0) Check(Update(context, text, &written, text, length));
            Check(Control(context, SetTag, Limits.AuthenticationTag, text + length));
            isAuthentic = Finish(context, text + length, &written) == 1;
        }
        // The library decrypts before it can know; nobody may see what is not authentic.
        if (!isAuthentic) sealedText[..length].Clear();
        GC.KeepAlive(_context);
        return isAuthentic;
    }

    /// <inheritdoc />
    public void Dispose() => _context.Dispose();

    private nint Begin(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, int direction)
    {
        ObjectDisposedException.ThrowIf(_context.IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceLength);
        var context = _context.Pointer;
        int written;
        fixed (byte* bytes = nonce, covered = associated)
        {
            Check(Initialise(context, 0, 0, null, bytes, direction));
            if (!associated.IsEmpty) Check(Update(context, null, &written, covered, associated.Length));
        }
        return context;
    }

    private static void Check(int result)
    {
        if (result != 1) throw new CryptographicException("OpenSSL refuses to encrypt.");
    }
}
