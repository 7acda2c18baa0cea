namespace Parley.Media.Synthesis;

/// <summary>A sine without end, for tests: continuous over frames.</summary>
public sealed class ToneSource(double hz, double dbfs)
{
    private readonly double _amplitude = Math.Pow(10, dbfs / 20) * short.MaxValue;
    private readonly double _step = 2 * Math.PI * hz / Audio.AudioFormat.SampleRate;
    private double _phase;

    /// <summary>Fills a span with the next samples.</summary>
    public void Read(Span<short> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = (short)Math.Round(_amplitude * Math.Sin(_phase));
            _phase += _step;
        }
        _phase %= 2 * Math.PI;
    }
}
