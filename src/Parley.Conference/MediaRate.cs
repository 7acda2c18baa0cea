using Parley.Transport.Congestion;

namespace Parley.Conference;

/// <summary>What the peers of a conference begin with, on the server and on the clients.</summary>
internal static class MediaRate
{
    /// <summary>
    /// Pictures are sent as large as the page makes them, whatever the target says: it begins where that is not held back. Once the ladder follows the
    /// target, the default is right.
    /// </summary>
    public static readonly CongestionOptions Congestion = CongestionOptions.Default with { StartRate = 20_000_000 };
}
