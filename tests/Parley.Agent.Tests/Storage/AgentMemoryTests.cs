using Parley.Agent.Storage;
using Parley.Agent.Tests.Support;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Tests.Storage;

public sealed class AgentMemoryTests
{
    private static readonly byte[] KeyHash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void WhatIsRemembered_OutlivesTheProgram()
    {
        using var data = new TemporaryDirectory();
        var memory = AgentMemory.Load(data.Path);
        Assert.Equal("", memory.Name);
        memory.Name = "Anna";
        memory.RememberServer("Example:5000", KeyHash);
        memory.RememberGuest("guest-key");
        memory.RememberGuest("");

        var later = AgentMemory.Load(data.Path);
        Assert.Equal("Anna", later.Name);
        Assert.Equal(KeyHash, later.ServerKey("Example:5000").ToArray());
        Assert.True(later.KnowsServer(KeyHash));
        Assert.True(later.KnowsGuest("guest-key"));
        Assert.False(later.KnowsGuest(""));
        Assert.False(later.KnowsGuest("another"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data.File("agent.json")));
    }

    [Fact]
    public void HostNames_DoNotDifferByCase_AlsoAfterAStart()
    {
        using var data = new TemporaryDirectory();
        AgentMemory.Load(data.Path).RememberServer("Example:5000", KeyHash);
        Assert.Equal(KeyHash, AgentMemory.Load(data.Path).ServerKey("example:5000").ToArray());
    }

    [Fact]
    public void ForgottenServer_IsUnknownAgain()
    {
        using var data = new TemporaryDirectory();
        var memory = AgentMemory.Load(data.Path);
        memory.RememberServer("example:5000", KeyHash);
        memory.ForgetServer("example:5000");
        Assert.True(memory.ServerKey("example:5000").IsEmpty);
        Assert.False(AgentMemory.Load(data.Path).KnowsServer(KeyHash));
    }

    [Fact]
    public void Preferences_AreRemembered_AndEverythingIsWantedBeforeThat()
    {
        using var data = new TemporaryDirectory();
        Assert.Equal(new UiPreferences(null, ReceptionMode.Full), AgentMemory.Load(data.Path).Preferences);
        AgentMemory.Load(data.Path).Preferences = new UiPreferences(VideoCodec.Av1, ReceptionMode.Saver);
        Assert.Equal(new UiPreferences(VideoCodec.Av1, ReceptionMode.Saver), AgentMemory.Load(data.Path).Preferences);
        File.WriteAllText(data.File("agent.json"), """{"name":"Anna","codec":77,"reception":9}""");
        Assert.Equal(new UiPreferences(null, ReceptionMode.Full), AgentMemory.Load(data.Path).Preferences);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"servers\":7}")]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\":null}")]
    [InlineData("{\"servers\":null,\"guests\":null}")]
    public void DamagedMemory_IsSetAside_AndBegunAnew(string content)
    {
        using var data = new TemporaryDirectory();
        File.WriteAllText(data.File("agent.json"), content);
        var memory = AgentMemory.Load(data.Path);
        Assert.Equal("", memory.Name);
        Assert.Equal(content, File.ReadAllText(data.File("agent.json.damaged")));
        memory.Name = "Anna";
        Assert.Equal("Anna", AgentMemory.Load(data.Path).Name);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"servers\":{\"a:1\":null}}")]
    [InlineData("null")]
    public void MissingParts_AreEmpty(string content)
    {
        using var data = new TemporaryDirectory();
        File.WriteAllText(data.File("agent.json"), content);
        var memory = AgentMemory.Load(data.Path);
        Assert.Equal("", memory.Name);
        Assert.True(memory.ServerKey("a:1").IsEmpty);
        Assert.False(memory.KnowsServer(KeyHash));
        Assert.False(memory.KnowsGuest("x"));
        memory.RememberGuest("x");
        Assert.True(AgentMemory.Load(data.Path).KnowsGuest("x"));
    }
}
