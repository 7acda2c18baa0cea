using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>Where the time goes from another person's mouth to this one's ear. What was not measured is null.</summary>
internal static class LatencyBudget
{
    /// <summary>Sound is captured 10 ms at a time, and each packet carries one such frame.</summary>
    private const double PacketMs = 10;

    /// <summary>Adds up the parts.</summary>
    /// <param name="page">What the page measured; its capture stands for the speaker's, whom nobody here can measure.</param>
    /// <param name="roundTrip">Ours to the server: half of it is our way, and the speaker's way is taken as equal.</param>
    /// <param name="playoutDelay">Delay in the agent's buffer; null while nobody is heard.</param>
    /// <param name="mixDelay">Delay of the speaker's sound in the server; null while the server does not tell.</param>
    public static UiLatency Of(UiPageStats? page, TimeSpan? roundTrip, TimeSpan? playoutDelay, TimeSpan? mixDelay) => new(
        page?.CaptureMs, PacketMs, roundTrip?.TotalMilliseconds, playoutDelay?.TotalMilliseconds, mixDelay?.TotalMilliseconds,
        page?.RingMs is { } ring ? ring + (page.OutputMs ?? 0) : null);
}
