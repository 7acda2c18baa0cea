namespace Parley.Protocol.Reliable;

/// <summary>What a packet of the reliable stream is: its first byte, out of the 32 that are Parley's own (RFC 7983; docs/protocol/files.md).</summary>
public enum StreamPacketKind : byte
{
    /// <summary>Bytes of the stream, its end, or neither: then it asks for an acknowledgement.</summary>
    Data = 192,

    /// <summary>What has come, and how much more may.</summary>
    Ack = 193,

    /// <summary>The stream is thrown away in both directions.</summary>
    Reset = 194,
}
