using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Server;

/// <summary>Health and metrics for whoever is on call, on an address of their own.</summary>
internal sealed class AdminWeb : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AdminWeb(WebApplication app, IPEndPoint address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Starts on an address; port 0 for any free one.</summary>
    public static async Task<AdminWeb> StartAsync(IPEndPoint address, ServerHost host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Listen(address);
        });
        var app = builder.Build();
        app.MapGet("/healthz", async (HttpContext context) =>
        {
            var snapshot = await host.TakeSnapshotAsync();
            context.Response.StatusCode = snapshot is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
            await context.Response.WriteAsync(snapshot is null ? "the media loop does not answer\n" : "ok\n");
        });
        app.MapGet("/metrics", async (HttpContext context) =>
        {
            var snapshot = await host.TakeSnapshotAsync();
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(MetricsText.Write(snapshot, host.DriverStats, host.IsHistoryFailing, host.HistoryCommits));
        });
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await app.DisposeAsync();
            throw new Net.PortInUseException(address.Port, "TCP", e);
        }
        var port = new Uri(app.Urls.First()).Port;
        return new AdminWeb(app, new IPEndPoint(address.Address, port));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await _app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A reader of metrics does not hold up the end.
        }
        await _app.DisposeAsync();
    }
}
