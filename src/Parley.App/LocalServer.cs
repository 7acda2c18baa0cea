using Microsoft.Extensions.Logging;
using Parley.Agent;
using Parley.Net;
using Parley.Server;

namespace Parley.App;

/// <summary>The server inside the app: started by the first meeting, kept until the program ends.</summary>
internal sealed class LocalServer(ServerOptions options, ILoggerFactory loggers) : ILocalServer, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private ServerHost? _host;

    /// <inheritdoc />
    public async Task<LocalServerAddress> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_host is null)
            {
                _host = await ServerHost.StartAsync(options, loggers);
                Console.WriteLine($"serving meetings on TCP {_host.TcpPort} and UDP {_host.UdpPort}");
            }
        }
        finally
        {
            _starting.Release();
        }
        return new LocalServerAddress(_host.TcpPort, _host.KeyHash, [.. LocalAddresses.Find().Select(a => a.ToString())]);
    }

    /// <inheritdoc />
    public async Task<int> CountPresentAsync() => _host is { } host && await host.TakeSnapshotAsync() is { } now ? now.Present + now.Waiting : 0;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_host is { } host) await host.DisposeAsync();
        _starting.Dispose();
    }
}
