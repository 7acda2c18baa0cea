using System.Buffers.Text;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Net;

/// <summary>
/// TLS as we speak it: 1.3, or 1.2 with ECDHE and AEAD; both sides show a self-signed certificate, and only the hash of its key counts.
/// </summary>
/// <remarks>One per hub; thread-safe. The chain engine is told not to look for anything: there is no authority to be found.</remarks>
internal sealed class TlsSettings
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Not a host name, so that nothing on the wire tells which address was typed.</summary>
    private const string ServerName = "parley";

    /// <summary>Ours has some 300 bytes; a stranger's may be of another make, but not a way to make us work.</summary>
    private const int MaxCertificate = 8 * 1024;

    private readonly SslStreamCertificateContext _certificate;
    private readonly CipherSuitesPolicy? _cipherSuites = CreateCipherSuites();

    public TlsSettings(Identity identity) =>
        _certificate = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true);

    /// <summary>For accepted connections. A certificate is asked for and may be missing.</summary>
    public SslServerAuthenticationOptions ForServer() => new()
    {
        ServerCertificateContext = _certificate,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = AcceptsAnyCaller,
        EnabledSslProtocols = Protocols,
        CipherSuitesPolicy = _cipherSuites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = LocalChain(),
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    /// <summary>For connections that we make.</summary>
    /// <param name="pin">What to expect there; it remembers what was met.</param>
    public SslClientAuthenticationOptions ForClient(KeyPin pin) => new()
    {
        TargetHost = ServerName,
        ClientCertificateContext = _certificate,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => pin.Accepts(certificate),
        EnabledSslProtocols = Protocols,
        CipherSuitesPolicy = _cipherSuites,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = LocalChain(),
        AllowRenegotiation = false,
        AllowTlsResume = false,
    };

    /// <summary>The key hash of whoever is at the other end; empty when it showed no certificate.</summary>
    public static byte[] PeerKeyHash(SslStream stream) => HashOf(stream.RemoteCertificate);

    /// <summary>The hub reports whose key it is; whether that person may do anything is the machine's to decide.</summary>
    private static bool AcceptsAnyCaller(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null || certificate.GetRawCertData().Length <= MaxCertificate;

    private static byte[] HashOf(X509Certificate? certificate) => certificate switch
    {
        null => [],
        X509Certificate2 whole => Identity.HashOf(whole),
        _ => HashOfCopy(certificate),
    };

    private static byte[] HashOfCopy(X509Certificate certificate)
    {
        using var copy = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return Identity.HashOf(copy);
    }

    private static X509ChainPolicy LocalChain() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
    };

    private static CipherSuitesPolicy? CreateCipherSuites()
    {
        // Windows chooses by system policy, which has these first.
        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid()) return null;
        try
        {
            return new CipherSuitesPolicy(
            [
                TlsCipherSuite.TLS_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            ]);
        }
        catch (PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The key that one connection insists on, and the key it met.</summary>
    internal sealed class KeyPin(ReadOnlyMemory<byte> expected)
    {
        private byte[]? _met;

        /// <summary>Whether the handshake failed because of the key.</summary>
        public bool MetAnother => _met is not null && !IsExpected(_met);

        /// <summary>The key met, in base64url; empty when none was.</summary>
        public string MetText => _met is null ? "" : Base64Url.EncodeToString(_met);

        public bool Accepts(X509Certificate? certificate)
        {
            _met = HashOf(certificate);
            return _met.Length == Identity.KeyHashLength && IsExpected(_met);
        }

        private bool IsExpected(ReadOnlySpan<byte> met) => expected.IsEmpty || CryptographicOperations.FixedTimeEquals(expected.Span, met);
    }
}
