using Parley.Media.Audio;
using Parley.Transport.Congestion;
using Parley.Transport.Protection;

namespace Parley.Conference;

/// <summary>What a conference server is told at its start.</summary>
public sealed record ConferenceOptions
{
    /// <summary>Everything as design.md says.</summary>
    public static readonly ConferenceOptions Default = new();

    /// <summary>Name and version of the program, for the welcome and for logs.</summary>
    public string Product { get; init; } = "Parley";

    /// <summary>Unix milliseconds at <c>new Instant(0)</c>: the driver's bridge to calendar time.</summary>
    public long UnixTimeOrigin { get; init; }

    /// <summary>The port of the media socket, told to clients.</summary>
    public int UdpPort { get; init; } = 5001;

    /// <summary>Makes the ciphers of media keys.</summary>
    public IAeadFactory Ciphers { get; init; } = AesGcmFactory.Instance;

    /// <summary>The codecs of sound beside L16.</summary>
    public IAudioCodecs AudioCodecs { get; init; } = NoAudioCodecs.Instance;

    /// <summary>How the rates towards the clients are found.</summary>
    public CongestionOptions Congestion { get; init; } = CongestionOptions.Default;

    /// <summary>Silence after which a participant is shown as away.</summary>
    public TimeSpan AwayAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a seat is held for someone who is away.</summary>
    public TimeSpan SeatHold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the host's role waits for an away host.</summary>
    public TimeSpan HostHold { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a meeting lives without anyone present.</summary>
    public TimeSpan EmptyMeetingLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may stay without a seat or a request.</summary>
    public TimeSpan IdleSessionLife { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Chat lines a second in the long run, per person.</summary>
    public double ChatRate { get; init; } = 10;

    /// <summary>Chat lines at once, per person.</summary>
    public double ChatBurst { get; init; } = 30;

    /// <summary>Looks at the chat so far a second in the long run, per person.</summary>
    public double ChatHistoryRate { get; init; } = 2;

    /// <summary>Looks at the chat so far at once, per person: less than what may wait in a connection.</summary>
    public double ChatHistoryBurst { get; init; } = 6;

    /// <summary>Reactions a second in the long run, per person.</summary>
    public double ReactionRate { get; init; } = 1;

    /// <summary>Reactions at once, per person.</summary>
    public double ReactionBurst { get; init; } = 5;

    /// <summary>Reactions a second of everyone in a meeting: more cannot be told apart on a screen.</summary>
    public double MeetingReactionRate { get; init; } = 40;

    /// <summary>Raised hands a second in the long run, per person.</summary>
    public double HandRate { get; init; } = 0.5;

    /// <summary>Raised hands at once, per person.</summary>
    public double HandBurst { get; init; } = 5;

    /// <summary>Control messages a second in the long run, per connection; more are dropped and counted.</summary>
    public double ControlRate { get; init; } = 100;

    /// <summary>Control messages at once, per connection.</summary>
    public double ControlBurst { get; init; } = 400;

    /// <summary>
    /// Whether the driver polls <see cref="ConferenceServer.PollRecord"/> and answers. A chat line is then shown when it is recorded; else at once.
    /// </summary>
    public bool KeepsRecords { get; init; }

    /// <summary>How long the store may take before whoever waits for it is told that it does not answer.</summary>
    public TimeSpan RecordPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Meetings at once.</summary>
    public int MaxMeetings { get; init; } = 1000;
}
