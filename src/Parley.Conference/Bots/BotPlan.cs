using Parley.Conference.Client;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Bots;

/// <summary>What a bot's microphone gives.</summary>
public enum BotAudioKind
{
    /// <summary>No microphone.</summary>
    None,

    /// <summary>A microphone that is on and hears nothing.</summary>
    Silence,

    /// <summary>A sine.</summary>
    Tone,

    /// <summary>A chirp each second of the monotonic clock, for latency.</summary>
    Click,

    /// <summary>Recorded frames, over and over.</summary>
    File,
}

/// <summary>What a bot's camera gives.</summary>
public enum BotVideoKind
{
    /// <summary>No camera.</summary>
    None,

    /// <summary>A moving test card that carries its capture time.</summary>
    TestCard,

    /// <summary>JPEG pictures, over and over.</summary>
    File,

    /// <summary>Sizes of pictures of a codec, with nothing to see in them.</summary>
    Model,
}

/// <summary>What a bot does.</summary>
public sealed record BotPlan
{
    /// <summary>Where to go.</summary>
    public required JoinPlan Join { get; init; }

    /// <summary>What it says.</summary>
    public BotAudioKind Audio { get; init; } = BotAudioKind.None;

    /// <summary>Hertz of <see cref="BotAudioKind.Tone"/>.</summary>
    public double ToneHz { get; init; }

    /// <summary>48 kHz samples of <see cref="BotAudioKind.File"/>.</summary>
    public ReadOnlyMemory<short> AudioSamples { get; init; }

    /// <summary>What it shows.</summary>
    public BotVideoKind Video { get; init; } = BotVideoKind.None;

    /// <summary>JPEG pictures of <see cref="BotVideoKind.File"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pictures { get; init; } = [];

    /// <summary>The codec of <see cref="BotVideoKind.Model"/>.</summary>
    public VideoCodec ModelCodec { get; init; } = VideoCodec.H264;

    /// <summary>Rows of the tile in which it shows everyone; null when it does not say.</summary>
    public int? TileHeight { get; init; }

    /// <summary>Pixels of the test card.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Pixels of the test card.</summary>
    public int Height { get; init; } = 360;

    /// <summary>Pictures a second.</summary>
    public int FramesPerSecond { get; init; } = 15;

    /// <summary>JPEG quality of the test card.</summary>
    public int Quality { get; init; } = 60;

    /// <summary>Colour of the test card.</summary>
    public int ColourIndex { get; init; }

    /// <summary>Tones to measure in what is heard.</summary>
    public IReadOnlyList<double> ListenFor { get; init; } = [];

    /// <summary>Lets everyone in, when host.</summary>
    public bool ApproveAll { get; init; }

    /// <summary>Says this once, when seated.</summary>
    public string? Chat { get; init; }

    /// <summary>Says it again each so often; zero for once. Each line carries the time it was sent, so that its way can be measured.</summary>
    public TimeSpan ChatInterval { get; init; }

    /// <summary>How long to try again when the door is busy.</summary>
    public TimeSpan DoorPatience { get; init; } = TimeSpan.FromSeconds(20);
}
