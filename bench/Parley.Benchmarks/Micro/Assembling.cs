using BenchmarkDotNet.Attributes;
using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.Micro;

/// <summary>Twenty fragments become a picture.</summary>
public class Assembling
{
    private const int Fragments = 20;

    private readonly FrameAssembler _assembler = new(new FrameAssemblerOptions());
    private readonly byte[] _fragment = new byte[Limits.MaxFragment];
    private Instant _now = new(TimeSpan.FromHours(1).Ticks);
    private ushort _frame;

    /// <summary>A dictionary of arrays, joined when all are there.</summary>
    [Benchmark(Baseline = true)]
    public int Naive()
    {
        var parts = new Dictionary<int, byte[]>();
        for (var i = 0; i < Fragments; i++) parts[i] = _fragment.ToArray();
        return parts.OrderBy(p => p.Key).SelectMany(p => p.Value).ToArray().Length;
    }

    [Benchmark]
    public int Parley()
    {
        _now += TimeSpan.FromMilliseconds(33);
        for (var i = 0; i < Fragments; i++)
        {
            var header = new FrameHeader(_frame, (ushort)i, Fragments, 640, 360, FrameFlags.KeyFrame, 0);
            _assembler.Insert(_now, header, new RtpTimestamp(_frame), (byte)PayloadType.Jpeg, _fragment);
        }
        _frame++;
        if (!_assembler.TryTake(_now, out var frame)) return -1;
        _assembler.Release(frame);
        return frame.Length;
    }
}
