using Parley.Agent.Tests.Support;

namespace Parley.EndToEnd.Programs;

/// <summary><c>parley join --no-browser</c> with a data directory of its own, waiting for a page.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly string _data;
    private readonly Uri _link;

    private RunningAgent(ParleyProcess process, string data, Uri link)
    {
        Process = process;
        _data = data;
        _link = link;
    }

    public ParleyProcess Process { get; }

    /// <summary>Of its page on 127.0.0.1.</summary>
    public int Port => _link.Port;

    /// <summary>What it holds in memory now.</summary>
    public long ResidentBytes
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process.Id);
            return process.WorkingSet64;
        }
    }

    public static async Task<RunningAgent> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("parley-e2e-agent-").FullName;
        var process = ParleyProcess.Start("join", "--no-browser", "--ui-port", "0", "--data", data);
        return new RunningAgent(process, data, new Uri(await process.OutputAsync("http://127.0.0.1:")));
    }

    /// <summary>Trades the launch link, once.</summary>
    public async Task<string> SecretAsync() => await TestPage.RedeemAsync(_link) ?? throw new InvalidOperationException("The launch link was used before.");

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
