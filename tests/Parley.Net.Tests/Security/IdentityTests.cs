using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Net.Tests.Support;

namespace Parley.Net.Tests.Security;

public sealed class IdentityTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"parley-identity-{Guid.NewGuid():N}");

    private string FilePath => Path.Combine(_directory, "identity.pfx");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_key_hash_is_that_of_the_public_key_in_base64url()
    {
        using var identity = Identity.Create();
        var expected = SHA256.HashData(identity.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(expected, identity.KeyHash);
        Assert.Equal(expected, System.Buffers.Text.Base64Url.DecodeFromChars(identity.KeyHashText));
        Assert.Equal(43, identity.KeyHashText.Length);
        Assert.Equal("CN=Parley", identity.Certificate.Subject);
        Assert.True(identity.Certificate.NotBefore < DateTime.Now.AddHours(-23));
        Assert.True(identity.Certificate.NotAfter > DateTime.Now.AddYears(19));
        using var key = identity.Certificate.GetECDsaPrivateKey();
        Assert.Equal(256, key!.KeySize);
    }

    [Fact]
    public void An_identity_is_kept_for_its_owner_only_and_stays_the_same()
    {
        using var first = Identity.LoadOrCreate(_directory);
        using var second = Identity.LoadOrCreate(_directory);
        Assert.Equal(first.KeyHash, second.KeyHash);
        Assert.True(second.Certificate.HasPrivateKey);
        Assert.Equal([FilePath], Directory.GetFiles(_directory));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_damaged_file_is_a_clear_error_and_stays_as_it_is(int keepBytes)
    {
        Identity.LoadOrCreate(_directory).Dispose();
        var whole = File.ReadAllBytes(FilePath);
        var damaged = keepBytes >= 0 ? whole[..keepBytes] : [.. whole[..^20], .. new byte[20]];
        File.WriteAllBytes(FilePath, damaged);
        var error = Assert.Throws<InvalidDataException>(() => Identity.LoadOrCreate(_directory));
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public async Task Of_many_that_start_at_once_all_get_the_same_identity()
    {
        for (var round = 0; round < 20; round++)
        {
            using var start = new Barrier(4);
            var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Deadline.Long);
                    return Identity.LoadOrCreate(_directory);
                },
                TaskCreationOptions.LongRunning)));
            Assert.Single(all.Select(i => i.KeyHashText).Distinct());
            foreach (var identity in all) identity.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
