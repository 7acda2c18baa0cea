using Parley.Protocol;

namespace Parley.Conference.Client;

/// <summary>How long to wait before the next attempt to reconnect: 0, 0.3, 1.2, 2.7, 4.8, 7 s, then each 7 s, with a fifth of jitter.</summary>
internal sealed class BackOff(IRandomSource random)
{
    private static readonly double[] Seconds = [0, 0.3, 1.2, 2.7, 4.8, 7];
    private int _attempt;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var seconds = Seconds[Math.Min(_attempt, Seconds.Length - 1)];
        _attempt++;
        return TimeSpan.FromSeconds(seconds * (0.9 + (0.2 * random.NextDouble())));
    }

    /// <summary>It worked.</summary>
    public void Reset() => _attempt = 0;
}
