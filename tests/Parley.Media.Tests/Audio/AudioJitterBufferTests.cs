using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Audio;

public sealed class AudioJitterBufferTests
{
    private const double Hz = 440;
    private const double Amplitude = 10_000;

    /// <summary>The steepest step of the test sine, and what a 5 ms cross-fade of two such sines can add.</summary>
    private const double NoClick = (Amplitude * 2 * Math.PI * Hz / 48_000 * 1.3) + (2 * Amplitude / 240);

    [Fact]
    public void An_even_stream_is_played_to_the_bit_from_the_second_frame_on()
    {
        var line = new Rig();
        line.Run(100);
        Assert.Equal(0, line.Buffer.Stats.ConcealedFrames);
        Assert.Equal(TimeSpan.FromMilliseconds(13), line.Buffer.Target);
        Assert.InRange(line.Results.TakeWhile(r => r == PlayoutResult.Silence).Count(), 0, 2);
        var first = line.Results.IndexOf(PlayoutResult.Frame);
        var heard = line.Heard.ToArray().AsSpan((first + 1) * 480, 90 * 480);
        Assert.True(heard.SequenceEqual(Signals.Sine(Hz, Amplitude, 90 * 480, start: 480)));
    }

    [Fact]
    public void The_delay_of_what_is_played_is_told_and_ends_with_it()
    {
        var line = new Rig { IsLost = n => n >= 50 };
        Assert.Null(line.Buffer.Delay);
        line.Run(40);
        Assert.InRange(line.Buffer.Delay!.Value.TotalMilliseconds, 3, 13);
        line.Run(60);
        Assert.Null(line.Buffer.Delay);
    }

    [Fact]
    public void One_lost_frame_is_concealed_without_a_click_and_costs_no_delay()
    {
        var line = new Rig { IsLost = n => n == 50 };
        line.Run(100);
        Assert.Equal(1, line.Buffer.Stats.ConcealedFrames);
        Assert.Equal(99 - line.Buffer.QueuedFrames, line.Buffer.Stats.Played);
        Assert.True(Signals.LargestStep(line.Heard.ToArray()) < NoClick);
        // What was made up resembles what was lost: the level does not dip by more than 3 dB.
        var at = line.Results.IndexOf(PlayoutResult.Concealed);
        Assert.InRange(Signals.Rms(line.Heard.ToArray().AsSpan(at * 480, 480)) / (Amplitude / Math.Sqrt(2)), 0.7, 1.1);
    }

    [Fact]
    public void A_sender_that_stops_fades_to_silence_within_60_ms_without_a_click()
    {
        var line = new Rig { IsLost = n => n >= 50 };
        line.Run(100);
        var concealed = line.Results.Count(r => r == PlayoutResult.Concealed);
        Assert.InRange(concealed, 1, 6);
        Assert.False(line.Buffer.IsActive);
        var end = line.Results.LastIndexOf(PlayoutResult.Concealed);
        Assert.All(line.Results.Skip(end + 1), r => Assert.Equal(PlayoutResult.Silence, r));
        var heard = line.Heard.ToArray();
        Assert.Equal(0, Signals.Peak(heard.AsSpan((end + 1) * 480)));
        Assert.True(Signals.LargestStep(heard) < NoClick);
        Assert.InRange(Math.Abs((int)heard[((end + 1) * 480) - 1]), 0, 20);
    }

    [Fact]
    public void After_a_pause_the_talk_begins_again_with_the_same_delay()
    {
        var line = new Rig { IsLost = n => n is >= 50 and < 150, HasPauses = true };
        line.Run(250);
        Assert.True(line.Buffer.IsActive);
        Assert.Equal(0, line.Buffer.Stats.LateDrops);
        Assert.InRange(line.Buffer.Stats.ConcealedFrames, 1, 6);
        Assert.Equal(150 - line.Buffer.QueuedFrames, line.Buffer.Stats.Played);
        Assert.InRange(line.Buffer.QueuedFrames, 0, 2);
        Assert.True(Signals.LargestStep(line.Heard.ToArray()) < NoClick);
    }

    [Fact]
    public void A_short_pause_is_a_pause_by_its_timestamps_and_not_a_loss()
    {
        // Three frames are not sent; sequence numbers go on without a gap.
        var line = new Rig { IsLost = n => n is >= 50 and < 53, HasPauses = true };
        line.Run(100);
        Assert.Equal(3, line.Buffer.Stats.ConcealedFrames);
        Assert.Equal(97 - line.Buffer.QueuedFrames, line.Buffer.Stats.Played);
    }

    [Fact]
    public void Sequence_and_timestamp_may_wrap_around()
    {
        var line = new Rig { FirstSequence = 65_500, FirstTimestamp = uint.MaxValue - (480 * 20) };
        line.Run(100);
        Assert.Equal(0, line.Buffer.Stats.ConcealedFrames);
        Assert.Equal(100 - line.Buffer.QueuedFrames, line.Buffer.Stats.Played);
    }

