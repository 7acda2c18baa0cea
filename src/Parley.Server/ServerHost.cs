using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Codecs;
using Parley.Conference;
using Parley.Net;

namespace Parley.Server;

/// <summary>A running server: identity, one shard with its sockets, the conference on it, and the admin pages.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    private const int PortAttempts = 20;
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(1500);

    private readonly Identity _identity;
    private readonly ShardLoop _loop;
    private readonly ConferenceServer _conference;
    private AdminWeb? _admin;

    private ServerHost(Identity identity, ShardLoop loop, ConferenceServer conference)
    {
        _identity = identity;
        _loop = loop;
        _conference = conference;
    }

    /// <summary>Control port.</summary>
    public int TcpPort => _loop.TcpPort ?? 0;

    /// <summary>Media port.</summary>
    public int UdpPort => _loop.LocalUdp.Port;

    /// <summary>SHA-256 of the server's SPKI.</summary>
    public ReadOnlyMemory<byte> KeyHash => _identity.KeyHash;

    /// <summary>The same in base64url, as in links.</summary>
    public string KeyHashText => _identity.KeyHashText;

    /// <summary>Address of the admin pages, or null.</summary>
    public IPEndPoint? AdminAddress => _admin?.Address;

    /// <summary>The driver's counters.</summary>
    public ShardStats DriverStats => _loop.Stats;

    /// <summary>Starts; fails with <see cref="PortInUseException"/> or another <see cref="IOException"/> whose message is for the person.</summary>
    public static async Task<ServerHost> StartAsync(ServerOptions options, ILoggerFactory loggers)
    {
        var identity = options.DataDirectory is { } directory ? Identity.LoadOrCreate(directory) : Identity.Create();
        ServerHost? host = null;
        try
        {
            host = Bind(options, identity, loggers);
            host._loop.Start();
            if (options.Admin is { } admin) host._admin = await AdminWeb.StartAsync(admin, host);
            return host;
        }
        catch
        {
            if (host is not null) await host.DisposeAsync();
            else identity.Dispose();
            throw;
        }
    }

    /// <summary>Numbers of the conference; null when the shard does not answer within a second.</summary>
    public async Task<ConferenceSnapshot?> TakeSnapshotAsync()
    {
        var answer = new TaskCompletionSource<ConferenceSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_loop.Post(_ => answer.TrySetResult(_conference.TakeSnapshot()))) return null;
        var first = await Task.WhenAny(answer.Task, Task.Delay(TimeSpan.FromSeconds(1)));
        return first == answer.Task ? await answer.Task : null;
    }

    /// <summary>Tells everyone and stops, within two seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        _loop.Post(_conference.Stop);
        await _loop.StopAsync(StopLimit);
        if (_admin is { } admin) await admin.DisposeAsync();
        await _loop.DisposeAsync();
        _identity.Dispose();
    }

    private static ServerHost Bind(ServerOptions options, Identity identity, ILoggerFactory loggers)
    {
        var ciphers = AeadCiphers.Choose();
        var codecs = AudioCodecs.Choose();
        loggers.CreateLogger("net").LogInformation("Media is encrypted by {Ciphers}, sound is coded by {Codecs}", ciphers.Name, codecs.Name);
        for (var i = 0; ; i++)
        {
            var conference = new ConferenceServer(
                new ConferenceOptions { Product = options.Product, UnixTimeOrigin = UnixTimeOrigin(), Ciphers = ciphers, AudioCodecs = codecs }, identity.KeyHash, SystemRandom.Shared,
                new ConferenceLog(loggers.CreateLogger("conference")).Write);
            try
            {
                var loop = new ShardLoop(
                    new ShardLoopOptions
                    {
                        Name = "server",
                        UdpAddress = options.Host,
                        UdpPort = Shifted(options.UdpPort, i),
                        TcpListen = new IPEndPoint(options.Host, Shifted(options.TcpPort, i)),
                        Identity = identity,
                        Logger = loggers.CreateLogger("net"),
                        Filter = options.Impairment is null ? null : new ImpairmentFilter(options.Impairment),
                    },
                    conference);
                conference.UdpPort = loop.LocalUdp.Port;
                return new ServerHost(identity, loop, conference);
            }
            catch (PortInUseException) when (options.MayMovePorts && i < PortAttempts)
            {
                // The next pair.
            }
        }

        static int Shifted(int port, int attempt) => port == 0 ? 0 : port + (2 * attempt);
    }

    /// <summary>Bridges the engine's monotonic time to calendar time, once: chat must not jump when somebody sets the clock.</summary>
    private static long UnixTimeOrigin() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - (long)MonotonicClock.Shared.Now.Milliseconds;
}
