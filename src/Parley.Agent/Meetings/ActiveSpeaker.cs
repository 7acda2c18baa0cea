using Parley.Protocol.Time;

namespace Parley.Agent.Meetings;

/// <summary>Who has the floor, from the levels that the mix lists (the idea of RFC 6465): it follows the conversation and does not flicker.</summary>
/// <remarks>
/// Someone takes over who was louder than the present speaker, by a margin, for 300 ms in sum; time in which they were not runs back twice as
/// fast, so that coughs do not add up to speech. A level that only falls as meters fall counts for nothing: the sound is over, its reading is not.
/// Whoever took over stays for two seconds. Without anybody louder the last one stays. Not thread-safe.
/// </remarks>
internal sealed class ActiveSpeaker
{
    private const double SpeechDbfs = -50;
    private const double SilentDbfs = -127;
    private const double MarginDb = 6;

    /// <summary>The server's meter falls by 22 dB a second when a sound ends.</summary>
    private const double FreeFallDbPerSecond = 15;

    /// <summary>How long somebody must have been the louder one.</summary>
    public static readonly TimeSpan Takeover = TimeSpan.FromMilliseconds(300);

    /// <summary>How long whoever took over stays.</summary>
    public static readonly TimeSpan Tenure = TimeSpan.FromSeconds(2);

    /// <summary>Readings further apart say nothing about the time between them.</summary>
    private static readonly TimeSpan MaxStep = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _heard = new(StringComparer.Ordinal);
    private Instant? _last;
    private Instant _since;

    private record struct Claim(TimeSpan Time, double Level);

    /// <summary>Who speaks, or spoke last; null before anybody did.</summary>
    public string? Current { get; private set; }

    /// <summary>Takes the readings of now, some ten times a second; who is not among them is silent.</summary>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool Update(Instant now, IReadOnlyList<(string Id, double LevelDbfs)> readings)
    {
        var step = _last is { } last ? new TimeSpan(Math.Clamp((now - last).Ticks, 0, MaxStep.Ticks)) : TimeSpan.Zero;
        _last = now;
        _heard.Clear();
        var floor = SilentDbfs;
        foreach (var (id, level) in readings)
        {
            _heard.Add(id);
            if (id == Current) floor = level;
        }
        foreach (var (id, level) in readings)
        {
            if (id != Current) Press(id, level, floor, step);
        }
        foreach (var id in _claims.Keys)
        {
            if (!_heard.Contains(id)) Press(id, SilentDbfs, floor, step);
        }
        if (Current is not null && now - _since < Tenure) return false;
        return TryTakeOver(now);
    }

    /// <summary>Forgets whoever is not present any more.</summary>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool Keep(Func<string, bool> isPresent)
    {
        foreach (var id in _claims.Keys)
        {
            if (!isPresent(id)) _claims.Remove(id);
        }
        if (Current is not { } current || isPresent(current)) return false;
        Current = null;
        return true;
    }

    private void Press(string id, double level, double floor, TimeSpan step)
    {
        if (!_claims.TryGetValue(id, out var claim))
        {
            // The sound may have begun just now: time counts from here on.
            if (level >= SpeechDbfs) _claims[id] = new Claim(TimeSpan.Zero, level);
            return;
        }
        var isLouder = level >= SpeechDbfs && level >= floor + MarginDb;
        var isFading = level < claim.Level - (FreeFallDbPerSecond * step.TotalSeconds);
        var time = claim.Time + (!isLouder ? -2 * step : isFading ? -0.5 * step : step);
        if (time < TimeSpan.Zero && level < SpeechDbfs) _claims.Remove(id);
        else _claims[id] = new Claim(new TimeSpan(Math.Clamp(time.Ticks, 0, Takeover.Ticks)), level);
    }

    private bool TryTakeOver(Instant now)
    {
        string? loudest = null;
        var level = double.NegativeInfinity;
        foreach (var (id, claim) in _claims)
        {
            if (claim.Time < Takeover || claim.Level <= level) continue;
            (loudest, level) = (id, claim.Level);
        }
        if (loudest is null) return false;
        _claims.Remove(loudest);
        Current = loudest;
        _since = now;
        return true;
    }
}
