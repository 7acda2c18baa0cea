namespace Parley.Agent;

/// <summary>How an agent runs.</summary>
public sealed record AgentOptions
{
    /// <summary>The usual port of the page. A browser keeps camera permission per origin, so it should not wander.</summary>
    public const int DefaultUiPort = 5180;

    /// <summary>Where settings, identity, secret and pins are kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Name and version, for logs, servers and About.</summary>
    public string Product { get; init; } = "Parley";

    /// <summary>Port of the page on 127.0.0.1.</summary>
    public int UiPort { get; init; } = DefaultUiPort;

    /// <summary>Whether a taken <see cref="UiPort"/> fails (it was asked for) or gives way to a free one.</summary>
    public bool UiPortIsFixed { get; init; }

    /// <summary>How long an agent without page and meeting lives; null for ever.</summary>
    public TimeSpan? IdleLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A name to use instead of the remembered one.</summary>
    public string? Name { get; init; }

    /// <summary>What the camera is to be sent in (<c>--video-codec</c>), remembered as if it was chosen in the settings; null to leave that as it is.</summary>
    public CodecChoice? Codec { get; init; }

    /// <summary>An impaired network for learning and testing (<c>--impair</c>), or null.</summary>
    public Parley.Transport.Impairment.ImpairmentOptions? Impairment { get; init; }
}
