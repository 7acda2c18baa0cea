using Parley.Agent.Storage;
using Parley.Agent.Tests.Support;

namespace Parley.Agent.Tests.Storage;

public sealed class PrivateFileTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void WrittenFile_IsReadBack_AndOnlyItsOwnerMayReadIt()
    {
        using var data = new TemporaryDirectory();
        var path = Path.Combine(data.Path, "deeper", "secret");
        PrivateFile.Write(path, "one"u8);
        PrivateFile.Write(path, "two"u8);
        Assert.Equal("two"u8.ToArray(), PrivateFile.TryRead(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        if (!OperatingSystem.IsWindows()) Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void FileThatOthersCouldRead_IsClosedToThemByTheNextWrite()
    {
        if (OperatingSystem.IsWindows()) return;
        using var data = new TemporaryDirectory();
        var path = data.File("secret");
        File.WriteAllText(path, "open to all");
        File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        PrivateFile.Write(path, "closed"u8);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void MissingFile_IsNull()
    {
        using var data = new TemporaryDirectory();
        Assert.Null(PrivateFile.TryRead(data.File("nothing")));
        Assert.Null(PrivateFile.TryRead(data.Path));
    }
}
