using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Net;

/// <summary>
/// Who this program is to others: an ECDSA P-256 key with a self-signed certificate around it. Others know it by the hash of its public key;
/// the certificate's name and dates mean nothing to them (design section 2).
/// </summary>
/// <remarks>Thread-safe. The owner disposes it after every shard that uses it has stopped.</remarks>
public sealed class Identity : IDisposable
{
    /// <summary>Bytes of a key hash.</summary>
    public const int KeyHashLength = SHA256.HashSizeInBytes;

    private const string FileName = "identity.pfx";
    private const int LifetimeYears = 20;
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(5);

    private Identity(X509Certificate2 certificate)
    {
        Certificate = certificate;
        KeyHash = HashOf(certificate);
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, 32 bytes. Not to be written to.</summary>
    public byte[] KeyHash { get; }

    /// <summary><see cref="KeyHash"/> in base64url without padding: 43 characters, as links carry it.</summary>
    public string KeyHashText => Base64Url.EncodeToString(KeyHash);

    /// <summary>Makes a new identity that lives in memory only.</summary>
    public static Identity Create() => FromPkcs12(CreatePkcs12());

    /// <summary>Loads the identity kept in a directory, or makes one there; directory and file are readable by their owner only.</summary>
    /// <param name="directory">Created when it is missing.</param>
    /// <exception cref="InvalidDataException">The file is damaged. It is never replaced silently: others would meet an unknown key.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public static Identity LoadOrCreate(string directory)
    {
        CreatePrivateDirectory(directory);
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) CreateFile(path);
        return Load(path);
    }

    /// <summary>Whether a directory holds an identity.</summary>
    public static bool ExistsIn(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>The hash by which a certificate's key is known: SHA-256 of its SubjectPublicKeyInfo.</summary>
    public static byte[] HashOf(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <inheritdoc />
    public void Dispose() => Certificate.Dispose();

    private static byte[] CreatePkcs12()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley", key, HashAlgorithmName.SHA256);
        // Neighbours' clocks differ: a certificate that is not valid yet would confuse whoever looks at it.
        var notBefore = DateTimeOffset.UtcNow.AddDays(-1);
        using var certificate = request.CreateSelfSigned(notBefore, notBefore.AddYears(LifetimeYears));
        return certificate.Export(X509ContentType.Pkcs12);
    }

    private static Identity Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        try
        {
            return FromPkcs12(bytes);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException(
                $"The identity file {path} is damaged ({e.Message.TrimEnd('.')}). Restore it from a backup, or delete it to get a new identity; "
                + "everyone who knows this program will then be warned that its key has changed.", e);
        }
    }

    private static Identity FromPkcs12(byte[] bytes)
    {
        // Keys that stay in memory are what we want, but SslStream on Windows and the keychain on macOS cannot use them.
        var flags = OperatingSystem.IsLinux()
            ? X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable
            : X509KeyStorageFlags.Exportable;
        var certificate = X509CertificateLoader.LoadPkcs12(bytes, null, flags);
        if (certificate.HasPrivateKey) return new Identity(certificate);
        certificate.Dispose();
        throw new CryptographicException("it holds no private key");
    }

    private static void CreatePrivateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Two programs that start at once must not each make a key: renaming alone would let the second replace the first.</summary>
    private static void CreateFile(string path)
    {
        using var turn = TakeTurn($"{path}.lock");
        if (!File.Exists(path)) WriteNew(path, CreatePkcs12());
    }

    private static FileStream TakeTurn(string path)
    {
        var until = DateTime.UtcNow + LongestTurn;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (DateTime.UtcNow < until)
            {
                Thread.Sleep(10);
            }
        }
    }

    /// <summary>Writes under a temporary name and renames, so that a crash leaves no half a key.</summary>
    private static void WriteNew(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(temporary, options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path);
    }
}
