using Parley.Agent.Storage;
using Parley.Agent.Tests.Support;

namespace Parley.Agent.Tests.Storage;

public sealed class AgentSecretTests
{
    [Fact]
    public void Secret_IsKept_AndOnlyItsOwnerMayReadIt()
    {
        using var data = new TemporaryDirectory();
        var first = AgentSecret.LoadOrCreate(data.Path, TimeProvider.System);
        Assert.Equal(43, first.Value.Length);
        Assert.Equal(first.Value, AgentSecret.LoadOrCreate(data.Path, TimeProvider.System).Value);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data.File("page-secret")));
    }

    [Fact]
    public void DamagedSecret_IsReplaced()
    {
        using var data = new TemporaryDirectory();
        File.WriteAllText(data.File("page-secret"), "short");
        var secret = AgentSecret.LoadOrCreate(data.Path, TimeProvider.System);
        Assert.Equal(43, secret.Value.Length);
        Assert.Equal(secret.Value, File.ReadAllText(data.File("page-secret")));
    }

    [Fact]
    public void OnlyTheSecret_Matches()
    {
        using var data = new TemporaryDirectory();
        var secret = AgentSecret.LoadOrCreate(data.Path, TimeProvider.System);
        Assert.True(secret.Matches(secret.Value));
        foreach (var other in new[] { null, "", secret.Value[..42], secret.Value + "A", secret.Value.ToUpperInvariant() + "x" })
            Assert.False(secret.Matches(other));
    }

    [Fact]
    public void LaunchToken_WorksOnce_AndForTenMinutes()
    {
        using var data = new TemporaryDirectory();
        var time = new ManualTime();
        var secret = AgentSecret.LoadOrCreate(data.Path, time);
        var token = secret.CreateLaunchToken();
        var late = secret.CreateLaunchToken();
        Assert.NotEqual(token, late);
        Assert.Null(secret.Redeem("guess"));
        Assert.Null(secret.Redeem(secret.Value));
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(secret.Value, secret.Redeem(token));
        Assert.Null(secret.Redeem(token));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(secret.Redeem(late));
    }

    [Fact]
    public void ManyLaunchTokens_PushTheOldestOut()
    {
        using var data = new TemporaryDirectory();
        var secret = AgentSecret.LoadOrCreate(data.Path, new ManualTime());
        var tokens = Enumerable.Range(0, 17).Select(_ => secret.CreateLaunchToken()).ToList();
        Assert.Null(secret.Redeem(tokens[0]));
        Assert.All(tokens.Skip(1), t => Assert.NotNull(secret.Redeem(t)));
    }
}
