using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.HotPaths;

/// <summary>Twenty fragments become a picture.</summary>
internal sealed class AssemblePath : HotPath
{
    private const int Fragments = 20;

    private readonly FrameAssembler _assembler = new(new FrameAssemblerOptions());
    private readonly byte[] _fragment = new byte[Limits.MaxFragment];
    private Instant _now = Start;
    private long _frames;
    private long _taken;

    public override string Name => "assemble a frame of 20 fragments";

    public override void Run()
    {
        _now += TimeSpan.FromMilliseconds(33);
        var timestamp = new RtpTimestamp((uint)(_frames * 3000));
        for (var i = 0; i < Fragments; i++)
        {
            var header = new FrameHeader((ushort)_frames, (ushort)i, Fragments, 640, 360, FrameFlags.KeyFrame, 0);
            _assembler.Insert(_now, header, timestamp, (byte)PayloadType.Jpeg, _fragment);
        }
        while (_assembler.TryTake(_now, out var frame))
        {
            if (frame.Length == Fragments * Limits.MaxFragment) _taken++;
            _assembler.Release(frame);
        }
        _frames++;
    }

    public override void Verify() => Expect(_taken == _frames, $"{_frames} pictures became {_taken}");
}
