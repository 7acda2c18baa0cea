using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Net;

namespace Parley.Agent.Meetings;

/// <summary>How the driver of a client is set up: any UDP port, no listening.</summary>
internal static class ClientLoop
{
    /// <summary>Options of a driver for one client.</summary>
    public static ShardLoopOptions Options(Identity identity, ILoggerFactory loggers, ImpairmentFilter network) => new()
    {
        Name = "client",
        UdpAddress = IPAddress.IPv6Any,
        UdpPort = 0,
        Identity = identity,
        Random = SystemRandom.Shared,
        Logger = loggers.CreateLogger("net"),
        Filter = network,
    };
}
