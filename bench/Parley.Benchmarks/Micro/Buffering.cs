using BenchmarkDotNet.Attributes;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.Micro;

/// <summary>A frame of sound goes into the jitter buffer and one comes out.</summary>
public class Buffering
{
    private readonly AudioJitterBuffer _buffer = new(new JitterBufferOptions());
    private readonly SortedDictionary<uint, short[]> _sorted = [];
    private readonly short[] _in = new short[AudioFormat.FrameSamples];
    private readonly byte[] _payload = new byte[AudioDecoding.MaxPayload];
    private readonly short[] _out = new short[AudioFormat.FrameSamples];
    private Instant _now = new(TimeSpan.FromHours(1).Ticks);
    private uint _number;

    /// <summary>Sorted by number, two frames late; no concealment, no adaptation.</summary>
    [Benchmark(Baseline = true)]
    public int Naive()
    {
        _sorted[_number++] = _in.ToArray();
        if (_sorted.Count < 3) return 0;
        var (number, frame) = _sorted.First();
        _sorted.Remove(number);
        frame.CopyTo(_out, 0);
        return _out[^1];
    }

    [Benchmark]
    public int Parley()
    {
        _number++;
        _now += AudioFormat.FrameDuration;
        var header = new RtpHeader(
            PayloadType.L16At48Khz, Marker: false, new SequenceNumber((ushort)_number), new RtpTimestamp(_number * AudioFormat.FrameSamples), default, 0, 12, 0);
        _buffer.Insert(_now, header, _payload);
        _buffer.Read(_now, _out);
        return _out[^1];
    }
}
