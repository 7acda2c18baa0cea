using Parley.Media.Audio;

namespace Parley.Benchmarks.HotPaths;

/// <summary>Eight talkers are summed, and each gets the sum less their own.</summary>
internal sealed class MixPath : HotPath
{
    private const int Talkers = 8;

    private readonly Mixer _mixer = new(Talkers);
    private readonly short[] _in = new short[AudioFormat.FrameSamples];
    private readonly short[] _out = new short[AudioFormat.FrameSamples];

    public MixPath() => Array.Fill(_in, (short)1000);

    public override string Name => "mix 8 talkers";

    public override void Run()
    {
        _mixer.Begin();
        for (var i = 0; i < Talkers; i++) _mixer.Add(i, _in);
        for (var i = 0; i < Talkers; i++) _mixer.MixFor(i, _out);
    }

    public override void Verify() => Expect(_out[^1] == 7000, $"seven times 1000 are {_out[^1]}");
}
