using BenchmarkDotNet.Attributes;
using Parley.Media.Audio;

namespace Parley.Benchmarks.Micro;

/// <summary>Ten milliseconds of a meeting: everyone gets the sum of all the others.</summary>
public class Mixing
{
    private short[][] _frames = [];
    private Mixer _mixer = new(1);
    private readonly short[] _out = new short[AudioFormat.FrameSamples];

    [Params(3, 16)]
    public int Talkers { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        _frames = [.. Enumerable.Range(0, Talkers).Select(_ => Enumerable.Range(0, AudioFormat.FrameSamples).Select(_ => (short)random.Next(-2000, 2000)).ToArray())];
        _mixer = new Mixer(Talkers);
    }

    /// <summary>As one would say it: for each listener, the sum of everyone else, clipped.</summary>
    [Benchmark(Baseline = true)]
    public int Naive()
    {
        var sum = 0;
        for (var listener = 0; listener < Talkers; listener++)
        {
            var others = _frames.Where((_, i) => i != listener).ToList();
            var mix = Enumerable.Range(0, AudioFormat.FrameSamples)
                .Select(i => (short)Math.Clamp(others.Sum(f => f[i]), short.MinValue, short.MaxValue)).ToArray();
            sum += mix[^1];
        }
        return sum;
    }

    [Benchmark]
    public int Parley()
    {
        var sum = 0;
        _mixer.Begin();
        for (var i = 0; i < Talkers; i++) _mixer.Add(i, _frames[i]);
        for (var i = 0; i < Talkers; i++)
        {
            _mixer.MixFor(i, _out);
            sum += _out[^1];
        }
        return sum;
    }
}
