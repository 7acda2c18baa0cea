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
    private readonly ServerHistory? _history;
    private AdminWeb? _admin;

    private ServerHost(Identity identity, ShardLoop loop, ConferenceServer conference, ServerHistory? history)
    {
        _identity = identity;
        _loop = loop;
        _conference = conference;
        _history = history;
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

    /// <summary>Whether this server's history cannot be written at present; false when nothing is remembered.</summary>
    public bool IsHistoryFailing => _history?.IsFailing == true;

    /// <summary>Times that something was written into the history.</summary>
    public long HistoryCommits => _history?.Commits ?? 0;

    /// <summary>The driver's counters.</summary>
    public ShardStats DriverStats => _loop.Stats;

    /// <summary>Starts; fails with <see cref="PortInUseException"/> or another <see cref="IOException"/> whose message is for the person.</summary>
    public static Task<ServerHost> StartAsync(ServerOptions options, ILoggerFactory loggers) =>
        StartAsync(options, loggers, () => options is { DataDirectory: { } directory, History: { } history }
            ? ServerHistory.Open(directory, history, loggers.CreateLogger("history"))
            : null);

    /// <summary>With a history of the caller's, for tests.</summary>
    internal static async Task<ServerHost> StartAsync(ServerOptions options, ILoggerFactory loggers, Func<ServerHistory?> openHistory)
    {
        var identity = options.DataDirectory is { } directory ? Identity.LoadOrCreate(directory) : Identity.Create();
        ServerHost? host = null;
        ServerHistory? history = null;
        try
        {
            history = openHistory();
            host = Bind(options, identity, history, loggers);
            history?.Start(host._loop, host._conference);
            host._loop.Start();
            if (options.Admin is { } admin) host._admin = await AdminWeb.StartAsync(admin, host);
            return host;
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }
            else
            {
                if (history is not null) await history.DisposeAsync();
                identity.Dispose();
            }
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

    /// <summary>Tells everyone and stops, within two seconds; a disk that does not answer may take two more.</summary>
    public async ValueTask DisposeAsync()
    {
        _loop.Post(_conference.Stop);
        await _loop.StopAsync(StopLimit);
        if (_admin is { } admin) await admin.DisposeAsync();
        await _loop.DisposeAsync();
        // The shard's last turn handed over the ends of its meetings.
        if (_history is { } history) await history.DisposeAsync();
        _identity.Dispose();
    }

    private static ServerHost Bind(ServerOptions options, Identity identity, ServerHistory? history, ILoggerFactory loggers)
    {
        var ciphers = AeadCiphers.Choose();
        var codecs = AudioCodecs.Choose();
        loggers.CreateLogger("net").LogInformation("Media is encrypted by {Ciphers}, sound is coded by {Codecs}", ciphers.Name, codecs.Name);
        for (var i = 0; ; i++)
        {
            var conference = new ConferenceServer(
                new ConferenceOptions
                {
                    Product = options.Product,
                    UnixTimeOrigin = UnixTimeOrigin(),
                    Ciphers = ciphers,
                    AudioCodecs = codecs,
                    KeepsRecords = history is not null,
                },
                identity.KeyHash, SystemRandom.Shared,
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
                        AfterTurn = history is null ? null : () => history.Collect(conference),
                        Filter = options.Impairment is null ? null : new ImpairmentFilter(options.Impairment),
                    },
                    conference);
                conference.UdpPort = loop.LocalUdp.Port;
                return new ServerHost(identity, loop, conference, history);
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
