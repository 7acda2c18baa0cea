namespace Parley.Protocol.Rtp;

/// <summary>Names one stream of packets (RFC 3550 section 3). In Parley the server gives every SSRC; one encoding, one SSRC.</summary>
/// <param name="Value">The 32 bits on the wire.</param>
public readonly record struct Ssrc(uint Value)
{
    /// <inheritdoc />
    public override string ToString() => $"{Value:x8}";
}
