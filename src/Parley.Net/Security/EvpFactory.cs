using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Parley.Transport.Protection;

namespace Parley.Net;

/// <summary>Makes ciphers by OpenSSL's EVP, where the library is there and gives the answers that RFC 7714 prints.</summary>
public sealed class EvpFactory : IAeadFactory
{
    private EvpFactory()
    {
    }

    /// <inheritdoc />
    public string Name => "OpenSSL EVP";

    /// <summary>Finds the library and tries it.</summary>
    /// <returns>False where it is missing, too old, or wrong.</returns>
    public static bool TryCreate([NotNullWhen(true)] out EvpFactory? factory)
    {
        factory = null;
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(EvpNative.Library, typeof(EvpFactory).Assembly, null, out _)) return false;
        try
        {
            if (!KnowsTheAnswers()) return false;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or CryptographicException)
        {
            return false;
        }
        factory = new EvpFactory();
        return true;
    }

    /// <inheritdoc />
    public IAeadCipher Create(ReadOnlySpan<byte> key) => new EvpCipher(key);

    /// <summary>RFC 7714 section 16.1.1, both ways and with a forged tag, on one context as packets will use it.</summary>
    private static bool KnowsTheAnswers()
    {
        var key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
        var nonce = Convert.FromHexString("51753c6580c2726f20718414");
        var associated = Convert.FromHexString("8040f17b8041f8d35501a0b2");
        var text = "Gallia est omnis divisa in partes tres"u8;
        var expected = Convert.FromHexString(
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce");

        using var cipher = new EvpCipher(key);
        var sealedText = new byte[expected.Length];
        for (var round = 0; round < 2; round++)
        {
            cipher.Seal(nonce, associated, text, sealedText);
            if (!sealedText.AsSpan().SequenceEqual(expected)) return false;
            if (!cipher.TryOpen(nonce, associated, sealedText) || !sealedText.AsSpan(0, text.Length).SequenceEqual(text)) return false;
            expected.CopyTo(sealedText, 0);
            sealedText[^1] ^= 1;
            if (cipher.TryOpen(nonce, associated, sealedText) || sealedText.AsSpan(0, text.Length).ContainsAnyExcept((byte)0)) return false;
        }
        return true;
    }
}
