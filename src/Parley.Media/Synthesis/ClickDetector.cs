using Parley.Media.Audio;
using Parley.Protocol.Time;

namespace Parley.Media.Synthesis;

/// <summary>Finds the chirps of a <see cref="ClickSource"/> by correlation and tells how late after its full second each was heard.</summary>
public sealed class ClickDetector
{
    private const double Threshold = 0.6;
    private const double MaxLatencyMs = 900;

    private readonly short[] _window = new short[AudioFormat.FrameSamples + ClickSource.ChirpSamples];
    private readonly List<double> _latencies = [];
    private long _lastSecond = -1;

    /// <summary>Milliseconds from the full second to the hearing of each chirp.</summary>
    public IReadOnlyList<double> LatenciesMs => _latencies;

    /// <summary>Takes 10 ms that begin to sound at <paramref name="now"/>.</summary>
    public void Add(Instant now, ReadOnlySpan<short> frame)
    {
        frame.CopyTo(_window.AsSpan(ClickSource.ChirpSamples));
        if (!LevelMeter.IsSilent(_window))
        {
            var (offset, likeness) = Find();
            if (likeness > Threshold) Report(now + TimeSpan.FromSeconds((double)(offset - ClickSource.ChirpSamples) / AudioFormat.SampleRate));
        }
        frame.CopyTo(_window);
    }

    private void Report(Instant heard)
    {
        var second = heard.Ticks / TimeSpan.TicksPerSecond;
        var late = (heard.Ticks - (second * TimeSpan.TicksPerSecond)) / (double)TimeSpan.TicksPerMillisecond;
        if (second == _lastSecond || late > MaxLatencyMs) return;
        _lastSecond = second;
        _latencies.Add(late);
    }

    private (int Offset, double Likeness) Find()
    {
        double best = 0;
        var at = 0;
        for (var offset = 0; offset <= AudioFormat.FrameSamples; offset += 2)
        {
            double product = 0, energy = 0, own = 0;
            for (var i = 0; i < ClickSource.ChirpSamples; i += 2)
            {
                double a = _window[offset + i], b = ClickSource.Chirp[i];
                product += a * b;
                energy += a * a;
                own += b * b;
            }
            var likeness = energy > 0 ? product / Math.Sqrt(energy * own) : 0;
            if (likeness <= best) continue;
            best = likeness;
            at = offset;
        }
        return (at, best);
    }
}
