using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Parley.Protocol.Addressing;
using Parley.Transport.Driving;

namespace Parley.Net;

/// <summary>All control connections of a shard: accepts and makes them, hands their events to the shard, does what the machine asks.</summary>
/// <remarks>
/// <see cref="TryTake"/> and <see cref="Apply"/> belong to the shard's thread and never block. All else runs on the thread pool: a connection
/// has no thread of its own. Accepted connections get negative ids, so that they never meet those that a machine gives.
/// </remarks>
internal sealed class ChannelHub : IDisposable
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(1);

    private readonly ChannelLimits _limits;
    private readonly ILogger _logger;
    private readonly Action _wake;
    private readonly TlsSettings _tls;
    private readonly StrangerList _strangers;
    private readonly ConcurrentDictionary<ChannelId, ChannelConnection> _connections = new();
    private readonly ConcurrentQueue<ChannelEvent> _events = new();
    private readonly CancellationTokenSource _accepting = new();
    private Socket? _listener;
    private Timer? _sweeper;
    private long _lastAcceptedId;
    private long _accepted;
    private long _evicted;
    private long _inError;
    private long _tooSlow;

    public ChannelHub(Identity identity, ChannelLimits limits, ILogger logger, Action wake)
    {
        _limits = limits;
        _logger = logger;
        _wake = wake;
        _tls = new TlsSettings(identity);
        _strangers = new StrangerList(limits);
    }

    public int? Port { get; private set; }

    public int OpenCount => _connections.Count;

    public int StrangerCount => _strangers.Count;

    public long Accepted => Volatile.Read(ref _accepted);

    public long Evicted => Volatile.Read(ref _evicted);

    public long InError => Volatile.Read(ref _inError);

    public long TooSlow => Volatile.Read(ref _tooSlow);

    /// <summary>Whether the shard has something to take.</summary>
    public bool HasEvents => !_events.IsEmpty;

    /// <summary>Binds the port. Connections wait in the system's queue until <see cref="Start"/>.</summary>
    public void Listen(IPEndPoint at)
    {
        if (at.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6) at = new IPEndPoint(IPAddress.Any, at.Port);
        try
        {
            _listener = Bind(at);
        }
        catch (SocketException e) when (e.SocketErrorCode != SocketError.AddressAlreadyInUse && at.Address.Equals(IPAddress.IPv6Any))
        {
            // The kernel may know IPv6 and have it disabled; only binding tells.
            _listener = Bind(new IPEndPoint(IPAddress.Any, at.Port));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new PortInUseException(at.Port, "TCP", e);
        }
        catch (SocketException e)
        {
            throw new IOException($"Cannot listen on TCP port {at.Port} of {at.Address}: {e.Message}.", e);
        }
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>Accepts from now on.</summary>
    public void Start()
    {
        if (_listener is not { } listener) return;
        _sweeper = new Timer(_ => EvictLate(), null, SweepPeriod, SweepPeriod);
        _ = Task.Run(() => AcceptAllAsync(listener));
    }

    /// <summary>Takes the next event. The shard calls <see cref="ChannelEvent.Release"/> when it is done with it.</summary>
    public bool TryTake(out ChannelEvent item) => _events.TryDequeue(out item);

    /// <summary>Queues an event for the shard.</summary>
    public void Publish(in ChannelEvent item)
    {
        _events.Enqueue(item);
        _wake();
    }

    /// <summary>Does what the machine asks.</summary>
    public void Apply(in ChannelAction action)
    {
        if (action.Kind == ChannelActionKind.Connect)
        {
            Connect(action.Channel, action.Target ?? throw new ArgumentException("A connect needs a target."));
            return;
        }
        // A connection may end while the machine speaks to it; its end is already on the way to the machine.
        if (!_connections.TryGetValue(action.Channel, out var connection)) return;
        switch (action.Kind)
        {
            case ChannelActionKind.Send:
                connection.Send(action.MessageKind, action.Body);
                break;
            case ChannelActionKind.Close:
                connection.IsClosedByMachine = true;
                connection.Close();
                break;
            case ChannelActionKind.Authenticated:
                connection.SetAuthenticated();
                _strangers.Remove(connection);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action), action.Kind, "Unknown channel action.");
        }
    }

    /// <summary>Takes no new connections.</summary>
    public void StopAccepting()
    {
        _accepting.Cancel();
        _listener?.Dispose();
        _sweeper?.Dispose();
    }

    /// <summary>Closes every connection after what is queued on it, and cuts those that are not done in time.</summary>
    public async Task CloseAllAsync(TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero)
        {
            var all = _connections.Values.ToArray();
            foreach (var connection in all) connection.Close();
            await Task.WhenAny(Task.WhenAll(all.Select(c => c.Completion)), Task.Delay(timeout));
        }
        var left = _connections.Values.ToArray();
        foreach (var connection in left) connection.Abort(ChannelCloseReason.ConnectionLost, "This side stopped.");
        await Task.WhenAny(Task.WhenAll(left.Select(c => c.Completion)), Task.Delay(TimeSpan.FromSeconds(1)));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        StopAccepting();
        _accepting.Dispose();
        while (_events.TryDequeue(out var item)) item.Release();
    }

    private static Socket Bind(IPEndPoint at)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (at.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true;
            socket.Bind(at);
            socket.Listen(512);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task AcceptAllAsync(Socket listener)
    {
        var backOff = FirstBackOff;
        while (!_accepting.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_accepting.Token);
                backOff = FirstBackOff;
                Accept(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (Exception e)
            {
                if (_accepting.IsCancellationRequested) return;
                // Out of descriptors, or the other side was gone before we took it. Neither may end the accepting.
                _logger.LogWarning(e, "Accepting a control connection failed; trying again in {BackOff} ms", backOff.TotalMilliseconds);
                EvictLate();
                await Task.Delay(backOff);
                backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks));
            }
        }
    }

    private void Accept(Socket socket)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote)
        {
            socket.Dispose();
            return;
        }
        Interlocked.Increment(ref _accepted);
        var id = new ChannelId(Interlocked.Decrement(ref _lastAcceptedId));
        var connection = new ChannelConnection(this, _limits, id, TransportAddress.From(remote.Address, remote.Port), isIncoming: true);
        _connections[id] = connection;
        if (_strangers.Add(MonotonicClock.Shared.Now, connection) is { } victim)
            Evict(victim, "It made room for newer connections.");
        connection.Completion = Task.Run(() => ServeAsync(connection, socket));
    }

    private async Task ServeAsync(ChannelConnection connection, Socket socket)
    {
        try
        {
            await connection.HandshakeAsync(socket, (stream, time) => stream.AuthenticateAsServerAsync(_tls.ForServer(), time));
            await connection.ReadAllAsync();
        }
        catch (Exception e)
        {
            connection.SetEnding(connection.IsOpened ? ChannelCloseReason.ConnectionLost : ChannelCloseReason.HandshakeFailed, e.Message);
        }
        finally
        {
            socket.Dispose();
            Finish(connection);
        }
    }

    private void Connect(ChannelId id, ChannelTarget target)
    {
        var connection = new ChannelConnection(this, _limits, id, default, isIncoming: false);
        if (!_connections.TryAdd(id, connection)) throw new ArgumentException($"The channel {id.Value} is in use.");
        connection.Completion = Task.Run(() => ConnectAsync(connection, target));
    }

    private async Task ConnectAsync(ChannelConnection connection, ChannelTarget target)
    {
        var pin = new TlsSettings.KeyPin(target.ExpectedKeyHash);
        Socket? socket = null;
        try
        {
            socket = await ReachAsync(connection, target);
            await connection.HandshakeAsync(socket, (stream, time) => stream.AuthenticateAsClientAsync(_tls.ForClient(pin), time));
            await connection.ReadAllAsync();
        }
        catch (Exception e)
        {
            DescribeFailure(connection, target, pin, isReached: socket is not null, e);
        }
        finally
        {
            socket?.Dispose();
            Finish(connection);
        }
    }

    private async Task<Socket> ReachAsync(ChannelConnection connection, ChannelTarget target)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(connection.Life);
        time.CancelAfter(_limits.ConnectTime);
        return await TcpConnector.ConnectAsync(target.Host, target.Port, time.Token);
    }

    private static void DescribeFailure(
        ChannelConnection connection, ChannelTarget target, TlsSettings.KeyPin pin, bool isReached, Exception e)
    {
        var place = $"{target.Host}:{target.Port}";
        if (connection.IsOpened)
            connection.SetEnding(ChannelCloseReason.ConnectionLost, e.Message);
        else if (pin.MetAnother)
            connection.SetEnding(ChannelCloseReason.WrongKey, $"{place} proves another identity than expected: {pin.MetText}.");
        else if (isReached)
            connection.SetEnding(ChannelCloseReason.HandshakeFailed, HandshakeSentence(place, e));
        else
            connection.SetEnding(ChannelCloseReason.Unreachable, UnreachableSentence(place, target, e));
    }

    private static string HandshakeSentence(string place, Exception e) => e switch
    {
        OperationCanceledException => $"{place} accepted the connection and then said nothing.",
        AuthenticationException => $"{place} does not speak TLS as we do: {e.Message}",
        _ => $"{place} broke the connection off before it was secured: {e.Message}",
    };

    private static string UnreachableSentence(string place, ChannelTarget target, Exception e) => e switch
    {
        OperationCanceledException => $"{place} does not answer.",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Nobody listens at {place}.",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            $"The name {target.Host} is not known here.",
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } => $"There is no way to {place}.",
        _ => $"{place} cannot be reached: {e.Message}",
    };

    private void EvictLate()
    {
        var deadline = MonotonicClock.Shared.Now - _limits.AuthenticationTime;
        while (_strangers.TakeOlderThan(deadline) is { } late)
            Evict(late, $"It did not authenticate within {_limits.AuthenticationTime.TotalSeconds:0.#} s.");
    }

    private void Evict(ChannelConnection connection, string why)
    {
        Interlocked.Increment(ref _evicted);
        connection.Abort(ChannelCloseReason.Evicted, why);
    }

    /// <summary>The one place where a connection ends. The machine hears of it when it has heard of the connection, or asked for it.</summary>
    private void Finish(ChannelConnection connection)
    {
        connection.Dispose();
        _strangers.Remove(connection);
        _connections.TryRemove(connection.Id, out _);
        if (connection.EndReason == ChannelCloseReason.ProtocolError) Interlocked.Increment(ref _inError);
        if (connection.EndReason == ChannelCloseReason.TooSlow) Interlocked.Increment(ref _tooSlow);
        _logger.LogDebug(
            "Control connection {Id} with {Address} ended: {Reason} {Detail}",
            connection.Id.Value, connection.Address, connection.EndReason, connection.EndDetail);
        if (connection.IsOpened || !connection.IsIncoming)
            Publish(ChannelEvent.Closed(connection, connection.EndReason, connection.EndDetail));
    }
}
