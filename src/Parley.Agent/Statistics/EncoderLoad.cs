using Parley.Protocol.Ui;

namespace Parley.Agent.Statistics;

/// <summary>Whether this machine keeps up with encoding its camera, from what the page measures once a second. Pure.</summary>
/// <remarks>
/// Overloaded: for three seconds pictures waited for the encoder, or less than 60 % of the pictures planned came out although the camera gave them
/// (a camera in the dark gives fewer; that is no load). Over again after three good seconds.
/// </remarks>
internal sealed class EncoderLoad
{
    private const int LongQueue = 2;
    private const double EnoughFrames = 0.6;
    private const int Confirmation = 3;

    private int _bad;
    private int _good;

    /// <summary>Whether the machine is too slow for what it is asked.</summary>
    public bool IsOverloaded { get; private set; }

    /// <summary>Takes the measurement of a second.</summary>
    /// <param name="stats">What the page measured.</param>
    /// <param name="plannedFps">Pictures a second of the largest encoding asked for; 0 while none is.</param>
    public void Update(UiPageStats stats, double plannedFps)
    {
        var expected = Math.Min(plannedFps, stats.FpsCaptured);
        var isBad = plannedFps > 0 && (stats.EncodeQueue >= LongQueue || stats.FpsSent < EnoughFrames * expected);
        _bad = isBad ? _bad + 1 : 0;
        _good = isBad ? 0 : _good + 1;
        if (_bad >= Confirmation) IsOverloaded = true;
        else if (_good >= Confirmation) IsOverloaded = false;
    }

    /// <summary>Forgets everything: the page is gone.</summary>
    public void Reset()
    {
        _bad = 0;
        _good = 0;
        IsOverloaded = false;
    }
}
