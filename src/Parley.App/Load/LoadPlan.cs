using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Transport.Impairment;

namespace Parley.App.Load;

/// <summary>What <c>parley load</c> does.</summary>
internal sealed record LoadPlan
{
    /// <summary>Most bots in one run: each has a thread and two sockets.</summary>
    public const int MaxParticipants = 500;

    /// <summary>Where to go; code and name are filled in.</summary>
    public required JoinPlan Join { get; init; }

    /// <summary>Bots in all.</summary>
    public required int Participants { get; init; }

    /// <summary>Bots in a meeting; the last meeting may have fewer.</summary>
    public required int MeetingSize { get; init; }

    /// <summary>How many of each meeting speak; the first of them sends chirps, by which the delay of sound is measured.</summary>
    public required int Talkers { get; init; }

    /// <summary>How many of each meeting show pictures.</summary>
    public required int Cameras { get; init; }

    /// <summary>Joins a second, over all meetings.</summary>
    public required double Ramp { get; init; }

    /// <summary>How long everybody stays once the last one should have joined.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Size, rate and quality of the pictures.</summary>
    public required BotPlan Media { get; init; }

    /// <summary>The network of every bot; null for the machine's own.</summary>
    public ImpairmentOptions? Impairment { get; init; }

    /// <summary>How many meetings there are.</summary>
    public int Meetings => (Participants + MeetingSize - 1) / MeetingSize;

    /// <summary>The whole run: ramp and stay.</summary>
    public TimeSpan WholeDuration => TimeSpan.FromSeconds(Participants / Ramp) + Duration;

    /// <summary>What a bot does.</summary>
    /// <param name="meeting">0 to <see cref="Meetings"/> - 1.</param>
    /// <param name="seat">0 for the host.</param>
    public BotPlan Bot(int meeting, int seat) => Media with
    {
        Join = Join with { Name = $"Load {meeting + 1}.{seat + 1}", Code = seat == 0 ? null : "000000" },
        ApproveAll = seat == 0,
        ColourIndex = seat,
        Audio = seat >= Talkers ? BotAudioKind.None : seat == 0 ? BotAudioKind.Click : BotAudioKind.Tone,
        ToneHz = 300 + (97 * seat),
        Video = seat < Cameras ? Media.Video : BotVideoKind.None,
    };
}
