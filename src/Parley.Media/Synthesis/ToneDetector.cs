using Parley.Media.Audio;

namespace Parley.Media.Synthesis;

/// <summary>
/// Measures how loud given tones are in a recording, in dBFS (a full-scale sine is 0): Goertzel filters over Hann windows of one second, the median
/// of the windows. The first half second after sound begins is skipped.
/// </summary>
/// <remarks>One second of Hann resolves tones 4 Hz apart and keeps a tone out of its neighbours by more than 90 dB at the distances of the tests.</remarks>
public sealed class ToneDetector
{
    private const int WindowSamples = AudioFormat.SampleRate;
    private const int SkippedSamples = AudioFormat.SampleRate / 2;
    private const double FloorDb = -200;

    private readonly double[] _hz;
    private readonly double[] _hann;
    private readonly double[] _window = new double[WindowSamples];
    private readonly List<double>[] _levels;
    private int _filled;
    private int _skipped;
    private bool _hasBegun;
    private double _energy;
    private long _samples;

    /// <summary>Makes a detector for tones in Hz.</summary>
    public ToneDetector(ReadOnlySpan<double> hz)
    {
        _hz = hz.ToArray();
        _levels = [.. _hz.Select(_ => new List<double>())];
        _hann = new double[WindowSamples];
        for (var i = 0; i < WindowSamples; i++) _hann[i] = 0.5 * (1 - Math.Cos(2 * Math.PI * i / WindowSamples));
    }

    /// <summary>RMS of everything measured, in dBFS where a full-scale sine is 0; negative infinity before anything was.</summary>
    public double LevelDb => _samples == 0 ? double.NegativeInfinity : 10 * Math.Log10(Math.Max(2 * _energy / _samples, 1e-20));

    /// <summary>The median level of a tone; negative infinity before a whole window was heard.</summary>
    public double DbFs(int index)
    {
        var levels = _levels[index];
        if (levels.Count == 0) return double.NegativeInfinity;
        var sorted = levels.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Takes the next samples, at 48 kHz.</summary>
    public void Add(ReadOnlySpan<short> samples)
    {
        if (!_hasBegun && LevelMeter.IsSilent(samples)) return;
        _hasBegun = true;
        foreach (var sample in samples)
        {
            if (_skipped < SkippedSamples)
            {
                _skipped++;
                continue;
            }
            var value = sample / 32768.0;
            _energy += value * value;
            _samples++;
            if (_hz.Length == 0) continue;
            _window[_filled] = value * _hann[_filled];
            if (++_filled == WindowSamples) MeasureWindow();
        }
    }

    private void MeasureWindow()
    {
        _filled = 0;
        for (var i = 0; i < _hz.Length; i++)
        {
            var amplitude = 2 * Magnitude(_window, _hz[i]) / (WindowSamples * 0.5);
            _levels[i].Add(amplitude > 0 ? Math.Max(FloorDb, 20 * Math.Log10(amplitude)) : FloorDb);
        }
    }

    private static double Magnitude(double[] samples, double hz)
    {
        var omega = 2 * Math.PI * hz / AudioFormat.SampleRate;
        var coefficient = 2 * Math.Cos(omega);
        double s1 = 0, s2 = 0;
        foreach (var sample in samples)
        {
            var s0 = sample + (coefficient * s1) - s2;
            s2 = s1;
            s1 = s0;
        }
        return Math.Sqrt(Math.Max(0, (s1 * s1) + (s2 * s2) - (coefficient * s1 * s2)));
    }
}
