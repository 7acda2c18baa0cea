using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Reports;

namespace Parley.Transport.Tests.Reports;

public sealed class MeasurementTests
{
    private static readonly Ssrc Stream = new(7);

    [Fact]
    public void Loss_is_counted_between_reports()
    {
        var stream = new ReceivedStream(Stream, 48_000);
        foreach (var index in new[] { 10L, 11, 13, 14 }) stream.OnPacket(default, index, default);
        var block = stream.TakeReport(default, out var expected, out var lost);
        Assert.Equal((5, 1), (expected, lost));
        Assert.Equal(256 / 5, block.FractionLost);
        Assert.Equal(1, block.CumulativeLost);
        Assert.Equal(14u, block.HighestSequence);

        // The lost one comes late: nothing new is lost, and the sum is healed.
        stream.OnPacket(default, 12, default);
        stream.OnPacket(default, 15, default);
        block = stream.TakeReport(default, out expected, out lost);
        Assert.Equal((1, 0), (expected, lost));
        Assert.Equal(0, block.FractionLost);
        Assert.Equal(0, block.CumulativeLost);
        Assert.Equal(0, stream.Lost);
    }

    [Fact]
    public void The_highest_sequence_is_extended_over_the_wrap_around()
    {
        var stream = new ReceivedStream(Stream, 48_000);
        stream.OnPacket(default, 65_535, default);
        stream.OnPacket(default, 65_537, default);
        Assert.Equal(65_537u, stream.TakeReport(default, out _, out var lost).HighestSequence);
        Assert.Equal(1, lost);
    }

    [Fact]
    public void Jitter_follows_the_integer_filter_of_the_standard() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            delays =>
            {
                var stream = new ReceivedStream(Stream, 1000);
                double plain = 0;
                for (var i = 0; i < delays.Length; i++)
                {
                    stream.OnPacket(Instant.FromMilliseconds((20 * i) + delays[i]), i, new RtpTimestamp((uint)(20 * i)));
                    if (i > 0) plain += (Math.Abs(delays[i] - delays[i - 1]) - plain) / 16;
                }
                // The integer form of appendix A.8 stays within two units of the real-valued filter.
                return Math.Abs(stream.Jitter.TotalMilliseconds - plain) <= 2;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Even_spacing_has_no_jitter_whatever_the_uptime()
    {
        var stream = new ReceivedStream(Stream, 90_000);
        var start = new Instant(TimeSpan.FromDays(4000).Ticks);
        for (var i = 0; i < 1000; i++) stream.OnPacket(start + (i * TimeSpan.FromMilliseconds(10)), i, new RtpTimestamp(unchecked(0xFFFF_F000 + (uint)(i * 900))));
        Assert.Equal(TimeSpan.Zero, stream.Jitter);
    }

    [Fact]
    public void A_report_says_how_long_ago_the_sender_report_came()
    {
        var stream = new ReceivedStream(Stream, 48_000);
        stream.OnPacket(default, 1, default);
        stream.OnSenderReport(Instant.FromMilliseconds(100), new SenderReport(Stream, new NtpTime(0x1234_5678_9abc_def0), default, 1, 1, 0), out _, out _);
        var block = stream.TakeReport(Instant.FromMilliseconds(350), out _, out _);
        Assert.Equal(0x5678_9abcu, block.LastSenderReport);
        Assert.Equal(16_384u, block.DelaySinceSenderReport);
    }

    [Fact]
    public void A_sender_report_extrapolates_the_media_clock()
    {
        var stream = new SentStream(Stream, 90_000, StreamKind.Video);
        stream.OnSealed(Instant.FromMilliseconds(1000), new SequenceNumber(1), new RtpTimestamp(5000));
        // A later fragment of the same frame does not move the clock.
        stream.OnSealed(Instant.FromMilliseconds(1005), new SequenceNumber(2), new RtpTimestamp(5000));
        stream.OnReleased(100);
        stream.OnReleased(100);
        var report = stream.TakeReport(Instant.FromMilliseconds(1100), new NtpTime(1));
        Assert.Equal(new SenderReport(Stream, new NtpTime(1), new RtpTimestamp(5000 + 9000), 2, 200, 0), report);
    }

    [Fact]
    public void A_stream_is_active_until_two_reports_after_its_last_packet()
    {
        var stream = new SentStream(Stream, 90_000, StreamKind.Video);
        Assert.False(stream.IsActive);
        stream.OnSealed(default, default, default);
        stream.OnReleased(1);
        Assert.True(stream.IsActive);
        stream.TakeReport(default, default);
        Assert.True(stream.IsActive);
        stream.TakeReport(default, default);
        Assert.False(stream.IsActive);
    }

    [Fact]
    public void A_rate_is_the_bytes_of_the_last_full_second()
    {
        var meter = new RateMeter();
        for (var ms = 0; ms < 3000; ms += 10) meter.Add(Instant.FromMilliseconds(ms), 100);
        Assert.Equal(80_000, meter.Measure(Instant.FromMilliseconds(3000)));
        Assert.Equal(40_000, meter.Measure(Instant.FromMilliseconds(3500)));
        Assert.Equal(0, meter.Measure(Instant.FromMilliseconds(4100)));
        Assert.Equal(0, meter.Measure(new Instant(TimeSpan.FromDays(900).Ticks)));
    }

    [Fact]
    public void A_round_trip_is_what_is_left_of_the_echo()
    {
        var sent = NtpTime.From(Instant.FromMilliseconds(5000), TimeSpan.Zero);
        var now = NtpTime.From(Instant.FromMilliseconds(5400), TimeSpan.Zero);
        var sample = RoundTripEstimator.Sample(now, sent.Middle, NtpTime.ToMiddleUnits(TimeSpan.FromMilliseconds(350)));
        Assert.InRange(sample!.Value.TotalMilliseconds, 49.9, 50.1);
    }

    [Fact]
    public void An_echo_from_the_future_or_the_distant_past_is_no_sample()
    {
        var now = NtpTime.From(Instant.FromMilliseconds(100_000), TimeSpan.Zero);
        Assert.Null(RoundTripEstimator.Sample(now, now.Middle + 100, 0));
        Assert.Null(RoundTripEstimator.Sample(now, now.Middle - (61 * NtpTime.MiddleUnitsPerSecond), 0));
        Assert.Equal(TimeSpan.Zero, RoundTripEstimator.Sample(now, now.Middle + 1, 0));
    }

    [Fact]
    public void There_is_room_for_every_drop_reason() =>
        Assert.True(Enum.GetValues<DropReason>().Max(reason => (int)reason) < DropCounts.Capacity);
}
