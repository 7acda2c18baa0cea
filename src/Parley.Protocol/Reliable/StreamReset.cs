using System.Buffers.Binary;

namespace Parley.Protocol.Reliable;

/// <summary>The encrypted part of a reset: a code of 32 bits whose meaning belongs to whoever uses the stream. Told again as long as the other side sends.</summary>
public static class StreamReset
{
    /// <summary>Bytes of it.</summary>
    public const int Length = 4;

    /// <summary>Reads the code; false when there is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out uint code)
    {
        code = 0;
        if (body.Length < Length) return false;
        code = BinaryPrimitives.ReadUInt32BigEndian(body);
        return true;
    }

    /// <summary>Writes the code.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> body, uint code)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, code);
        return Length;
    }
}
