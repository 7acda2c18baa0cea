using System.Numerics;

namespace Parley.Media.Audio;

/// <summary>Changes the rate of a stream between 16 and 48 kHz with a polyphase windowed-sinc filter.</summary>
/// <remarks>
/// The filter has 193 taps at 48 kHz under a Kaiser window: flat to 7.2 kHz, below -70 dB from 8.4 kHz on. It is linear in phase and delays
/// the sound by <see cref="DelayAt48Khz"/>: 96 samples at 48 kHz, which is 32 samples at 16 kHz, 2 ms. Keeps the tail of what it has seen;
/// one instance per stream and direction. Allocates nothing after construction. Not thread-safe.
/// </remarks>
public sealed class Resampler
{
    /// <summary>The delay of both directions, in samples at 48 kHz.</summary>
    public const int DelayAt48Khz = (Taps - 1) / 2;

    private const int Taps = 193;
    private const int Factor = 3;
    private const int BlockSamples = 480;

    /// <summary>Middle of the transition band as a fraction of 48 kHz, and the Kaiser window's shape for 75 dB (Oppenheim and Schafer, 7.6).</summary>
    private const double Cutoff = 7_800.0 / 48_000;
    private const double KaiserBeta = 0.1102 * (75 - 8.7);

    private static readonly float[] DownFilter = MakeDownFilter();
    private static readonly float[][] UpFilters = MakeUpFilters();

    private readonly int _fromRate;
    private readonly int _toRate;

    /// <summary>The last inputs of earlier calls, then room for one block.</summary>
    private readonly float[] _line;
    private readonly int _history;

    /// <summary>Makes a converter. Rates are 16000 or 48000; equal rates copy without delay.</summary>
    public Resampler(int fromRate, int toRate)
    {
        if (fromRate is not (16_000 or 48_000)) throw new ArgumentOutOfRangeException(nameof(fromRate));
        if (toRate is not (16_000 or 48_000)) throw new ArgumentOutOfRangeException(nameof(toRate));
        _fromRate = fromRate;
        _toRate = toRate;
        _history = (fromRate > toRate ? DownFilter.Length : UpFilters[0].Length) - 1;
        _line = new float[_history + BlockSamples];
    }

    /// <summary>Converts the next samples of the stream.</summary>
    /// <param name="input">Any number of samples going up; a multiple of three going down.</param>
    /// <param name="output">Exactly as many samples as the input lasts at the new rate.</param>
    public void Process(ReadOnlySpan<short> input, Span<short> output)
    {
        if ((long)input.Length * _toRate != (long)output.Length * _fromRate)
            throw new ArgumentException("The output must last as long as the input.", nameof(output));
        if (_fromRate == _toRate)
        {
            input.CopyTo(output);
            return;
        }
        while (input.Length > 0)
        {
            var taken = Math.Min(input.Length, BlockSamples);
            var made = (int)((long)taken * _toRate / _fromRate);
            Push(input[..taken]);
            if (_fromRate < _toRate) Up(taken, output[..made]);
            else Down(output[..made]);
            _line.AsSpan(taken, _history).CopyTo(_line);
            input = input[taken..];
            output = output[made..];
        }
    }

    /// <summary>Forgets the past, as before a new stream.</summary>
    public void Reset() => _line.AsSpan().Clear();

    private void Push(ReadOnlySpan<short> input)
    {
        var room = _line.AsSpan(_history, input.Length);
        for (var i = 0; i < room.Length; i++) room[i] = input[i];
    }

    private void Up(int inputs, Span<short> output)
    {
        var filter0 = UpFilters[0];
        var filter1 = UpFilters[1];
        var filter2 = UpFilters[2];
        for (var n = 0; n < inputs; n++)
        {
            var past = _line.AsSpan(n, filter0.Length);
            output[n * Factor] = Round(Dot(past, filter0));
            output[(n * Factor) + 1] = Round(Dot(past, filter1));
            output[(n * Factor) + 2] = Round(Dot(past, filter2));
        }
    }

    private void Down(Span<short> output)
    {
        for (var n = 0; n < output.Length; n++) output[n] = Round(Dot(_line.AsSpan(n * Factor, DownFilter.Length), DownFilter));
    }

    /// <summary>Lengths are equal and a multiple of every vector width up to 512 bits.</summary>
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < b.Length; i += Vector<float>.Count) sum += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        return Vector.Sum(sum);
    }

    private static short Round(float sample) => (short)Math.Clamp(MathF.Round(sample), short.MinValue, short.MaxValue);

    /// <summary>The prototype, reversed for a dot product over the line, with zeros for taps older than the filter.</summary>
    private static float[] MakeDownFilter()
    {
        var prototype = MakePrototype();
        var filter = new float[RoundUp(Taps)];
        for (var k = 0; k < Taps; k++) filter[filter.Length - 1 - k] = (float)prototype[k];
        return filter;
    }

    /// <summary>Every third tap for each output between two inputs, times three because two of three inputs would be zeros.</summary>
    private static float[][] MakeUpFilters()
    {
        var prototype = MakePrototype();
        var filters = new float[Factor][];
        for (var phase = 0; phase < Factor; phase++)
        {
            var filter = new float[RoundUp((Taps + Factor - 1) / Factor)];
            for (var k = phase; k < Taps; k += Factor) filter[filter.Length - 1 - (k / Factor)] = (float)(prototype[k] * Factor);
            filters[phase] = filter;
        }
        return filters;
    }

    private static double[] MakePrototype()
    {
        var taps = new double[Taps];
        var sum = 0.0;
        for (var i = 0; i < Taps; i++)
        {
            var x = i - DelayAt48Khz;
            var sinc = x == 0 ? 2 * Cutoff : Math.Sin(2 * Math.PI * Cutoff * x) / (Math.PI * x);
            var r = (double)x / DelayAt48Khz;
            taps[i] = sinc * Bessel0(KaiserBeta * Math.Sqrt(1 - (r * r))) / Bessel0(KaiserBeta);
            sum += taps[i];
        }
        for (var i = 0; i < Taps; i++) taps[i] /= sum;
        return taps;
    }

    /// <summary>The modified Bessel function of order 0 by its power series; 50 terms are exact to the last bit below x = 20.</summary>
    private static double Bessel0(double x)
    {
        var term = 1.0;
        var sum = 1.0;
        for (var k = 1; k <= 50; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }

    private static int RoundUp(int taps) => (taps + 15) / 16 * 16;
}
