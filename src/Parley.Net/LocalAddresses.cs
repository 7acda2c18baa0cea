using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Parley.Net;

/// <summary>The addresses by which others on the network reach this machine.</summary>
public static class LocalAddresses
{
    /// <summary>
    /// IPv4 first and interfaces with a gateway first, then the rest; loopback only when there is nothing else. Link-local addresses come last: they
    /// need an interface name to be typed.
    /// </summary>
    public static IReadOnlyList<IPAddress> Find()
    {
        var found = new List<(int Rank, IPAddress Address)>();
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.OperationalStatus != OperationalStatus.Up || network.NetworkInterfaceType == NetworkInterfaceType.Loopback) continue;
            var properties = network.GetIPProperties();
            var hasGateway = properties.GatewayAddresses.Any(g => !g.Address.Equals(IPAddress.Any));
            foreach (var unicast in properties.UnicastAddresses)
            {
                var address = unicast.Address;
                if (address.IsIPv6LinkLocal) continue;
                var rank = (address.AddressFamily == AddressFamily.InterNetwork ? 0 : 2) + (hasGateway ? 0 : 1);
                found.Add((rank, address));
            }
        }
        return found.Count == 0 ? [IPAddress.Loopback] : [.. found.OrderBy(f => f.Rank).Select(f => f.Address)];
    }
}
