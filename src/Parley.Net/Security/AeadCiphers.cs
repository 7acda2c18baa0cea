using Parley.Transport.Protection;

namespace Parley.Net;

/// <summary>Chooses at run time how media is encrypted on this machine.</summary>
public static class AeadCiphers
{
    /// <summary>Set to 0, it leaves OpenSSL's EVP aside.</summary>
    public const string EvpVariable = "PARLEY_EVP";

    /// <summary>OpenSSL's EVP where it works, the platform's AES-GCM elsewhere. Takes some ten microseconds; whoever composes a machine asks once.</summary>
    public static IAeadFactory Choose() =>
        Environment.GetEnvironmentVariable(EvpVariable) != "0" && EvpFactory.TryCreate(out var evp) ? evp : AesGcmFactory.Instance;
}
