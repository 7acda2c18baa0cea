using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Media.Tests.Audio;

namespace Parley.Media.Tests.Synthesis;

public sealed class ToneDetectorTests
{
    [Fact]
    public void Tones_read_their_level_and_do_not_leak_into_others()
    {
        var detector = new ToneDetector([443, 997, 701]);
        var sound = new ToneSource(443, -24);
        Feed(detector, 500, frame => sound.Read(frame));
        Assert.Equal(-24, detector.DbFs(0), 0.05);
        Assert.True(detector.DbFs(1) < -80, $"{detector.DbFs(1)}");
        Assert.True(detector.DbFs(2) < -80, $"{detector.DbFs(2)}");
        Assert.Equal(-24, detector.LevelDb, 0.05);
    }

    [Fact]
    public void A_faint_tone_is_measured_beneath_a_loud_one()
    {
        var detector = new ToneDetector([443, 997]);
        var loud = new ToneSource(443, -12);
        var faint = new ToneSource(997, -66);
        var other = new short[480];
        Feed(detector, 500, frame =>
        {
            loud.Read(frame);
            faint.Read(other);
            for (var i = 0; i < 480; i++) frame[i] += other[i];
        });
        Assert.Equal(-12, detector.DbFs(0), 0.1);
        Assert.Equal(-66, detector.DbFs(1), 0.5);
    }

    [Fact]
    public void Lost_frames_do_not_lift_the_tone_one_must_not_hear_above_minus_60_dB()
    {
        // 5 % of the frames are missing, concealed by the jitter buffer.
        var random = new Random(4);
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
        var detector = new ToneDetector([443, 997]);
        var source = new ToneSource(443, -24);
        var frame = new short[480];
        for (var n = 0; n < 1_000; n++)
        {
            source.Read(frame);
            var now = Protocol.Time.Instant.FromMilliseconds(n * 10);
            if (random.Next(20) != 0) buffer.Insert(now, new((ushort)n), new((uint)(n * 480)), n == 0, frame);
            buffer.Read(now, frame);
            detector.Add(frame);
        }
        Assert.True(buffer.Stats.ConcealedFrames > 20);
        Assert.Equal(-24, detector.DbFs(0), 1.0);
        Assert.True(detector.DbFs(1) < -60, $"{detector.DbFs(1)}");
    }

    [Fact]
    public void Silence_before_the_first_sound_and_the_half_second_after_it_do_not_count()
    {
        var detector = new ToneDetector([443]);
        var sound = new ToneSource(443, -24);
        Feed(detector, 300, frame => frame.Clear());
        Assert.Equal(double.NegativeInfinity, detector.DbFs(0));
        Assert.Equal(double.NegativeInfinity, detector.LevelDb);
        // A loud beginning, then the tone.
        Feed(detector, 50, frame => frame.Fill(20_000));
        Feed(detector, 300, frame => sound.Read(frame));
        Assert.Equal(-24, detector.DbFs(0), 0.05);
        Assert.Equal(-24, detector.LevelDb, 0.05);
    }

    private static void Feed(ToneDetector detector, int frames, FrameWriter write)
    {
        var frame = new short[480];
        for (var i = 0; i < frames; i++)
        {
            write(frame);
            detector.Add(frame);
        }
    }

    private delegate void FrameWriter(Span<short> frame);
}
