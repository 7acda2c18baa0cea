using Parley.Protocol.Rtp;

namespace Parley.Media.Video;

/// <summary>A whole encoded picture, lent by a <see cref="FrameAssembler"/> until it is given back with <see cref="FrameAssembler.Release"/>.</summary>
/// <param name="FrameId">The picture's number.</param>
/// <param name="Timestamp">When it was captured, on the 90 kHz clock.</param>
/// <param name="PayloadType">Its encoding.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Flags">What depends on it.</param>
/// <param name="Layer">Spatial and temporal layer.</param>
/// <param name="Buffer">Memory of the assembler; longer than the picture.</param>
/// <param name="Length">Bytes of the picture, from the start of <paramref name="Buffer"/>.</param>
public readonly record struct AssembledFrame(
    ushort FrameId, RtpTimestamp Timestamp, byte PayloadType, ushort Width, ushort Height, FrameFlags Flags, byte Layer, byte[] Buffer, int Length)
{
    /// <summary>The encoded picture. Not to be used after the frame was released.</summary>
    public ReadOnlySpan<byte> Data => Buffer.AsSpan(0, Length);
}
