namespace Parley.Agent;

/// <summary>The server inside the app, as far as the agent needs it. The executable gives one; the <c>join</c> verb gives none.</summary>
public interface ILocalServer
{
    /// <summary>Starts the server unless it runs, and says where it listens.</summary>
    Task<LocalServerAddress> StartAsync();

    /// <summary>People present in its meetings, and doors; zero while it does not run.</summary>
    Task<int> CountPresentAsync();
}

/// <summary>Where the server inside the app listens.</summary>
/// <param name="TcpPort">Control port.</param>
/// <param name="KeyHash">SHA-256 of its SPKI.</param>
/// <param name="Hosts">Addresses of this machine by which others reach it, best first.</param>
public sealed record LocalServerAddress(int TcpPort, ReadOnlyMemory<byte> KeyHash, IReadOnlyList<string> Hosts);
