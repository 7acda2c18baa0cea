using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Parley.App.Load;

/// <summary>A server of our own on loopback, as a process of its own so that what it uses can be told apart from what the bots use.</summary>
internal sealed partial class OwnServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private OwnServer(Process process, string data, string address, Uri admin)
    {
        _process = process;
        _data = data;
        Address = address;
        Admin = admin;
    }

    /// <summary>host:port of its control socket.</summary>
    public string Address { get; }

    /// <summary>Where its metrics are.</summary>
    public Uri Admin { get; }

    /// <summary>Starts one on free ports, with a new identity.</summary>
    /// <exception cref="AppException">It did not start within ten seconds.</exception>
    public static async Task<OwnServer> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("parley-load-").FullName;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        // Under `dotnet parley.dll` the process is the runtime, and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (var word in new[] { "serve", "--host", "127.0.0.1", "--tcp-port", "0", "--udp-port", "0", "--admin", "127.0.0.1:0", "--data", data, "--log-level", "warning" })
            start.ArgumentList.Add(word);
        var process = Process.Start(start) ?? throw new AppException("The server could not be started.");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            var ready = Ready().Match(await process.StandardOutput.ReadLineAsync(patience.Token) ?? "");
            if (!ready.Success) throw new AppException("The server did not start.");
            return new OwnServer(process, data, ready.Groups[1].Value, new Uri("http://" + ready.Groups[2].Value));
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new AppException("The server was not ready within ten seconds.");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex(@"^ready tcp=(\S+) udp=\S+ admin=(\S+)")]
    private static partial Regex Ready();
}
