using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Parley.Protocol.Addressing;

namespace Parley.Net;

/// <summary>Translates between <see cref="TransportAddress"/> and the system's sockaddr, without allocation.</summary>
/// <remarks>
/// Port at offset 2 and IPv4 address at 4; for IPv6 the flow at 4, the address at 8, the scope (in the machine's byte order) at 24. These
/// offsets are the same on Linux, macOS and Windows; the first two bytes (the family) differ and are the caller's.
/// </remarks>
internal static class SocketNames
{
    internal const int IPv4Length = 16;
    internal const int IPv6Length = 28;

    /// <summary>Writes all but the family.</summary>
    /// <returns>False when an IPv6 address meets an IPv4 socket.</returns>
    internal static bool TryWrite(Span<byte> name, AddressFamily family, in TransportAddress address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], address.Port);
        if (family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(name[4..], address.IPv4Bits);
            name[8..IPv4Length].Clear();
            return address.IsIPv4;
        }
        name[4..8].Clear();
        BinaryPrimitives.WriteUInt128BigEndian(name[8..], address.Address);
        var scope = address.ScopeId;
        MemoryMarshal.Write(name[24..], in scope);
        return true;
    }

    internal static TransportAddress Read(ReadOnlySpan<byte> name, AddressFamily family)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(name[2..]);
        return family == AddressFamily.InterNetwork
            ? TransportAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(name[4..]), port)
            : new TransportAddress(
                BinaryPrimitives.ReadUInt128BigEndian(name[8..]), MemoryMarshal.Read<uint>(name[24..]), port);
    }
}
