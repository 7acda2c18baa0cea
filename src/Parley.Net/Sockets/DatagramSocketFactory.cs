using System.Net;
using System.Net.Sockets;

namespace Parley.Net;

/// <summary>Chooses at run time how datagrams are moved on this machine.</summary>
public static class DatagramSocketFactory
{
    /// <summary>Set to 1, it switches the batched Linux socket off.</summary>
    public const string PortableVariable = "PARLEY_PORTABLE_SOCKETS";

    /// <summary>Set to 0, it has every datagram sent on its own (<see cref="DatagramSocketOptions.SplitRuns"/>).</summary>
    public const string SegmentationVariable = "PARLEY_GSO";

    /// <summary>
    /// Binds a UDP socket. <c>::</c> takes IPv4 and IPv6 where the machine has both, and IPv4 alone where it has no IPv6.
    /// </summary>
    /// <param name="address">Where to bind.</param>
    /// <param name="port">0 for any free one.</param>
    /// <param name="options">Null for <see cref="DatagramSocketOptions.Default"/>.</param>
    /// <exception cref="PortInUseException">Another program has the port.</exception>
    /// <exception cref="IOException">The address is not one of this machine, or the system refuses.</exception>
    public static IDatagramSocket Create(IPAddress address, int port, DatagramSocketOptions? options = null)
    {
        options ??= DatagramSocketOptions.Default;
        if (address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6) address = IPAddress.Any;
        try
        {
            return CreateOn(address, port, options);
        }
        catch (IOException e) when (e is not PortInUseException && address.Equals(IPAddress.IPv6Any))
        {
            // The kernel may know IPv6 and have it disabled; only binding tells.
            return CreateOn(IPAddress.Any, port, options);
        }
    }

    private static IDatagramSocket CreateOn(IPAddress address, int port, DatagramSocketOptions options)
    {
        if (Environment.GetEnvironmentVariable(SegmentationVariable) == "0") options = options with { SplitRuns = true };
        var portable = options.ForcePortable || Environment.GetEnvironmentVariable(PortableVariable) == "1";
        return !portable && LinuxDatagramSocket.IsSupported
            ? new LinuxDatagramSocket(address, port, options)
            : new PortableDatagramSocket(address, port, options);
    }
}
