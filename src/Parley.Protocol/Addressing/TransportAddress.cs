using System.Net;

namespace Parley.Protocol.Addressing;

/// <summary>An IP address and a UDP port as one value that fits a dictionary key without allocation (RFC 8445 section 4).</summary>
/// <param name="Address">The IPv6 address in network order; IPv4 as ::ffff:a.b.c.d.</param>
/// <param name="ScopeId">The interface index of a link-local address, else 0.</param>
/// <param name="Port">1 to 65535; 0 in the default value, which means "not known".</param>
public readonly record struct TransportAddress(UInt128 Address, uint ScopeId, ushort Port)
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000FFFF_00000000UL);

    /// <summary>Whether this names a place at all.</summary>
    public bool IsKnown => Port != 0;

    /// <summary>Whether the address is IPv4 (mapped).</summary>
    public bool IsIPv4 => (Address >> 32) == (MappedPrefix >> 32);

    /// <summary>The 32 bits of an IPv4 address, most significant first octet; meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4Bits => (uint)(Address & uint.MaxValue);

    /// <summary>Makes an address from IPv4 bits, the first octet most significant.</summary>
    public static TransportAddress FromIPv4(uint bits, ushort port) => new(MappedPrefix | bits, 0, port);

    /// <summary>Converts from the platform's type; allocates nothing.</summary>
    public static TransportAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var written)) return default;
        if (written == 4)
            return FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), (ushort)port);
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new(value, (uint)address.ScopeId, (ushort)port);
    }

    /// <summary>The key under which limits are counted: the address itself for IPv4, its /64 for IPv6.</summary>
    public UInt128 LimitKey => IsIPv4 ? Address : Address & (UInt128.MaxValue << 64);

    /// <summary>Converts to the platform's type; IPv4 unmapped. Allocates.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes, ScopeId);
    }

    /// <inheritdoc />
    public override string ToString() => IsKnown ? new IPEndPoint(ToIPAddress(), Port).ToString() : "unknown";
}
