using System.Net;
using Parley.Transport.Impairment;

namespace Parley.Server;

/// <summary>How a server runs.</summary>
public sealed record ServerOptions
{
    /// <summary>Where its identity is kept; null keeps it in memory and makes a new one at each start (tests).</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How meetings are remembered in <see cref="DataDirectory"/>; null, or no directory, remembers nothing.</summary>
    public HistoryOptions? History { get; init; }

    /// <summary>Address to listen on.</summary>
    public IPAddress Host { get; init; } = IPAddress.IPv6Any;

    /// <summary>Control port (TLS over TCP); 0 for any free one.</summary>
    public int TcpPort { get; init; } = 5000;

    /// <summary>Media port (UDP); 0 for any free one.</summary>
    public int UdpPort { get; init; } = 5001;

    /// <summary>Whether taken ports give way to the next free pair (the app) or fail with a sentence (explicit flags).</summary>
    public bool MayMovePorts { get; init; }

    /// <summary>Address of the admin pages; null for none.</summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>Name and version.</summary>
    public string Product { get; init; } = "Parley";

    /// <summary>An impaired network for learning and testing.</summary>
    public ImpairmentOptions? Impairment { get; init; }
}
