using System.Net;
using System.Net.Sockets;

namespace Parley.Net;

/// <summary>Makes a TCP connection to a name: every address is tried, each a little after the one before, and the first that stands wins.</summary>
internal static class TcpConnector
{
    /// <summary>How long one address is waited for before the next is tried beside it (RFC 8305 section 8).</summary>
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects, or throws a <see cref="SocketException"/>, or is cancelled.</summary>
    public static async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await ResolveAsync(host, cancellation);
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var attempts = new List<Task<Socket>>();
        Exception? lastError = null;
        var next = 0;
        while (next < addresses.Length || attempts.Count > 0)
        {
            if (next < addresses.Length) attempts.Add(ConnectToAsync(addresses[next++], port, losers.Token));
            var finished = await FirstToFinishAsync(attempts, next < addresses.Length, cancellation);
            if (finished is null) continue;
            attempts.Remove(finished);
            if (finished.IsCompletedSuccessfully)
            {
                await losers.CancelAsync();
                foreach (var attempt in attempts) DisposeLate(attempt);
                return await finished;
            }
            lastError = finished.Exception?.InnerException;
        }
        cancellation.ThrowIfCancellationRequested();
        throw lastError ?? new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        var found = await Dns.GetHostAddressesAsync(host, cancellation);
        return [.. found.Where(a => a.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6)];
    }

    private static async Task<Task<Socket>?> FirstToFinishAsync(List<Task<Socket>> attempts, bool hasMore, CancellationToken cancellation)
    {
        var first = Task.WhenAny(attempts);
        if (hasMore) await HeadStartAsync(first, cancellation);
        return hasMore && !first.IsCompleted ? null : await first;
    }

    private static async Task HeadStartAsync(Task first, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(first, Task.Delay(HeadStart, timer.Token));
        await timer.CancelAsync();
    }

    private static async Task<Socket> ConnectToAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void DisposeLate(Task<Socket> attempt) => _ = attempt.ContinueWith(
        static t =>
        {
            if (t.IsCompletedSuccessfully) t.Result.Dispose();
            else _ = t.Exception; // a loser's error has nobody to tell
        },
        TaskScheduler.Default);
}
