using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.HotPaths;

/// <summary>A frame of sound goes into the jitter buffer and one comes out, with one in fifty lost.</summary>
internal sealed class JitterPath : HotPath
{
    private readonly AudioJitterBuffer _buffer = new(new JitterBufferOptions());
    private readonly byte[] _payload = new byte[AudioDecoding.MaxPayload];
    private readonly short[] _out = new short[AudioFormat.FrameSamples];
    private Instant _now = Start;
    private uint _number;

    public JitterPath()
    {
        var samples = new short[AudioFormat.FrameSamples];
        for (var i = 0; i < samples.Length; i++) samples[i] = (short)(1000 * Math.Sin(i * 0.1));
        L16.Encode(samples, _payload);
    }

    public override string Name => "jitter buffer, insert and read";

    public override void Run()
    {
        _number++;
        _now += AudioFormat.FrameDuration;
        if (_number % 50 != 0)
            _buffer.Insert(_now, Header(), _payload);
        _buffer.Read(_now, _out);
    }

    private RtpHeader Header() => new(
        PayloadType.L16At48Khz, _number == 1, new SequenceNumber((ushort)_number), new RtpTimestamp(_number * AudioFormat.FrameSamples), default, 0, 12, 0);

    public override void Verify() => Expect(_buffer.Stats.Played > _number * 0.9, $"{_buffer.Stats}");
}
