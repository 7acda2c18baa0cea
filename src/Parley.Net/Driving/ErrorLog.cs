using Microsoft.Extensions.Logging;
using Parley.Protocol.Addressing;

namespace Parley.Net;

/// <summary>Logs and counts the endpoint's exceptions, at most so many a second: one defect on the media path would write gigabytes.</summary>
internal sealed class ErrorLog(ILogger logger, string name)
{
    private const int MaxPerSecond = 10;

    private long _count;
    private long _second;
    private int _loggedInSecond;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Takes one exception. Only the shard's thread calls it.</summary>
    public void Report(Exception exception, string doing, in TransportAddress peer = default, int length = 0)
    {
        Volatile.Write(ref _count, _count + 1);
        var second = Environment.TickCount64 / 1000;
        if (second != _second)
        {
            _second = second;
            _loggedInSecond = 0;
        }
        if (++_loggedInSecond > MaxPerSecond) return;
        try
        {
            logger.LogError(
                exception, "{Shard}: the endpoint failed when {Doing} (peer {Peer}, {Length} bytes)", name, doing, peer, length);
        }
        catch
        {
            // A logger that fails must not take the loop with it.
        }
    }
}
