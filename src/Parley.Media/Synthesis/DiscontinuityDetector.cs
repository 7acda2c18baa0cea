using Parley.Media.Audio;

namespace Parley.Media.Synthesis;

/// <summary>Counts clicks in a tone: places where the next sample is not where a sine would go on.</summary>
/// <remarks>
/// Of a sine each sample follows from the two before it. What is left over is rounding, a slow change of level or phase, or a click. A cross-fade of 5 ms
/// from one place of the tone to a like one leaves some thousandths of the amplitude, a step of the wave a multiple of that. Clicks within 5 ms
/// count once. The first 10 ms after a pause do not count. Not thread-safe.
/// </remarks>
/// <param name="hz">The tone.</param>
/// <param name="dbfs">Its level.</param>
public sealed class DiscontinuityDetector(double hz, double dbfs)
{
    /// <summary>Share of the amplitude by which a sample may miss its place.</summary>
    public const double Tolerance = 0.02;

    /// <summary>What rounding to whole numbers adds to the prediction from two rounded samples.</summary>
    private const double Rounding = 3;

    private const int DeadSamples = 240;
    private const int OnsetSamples = AudioFormat.FrameSamples;

    private readonly double _factor = 2 * Math.Cos(2 * Math.PI * hz / AudioFormat.SampleRate);
    private readonly double _limit = Rounding + (Tolerance * 32_768 * Math.Pow(10, dbfs / 20));
    private double _last;
    private double _beforeLast;
    private int _deaf = OnsetSamples;

    /// <summary>Clicks heard.</summary>
    public long Clicks { get; private set; }

    /// <summary>By how much a sample missed its place at most, in units of 16 bits; onsets left out.</summary>
    public double Largest { get; private set; }

    /// <summary>Takes the next frame.</summary>
    /// <param name="frame">Samples of the tone.</param>
    /// <param name="isTalkStart">Whether it follows a pause.</param>
    public void Add(ReadOnlySpan<short> frame, bool isTalkStart)
    {
        if (isTalkStart) _deaf = OnsetSamples;
        foreach (var sample in frame)
        {
            var miss = Math.Abs(sample - (_factor * _last) + _beforeLast);
            (_beforeLast, _last) = (_last, sample);
            if (_deaf > 0)
            {
                _deaf--;
                continue;
            }
            Largest = Math.Max(Largest, miss);
            if (miss <= _limit) continue;
            Clicks++;
            _deaf = DeadSamples;
        }
    }
}
