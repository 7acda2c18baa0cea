using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Client;

/// <summary>What is known of an encoded picture of the own camera, besides its bytes.</summary>
/// <param name="Captured">When it was captured.</param>
/// <param name="Encoding"><see cref="VideoEncodingPlan.Large"/> or <see cref="VideoEncodingPlan.Small"/>.</param>
/// <param name="Codec">How it is encoded.</param>
/// <param name="IsKeyFrame">Whether it can be decoded alone.</param>
/// <param name="IsDiscardable">Whether no other picture depends on it.</param>
/// <param name="TemporalLayer">0, or the step of the frame rate that it belongs to; 0 to 15.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal readonly record struct OutgoingPicture(
    Instant Captured, int Encoding, VideoCodec Codec, bool IsKeyFrame, bool IsDiscardable, int TemporalLayer, int Width, int Height);
