using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Media.Tests.Audio;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Synthesis;

public sealed class ClickTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(37.3)]
    [InlineData(180)]
    [InlineData(700.7)]
    public void Each_second_gives_the_delay_between_sender_and_listener(double delayMs)
    {
        var source = new ClickSource();
        var detector = new ClickDetector();
        var frame = new short[480];
        // The origin of the clock is no full second, and frames lie across the seconds.
        for (var n = 0; n < 520; n++)
        {
            var captured = Instant.FromMilliseconds(1_234_503.7 + (n * 10));
            source.Read(captured, frame);
            detector.Add(captured + TimeSpan.FromMilliseconds(delayMs), frame);
        }
        Assert.InRange(detector.LatenciesMs.Count, 4, 6);
        Assert.All(detector.LatenciesMs, ms => Assert.Equal(delayMs, ms, 0.2));
    }

    [Fact]
    public void The_chirp_is_found_behind_talk_detection_and_a_jitter_buffer()
    {
        var source = new ClickSource();
        var talk = new TalkDetector();
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
        var detector = new ClickDetector();
        var frame = new short[480];
        ushort sequence = 0;
        for (var n = 0; n < 1_000; n++)
        {
            var captured = Instant.FromMilliseconds(4.2 + (n * 10));
            source.Read(captured, frame);
            // A frame is whole 10 ms after its first sample, and travels 2 ms.
            var arrival = captured + TimeSpan.FromMilliseconds(12);
            if (talk.Update(frame)) buffer.Insert(arrival, new(sequence++), new((uint)(n * 480)), talk.IsTalkStart, frame);
            var read = arrival + TimeSpan.FromMilliseconds(3);
            buffer.Read(read, frame);
            detector.Add(read, frame);
        }
        Assert.InRange(detector.LatenciesMs.Count, 8, 10);
        // 12 ms to arrive, then 3 to 13 ms in the buffer: its least wait, and what is left until the next read.
        Assert.All(detector.LatenciesMs, ms => Assert.InRange(ms, 13.5, 25.5));
    }

    [Fact]
    public void Tones_and_noise_are_not_taken_for_chirps()
    {
        var detector = new ClickDetector();
        for (var n = 0; n < 200; n++)
        {
            detector.Add(Instant.FromMilliseconds(n * 10), Signals.Noise(n, 10_000, 480));
            detector.Add(Instant.FromMilliseconds(n * 10), Signals.Sine(2_500, 10_000, 480, start: n * 480));
        }
        Assert.Empty(detector.LatenciesMs);
    }
}