    [Fact]
    public void Duplicates_are_counted_and_heard_once()
    {
        var line = new Rig { Copies = 2 };
        line.Run(100);
        Assert.Equal(100, line.Buffer.Stats.Duplicates);
        Assert.Equal(0, line.Buffer.Stats.ConcealedFrames);
        Assert.Equal(100, line.Buffer.Stats.Inserted);
    }

    [Fact]
    public void A_late_frame_whose_turn_is_over_is_dropped_and_counted()
    {
        // Frame 50 comes 60 ms late, long after frames 51 to 55.
        var line = new Rig { Delay = n => n == 50 ? 60 : 0 };
        line.Run(100);
        Assert.Equal(1, line.Buffer.Stats.LateDrops);
        Assert.Equal(1, line.Buffer.Stats.ConcealedFrames);
    }

    [Fact]
    public void Jitter_raises_the_target_and_calm_lowers_it_again()
    {
        var random = new Random(5);
        var delays = Enumerable.Range(0, 2_000).Select(n => n < 600 ? random.NextDouble() * 60 : 0).ToArray();
        var line = new Rig { Delay = n => delays[n] };
        line.Run(500);
        Assert.InRange(line.Buffer.Target.TotalMilliseconds, 50, 75);
        var concealed = line.Buffer.Stats.ConcealedFrames;
        line.Run(100);
        Assert.InRange(line.Buffer.Stats.ConcealedFrames - concealed, 0, 6);
        line.Run(1_200);
        Assert.Equal(13, line.Buffer.Target.TotalMilliseconds, 2.0);
        Assert.InRange(line.Buffer.QueuedFrames, 0, 3);
        Assert.True(line.Buffer.Stats.RemovedSamples > 0);
        Assert.True(Signals.LargestStep(line.Heard.ToArray()) < NoClick);
    }

    [Theory]
    [InlineData(1.001)]
    [InlineData(0.999)]
    public void A_sender_whose_clock_is_off_is_followed_without_clicks(double speed)
    {
        var line = new Rig { SenderSpeed = speed };
        line.Run(6_000);
        Assert.InRange(line.Buffer.QueuedFrames, 0, 4);
        Assert.InRange(line.Buffer.Stats.ConcealedFrames, 0, 3);
        Assert.Equal(0, line.Buffer.Stats.OverflowDrops);
        var moved = line.Buffer.Stats.RemovedSamples - line.Buffer.Stats.AddedSamples;
        Assert.InRange(moved, (6_000 * 480 * (speed - 1)) - 1_500, (6_000 * 480 * (speed - 1)) + 1_500);
        Assert.True(Signals.LargestStep(line.Heard.ToArray()) < NoClick);
    }

    [Fact]
    public void A_reader_that_stops_makes_the_oldest_frames_go()
    {
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
        for (var n = 0; n < 100; n++) Assert.Equal(DropReason.None, Put(buffer, n));
        Assert.Equal(64, buffer.QueuedFrames);
        Assert.Equal(36, buffer.Stats.OverflowDrops);
        Assert.Equal(DropReason.Late, Put(buffer, 10));
    }

    [Fact]
    public void A_sender_that_begins_anew_is_taken_at_its_second_packet()
    {
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
        for (var n = 0; n < 10; n++) Put(buffer, n);
        Assert.Equal(DropReason.Late, Put(buffer, 20_000));
        Assert.Equal(DropReason.None, Put(buffer, 20_001));
        Assert.Equal(1, buffer.QueuedFrames);
    }

    [Fact]
    public void Frames_of_another_length_are_refused()
    {
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
        Assert.Equal(DropReason.Malformed, buffer.Insert(new Instant(0), new(1), new(0), isTalkStart: true, new short[479]));
        Assert.Equal(0, buffer.QueuedFrames);
    }

    [Fact]
    public void Inserting_and_reading_allocate_nothing_even_under_loss_and_jitter()
    {
        var random = new Random(11);
        var delays = Enumerable.Range(0, 4_000).Select(_ => random.NextDouble() * 40).ToArray();
        var lost = Enumerable.Range(0, 4_000).Select(_ => random.Next(20) == 0).ToArray();
        var line = new Rig { Delay = n => delays[n], IsLost = n => lost[n], Records = false };
        line.Run(200);
        Assert.Equal(0, Allocations.Fewest(() => line.Run(700)));
        Assert.True(line.Buffer.Stats.ConcealedFrames > 10);
    }

    private static DropReason Put(AudioJitterBuffer buffer, int n) =>
        buffer.Insert(Instant.FromMilliseconds(n * 10), new((ushort)n), new((uint)(n * 480)), n == 0, new short[480]);
}
