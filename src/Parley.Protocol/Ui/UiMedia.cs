using Parley.Protocol.Rtp;

namespace Parley.Protocol.Ui;

/// <summary>How much a person wants to receive.</summary>
public enum ReceptionMode
{
    /// <summary>Everything that the network bears.</summary>
    Full,

    /// <summary>Small pictures only, in both directions.</summary>
    Saver,

    /// <summary>No pictures, in both directions.</summary>
    AudioOnly,
}

/// <summary>What a person wants of pictures; remembered.</summary>
/// <param name="Codec">The codec to send when everyone can show it; null leaves the choice to the program.</param>
/// <param name="Reception">How much to send and receive.</param>
public sealed record UiPreferences(VideoCodec? Codec, ReceptionMode Reception);

/// <summary>A picture on the screen.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Width">In pixels of the screen (not CSS pixels).</param>
/// <param name="Height">In pixels of the screen.</param>
public sealed record UiTile(string Id, int Width, int Height);

/// <summary>One encoding of the camera that the page makes.</summary>
/// <param name="Encoding">0 large, 1 small.</param>
/// <param name="Codec">How.</param>
/// <param name="Width">Most pixels a row; the camera's shape is kept.</param>
/// <param name="Height">Most rows.</param>
/// <param name="FramesPerSecond">Most pictures a second.</param>
/// <param name="Bitrate">Bits per second to aim for.</param>
/// <param name="Quality">For JPEG: 1 to 100.</param>
/// <param name="TemporalLayers">1, or 2 when every second picture may be left out by the relay.</param>
public sealed record UiEncoding(
    int Encoding, VideoCodec Codec, int Width, int Height, int FramesPerSecond, int Bitrate, int Quality, int TemporalLayers);

/// <summary>What changed about what one sends.</summary>
public enum QualityStep
{
    /// <summary>Smaller or fewer pictures.</summary>
    VideoDown,

    /// <summary>Larger or more pictures.</summary>
    VideoUp,

    /// <summary>No pictures any more; sound goes on.</summary>
    VideoStopped,

    /// <summary>Pictures again.</summary>
    VideoResumed,

    /// <summary>Sound in telephone width.</summary>
    AudioNarrowed,

    /// <summary>Sound in full width again.</summary>
    AudioWidened,
}

/// <summary>Why it changed.</summary>
public enum QualityReason
{
    /// <summary>Packets get lost.</summary>
    Loss,

    /// <summary>The round trip is long.</summary>
    RoundTrip,

    /// <summary>The network does not bear more.</summary>
    Bandwidth,

    /// <summary>This machine does not encode fast enough.</summary>
    Cpu,

    /// <summary>Somebody came or went who cannot show, or could not, a codec.</summary>
    Codec,

    /// <summary>The person's own preference.</summary>
    Preference,

    /// <summary>It is well again.</summary>
    Recovered,
}

/// <summary>A change of quality.</summary>
/// <param name="Step">What changed.</param>
/// <param name="Reason">Why.</param>
/// <param name="FromHeight">Rows of the picture before; 0 for none.</param>
/// <param name="ToHeight">Rows of the picture now; 0 for none.</param>
public sealed record UiQualityChange(QualityStep Step, QualityReason Reason, int FromHeight, int ToHeight);

/// <summary>How good the connection is.</summary>
public enum QualityLevel
{
    /// <summary>Not measured yet.</summary>
    Unknown,

    /// <summary>Nothing to complain about.</summary>
    Good,

    /// <summary>One notices it.</summary>
    Fair,

    /// <summary>It hinders talking.</summary>
    Poor,
}

/// <summary>What hurts most.</summary>
public enum QualityCause
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Packets get lost; the value is the share, 0 to 1.</summary>
    Loss,

    /// <summary>The round trip is long; milliseconds.</summary>
    RoundTrip,

    /// <summary>Packets come unevenly; milliseconds.</summary>
    Jitter,

    /// <summary>There is less room than is wanted; bits per second that pass.</summary>
    Bandwidth,

    /// <summary>This machine is too slow; pictures a second that it makes.</summary>
    Cpu,

    /// <summary>Nothing comes from the server; seconds.</summary>
    Silence,
}

/// <summary>In which direction.</summary>
public enum QualityDirection
{
    /// <summary>Neither, or both.</summary>
    Both,

    /// <summary>From here to the server.</summary>
    Up,

    /// <summary>From the server to here.</summary>
    Down,
}

