using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>Who is heard: levels for the meters, rings around whoever speaks, and the one who has the floor.</summary>
/// <remarks>Owned by the agent's own task. One's own voice is not among them: the mix for oneself is without it.</remarks>
internal sealed class Voices
{
    private readonly SpeakingState _speaking = new();
    private readonly List<(string Id, double LevelDbfs)> _readings = [];
    private ActiveSpeaker _active = new();

    /// <summary>Who speaks, or spoke last; null before anybody did.</summary>
    public string? ActiveSpeaker => _active.Current;

    /// <summary>Whether a source is heard now.</summary>
    public bool IsSpeaking(uint audioSsrc) => _speaking.IsSpeaking(audioSsrc);

    /// <summary>A new meeting begins.</summary>
    public void Begin() => _active = new ActiveSpeaker();

    /// <summary>Somebody came or went.</summary>
    public void OnParticipants(IReadOnlyList<ParticipantState> participants) => _active.Keep(id => participants.Any(p => p.Id == id));

    /// <summary>Takes the levels of now.</summary>
    /// <returns>The levels by participant, and whether a snapshot would look different.</returns>
    public (IReadOnlyList<UiLevel> Levels, bool HasChanged) Update(
        Instant now, ReadOnlySpan<SpeakerLevel> speakers, IReadOnlyList<ParticipantState> participants)
    {
        var before = _speaking.Count;
        var levels = new List<UiLevel>(speakers.Length);
        _readings.Clear();
        foreach (var speaker in speakers)
        {
            _speaking.Update(now.Milliseconds, speaker.AudioSsrc, speaker.LevelDbfs);
            var ssrc = speaker.AudioSsrc;
            if (participants.FirstOrDefault(p => p.AudioSsrc == ssrc) is not { } who) continue;
            levels.Add(new UiLevel(who.Id, LevelMeter.ToPerceptual(speaker.LevelDbfs)));
            _readings.Add((who.Id, speaker.LevelDbfs));
        }
        var hasFallenSilent = _speaking.Expire(now.Milliseconds);
        var hasTakenOver = _active.Update(now, _readings);
        return (levels, hasFallenSilent || hasTakenOver || _speaking.Count != before);
    }
}
