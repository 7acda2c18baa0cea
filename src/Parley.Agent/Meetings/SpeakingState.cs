namespace Parley.Agent.Meetings;

/// <summary>Who counts as speaking: loud enough to start, a little quieter to go on, and held for half a second so that rings do not flicker.</summary>
internal sealed class SpeakingState
{
    private const double StartDbfs = -45;
    private const double GoOnDbfs = -52;
    private const double HoldMilliseconds = 500;

    private readonly Dictionary<uint, double> _lastLoud = [];

    /// <summary>Takes the present level of a source.</summary>
    public void Update(double nowMilliseconds, uint audioSsrc, double levelDbfs)
    {
        var threshold = _lastLoud.ContainsKey(audioSsrc) ? GoOnDbfs : StartDbfs;
        if (levelDbfs >= threshold) _lastLoud[audioSsrc] = nowMilliseconds;
    }

    /// <summary>Forgets who fell silent; true when anybody did.</summary>
    public bool Expire(double nowMilliseconds)
    {
        List<uint>? silent = null;
        foreach (var (ssrc, at) in _lastLoud)
        {
            if (nowMilliseconds - at > HoldMilliseconds) (silent ??= []).Add(ssrc);
        }
        silent?.ForEach(s => _lastLoud.Remove(s));
        return silent is not null;
    }

    /// <summary>Whether a source is speaking.</summary>
    public bool IsSpeaking(uint audioSsrc) => _lastLoud.ContainsKey(audioSsrc);

    /// <summary>How many are.</summary>
    public int Count => _lastLoud.Count;
}