/// <summary>The connection in a word, with the cause; the page has the sentence and the advice.</summary>
/// <param name="Level">How good.</param>
/// <param name="Cause">What hurts most.</param>
/// <param name="Direction">Where.</param>
/// <param name="Value">How much, in the unit of the cause.</param>
public sealed record UiQuality(QualityLevel Level, QualityCause Cause, QualityDirection Direction, double Value);

/// <summary>What the page measured of its own part in the last second.</summary>
/// <param name="FpsCaptured">Pictures a second from the camera.</param>
/// <param name="FpsSent">Pictures a second given to the agent, of the larger encoding that is made.</param>
/// <param name="EncodeMs">Mean time to encode one picture; null without one.</param>
/// <param name="EncodeQueue">Pictures that waited for the encoder, at most.</param>
/// <param name="CaptureMs">From the capture of a 10 ms frame of sound to its leaving for the agent; null without.</param>
/// <param name="RingMs">Sound waiting in the playout ring, mean; null while nothing plays.</param>
/// <param name="OutputMs">The browser's estimate from ring to loudspeaker; null when it gives none.</param>
/// <param name="Tracks">The pictures shown.</param>
public sealed record UiPageStats(
    double FpsCaptured, double FpsSent, double? EncodeMs, int EncodeQueue, double? CaptureMs, double? RingMs, double? OutputMs,
    IReadOnlyList<UiTrackShown> Tracks);

/// <summary>How one track was shown in the last second.</summary>
/// <param name="Track">Its number.</param>
/// <param name="Fps">Pictures a second on the screen.</param>
/// <param name="LatencyMs">From capture to screen, mean; null when it cannot be told.</param>
public sealed record UiTrackShown(uint Track, double Fps, double? LatencyMs);

/// <summary>One second of statistics. Values that could not be measured are null, never 0.</summary>
/// <param name="At">Agent milliseconds (the clock of <see cref="Pong"/>).</param>
/// <param name="RttMs">Round trip to the server.</param>
/// <param name="LossUp">Share of our packets that the network lost, 0 to 1.</param>
/// <param name="LossDown">Share of their packets that the network lost, 0 to 1.</param>
/// <param name="JitterUpMs">Jitter of what we send, as the server reports it.</param>
/// <param name="JitterDownMs">Jitter of what we receive.</param>
/// <param name="FpsSent">Pictures a second sent.</param>
/// <param name="FpsReceived">Pictures a second received, all participants.</param>
/// <param name="BitrateUp">Bits per second sent on the wire.</param>
/// <param name="BitrateDown">Bits per second received on the wire.</param>
/// <param name="TargetUp">Bits per second that the estimate allows us to send.</param>
/// <param name="CongestionWindow">Bytes, of a file under way; null without one.</param>
/// <param name="SlowStartThreshold">Bytes, of a file under way; null without one.</param>
/// <param name="ConcealedMs">Sound made up in this second.</param>
/// <param name="Latency">Where the time goes, mouth to ear.</param>
/// <param name="People">One entry for each participant whose pictures come or go.</param>
public sealed record UiStatsSample(
    double At, double? RttMs, double? LossUp, double? LossDown, double? JitterUpMs, double? JitterDownMs, double FpsSent, double FpsReceived,
    double BitrateUp, double BitrateDown, double? TargetUp, double? CongestionWindow, double? SlowStartThreshold, double ConcealedMs,
    UiLatency Latency, IReadOnlyList<UiPersonStats> People);

/// <summary>The way of a sound from another person's mouth to this one's ear, in milliseconds; the sum is the estimate.</summary>
/// <param name="Capture">In the speaker's page, taken as equal to ours.</param>
/// <param name="Packet">The 10 ms of a packet.</param>
/// <param name="Network">Half the round trip here; the speaker's half is taken as equal.</param>
/// <param name="JitterBuffer">The agent's buffer.</param>
/// <param name="Mix">The server's buffer and tick.</param>
/// <param name="Playout">The page's ring and the loudspeaker.</param>
public sealed record UiLatency(double? Capture, double? Packet, double? Network, double? JitterBuffer, double? Mix, double? Playout);

/// <summary>One participant in one second of statistics.</summary>
/// <param name="Id">Who.</param>
/// <param name="Codec">How their pictures are encoded; for oneself, how one's own are.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Fps">Pictures a second.</param>
/// <param name="Bitrate">Bits per second of pictures.</param>
/// <param name="FramesLost">Pictures that were sent and not shown in this second.</param>
/// <param name="FreezeMs">Time frozen in this second.</param>
/// <param name="LatencyMs">From capture to screen.</param>
public sealed record UiPersonStats(
    string Id, VideoCodec? Codec, int Width, int Height, double Fps, double Bitrate, int FramesLost, double FreezeMs, double? LatencyMs);
