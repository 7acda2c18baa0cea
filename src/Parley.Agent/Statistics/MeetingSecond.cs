using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport;

namespace Parley.Agent.Statistics;

/// <summary>What one second of a meeting brought, counted on the driver's thread.</summary>
/// <param name="At">Its end.</param>
/// <param name="Network">What the transport measured; null before there is a seat.</param>
/// <param name="WantedRate">Bits per second that we would send if we were allowed to; null while that is not known.</param>
/// <param name="BitrateUp">Bits per second sent, IP and UDP headers included.</param>
/// <param name="BitrateDown">Bits per second received, IP and UDP headers included.</param>
/// <param name="Silence">Since when nothing authentic came from the server.</param>
/// <param name="Concealed">Sound made up.</param>
/// <param name="PlayoutDelay">Delay of the mix in the agent's buffer; null while nobody is heard.</param>
/// <param name="MixDelay">Delay of the loudest voice in the server; null while it does not tell.</param>
/// <param name="IsEncoderOverloaded">Whether this machine is too slow for what it is asked to encode.</param>
/// <param name="Sent">The own pictures, largest encoding first; empty while none are made.</param>
/// <param name="Received">The others' pictures, by track.</param>
internal sealed record MeetingSecond(
    Instant At, PeerStats? Network, long? WantedRate, double BitrateUp, double BitrateDown, TimeSpan Silence, TimeSpan Concealed,
    TimeSpan? PlayoutDelay, TimeSpan? MixDelay, bool IsEncoderOverloaded, IReadOnlyList<PicturesSecond> Sent, IReadOnlyList<PicturesSecond> Received);

/// <summary>One stream of pictures in one second.</summary>
/// <param name="Track">The track; for the own pictures the number of the encoding.</param>
/// <param name="Codec">How they are encoded.</param>
/// <param name="Width">Pixels of the last one.</param>
/// <param name="Height">Pixels of the last one.</param>
/// <param name="Fps">Pictures a second.</param>
/// <param name="Bitrate">Bits per second of pictures, without headers.</param>
/// <param name="Lost">Pictures that were sent and did not come whole and in time.</param>
/// <param name="Frozen">Time that the picture stood still longer than its rate explains.</param>
/// <param name="Delay">From leaving the sender to being whole here, mean; null for the own pictures and before a round trip is known.</param>
internal sealed record PicturesSecond(
    uint Track, VideoCodec Codec, int Width, int Height, double Fps, double Bitrate, int Lost, TimeSpan Frozen, TimeSpan? Delay);
