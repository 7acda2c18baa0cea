using System.Globalization;
using Parley.Protocol.Time;

namespace Parley.Simulation.Tracing;

/// <summary>One thing that happened.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="Host">At whom; empty for the scenario itself.</param>
/// <param name="Kind">What.</param>
/// <param name="Other">The other host, where there is one.</param>
/// <param name="Size">Bytes of the datagram or message.</param>
/// <param name="ContentHash">Of those bytes; says whether two are equal, proves nothing else.</param>
/// <param name="Detail">A reason, a channel, a note.</param>
public readonly record struct TraceEntry(Instant At, string Host, TraceKind Kind, string Other, int Size, ulong ContentHash, string Detail)
{
    /// <summary>One line, the same on every machine.</summary>
    public override string ToString()
    {
        var time = At.Milliseconds.ToString("0.0000", CultureInfo.InvariantCulture);
        var other = Other.Length == 0 ? "" : $" {Other}";
        var content = Size == 0 && ContentHash == 0 ? "" : $" {Size} bytes {ContentHash:x16}";
        var detail = Detail.Length == 0 ? "" : $" {Detail}";
        return $"{time} ms {(Host.Length == 0 ? "-" : Host)} {Kind}{other}{content}{detail}";
    }
}
