using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Reports;

namespace Parley.Transport.Tests.Reports;

public sealed class LossMeterTests
{
    private static readonly Ssrc Stream = new(7);

    [Fact]
    public void A_loss_is_that_of_the_last_five_seconds()
    {
        var meter = new LossMeter();
        Assert.Equal(0, meter.Measure(default));
        for (var second = 1; second <= 20; second++) meter.Add(At(second), 100, second <= 10 ? 10 : 0);
        Assert.Equal(0, meter.Measure(At(20)));
        meter.Add(At(21), 100, 50);
        Assert.Equal(0.1, meter.Measure(At(21)), 0.001);
        Assert.Equal(0.5, meter.Measure(At(25.4)), 0.001);
        Assert.Equal(0, meter.Measure(At(27)));
        Assert.Equal(0, meter.Measure(At(1e6)));
    }

    [Fact]
    public void Packets_that_come_late_make_their_loss_good_and_never_a_negative_one()
    {
        var meter = new LossMeter();
        meter.Add(At(1), 100, 20);
        meter.Add(At(2), 100, -15);
        Assert.Equal(0.025, meter.Measure(At(2)), 0.001);
        meter.Add(At(3), 10, -9);
        Assert.Equal(0, meter.Measure(At(3)));
    }

    [Fact]
    public void A_receiver_compares_what_left_with_what_arrived_whatever_the_numbers_say()
    {
        var stream = new ReceivedStream(Stream, 90_000);
        stream.OnSenderReport(default, Report(0), out var expected, out var lost);
        Assert.Equal((0, 0), (expected, lost));
        // Ten left, of which the numbers leave gaps; one was lost.
        foreach (var index in new[] { 1L, 2, 3, 10, 11, 12, 20, 21 }) stream.OnPacket(default, index, default);
        stream.OnPacket(default, 9, default, isRecovered: true);
        stream.OnSenderReport(default, Report(10), out expected, out lost);
        Assert.Equal((10, 1), (expected, lost));
        // A report from the past, and nonsense, say nothing.
        stream.OnSenderReport(default, Report(5), out expected, out lost);
        Assert.Equal((0, 0), (expected, lost));
        stream.OnSenderReport(default, Report(2_000_000_000), out expected, out lost);
        Assert.Equal((0, 0), (expected, lost));
    }

    [Fact]
    public void A_sender_takes_what_it_skipped_itself_off_the_loss_that_is_reported()
    {
        var stream = new SentStream(Stream, 90_000, StreamKind.Video);
        foreach (var sequence in new ushort[] { 100, 101, 105, 106 }) stream.OnSealed(default, new SequenceNumber(sequence), default);
        stream.OnReportBlock(default, Block(106, 4), out var expected, out var lost);
        Assert.Equal((7, 1), (expected, lost));
        stream.OnSealed(default, new SequenceNumber(107), default);
        stream.OnReportBlock(default, Block(107, 4), out expected, out lost);
        Assert.Equal((1, 0), (expected, lost));
        // A block from the past says nothing, and a lie no more than everything.
        stream.OnReportBlock(default, Block(50, 4), out expected, out lost);
        Assert.Equal((0, 0), (expected, lost));
        stream.OnReportBlock(default, Block(60, 8_000_000), out expected, out lost);
        Assert.Equal((10, 10), (expected, lost));
    }

    private static Instant At(double seconds) => Instant.FromMilliseconds(seconds * 1000);

    private static SenderReport Report(uint packets) => new(Stream, default, default, packets, 0, 0);

    private static ReportBlock Block(uint highest, int lost) => new(Stream, 0, lost, highest, 0, 0, 0);
}
