using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;

namespace Parley.Transport.Tests.Congestion;

public sealed class ArrivalLogTests
{
    private static readonly Ssrc Voice = new(1);
    private static readonly Ssrc Picture = new(2);
    private readonly ArrivalLog _log = new();

    [Fact]
    public void A_report_says_how_long_ago_each_packet_came_and_which_did_not()
    {
        _log.OnPacket(At(0), Voice, 100);
        _log.OnPacket(At(125), Voice, 102);
        Assert.Equal([(1u, 100, 256), (1u, 101, -1), (1u, 102, 128)], _log.Report(At(250)));
    }

    [Fact]
    public void Numbers_go_on_over_the_wrap_around()
    {
        for (var index = 65_534; index < 65_538; index++) _log.OnPacket(At(0), Voice, index);
        Assert.Equal([65_534, 65_535, 0, 1], _log.Report(At(1)).Select(metric => metric.Sequence));
    }

    [Fact]
    public void Every_packet_is_reported_twice_and_then_no_more()
    {
        _log.OnPacket(At(0), Voice, 1);
        Assert.Equal([1], _log.Report(At(50)).Select(metric => metric.Sequence));
        _log.OnPacket(At(60), Voice, 2);
        Assert.Equal([1, 2], _log.Report(At(100)).Select(metric => metric.Sequence));
        _log.OnPacket(At(110), Voice, 3);
        Assert.Equal([2, 3], _log.Report(At(150)).Select(metric => metric.Sequence));
    }

    [Fact]
    public void A_packet_that_was_overtaken_is_told_in_the_next_report()
    {
        _log.OnPacket(At(0), Voice, 1);
        _log.OnPacket(At(10), Voice, 3);
        Assert.Contains((1u, 2, -1), _log.Report(At(50)));
        _log.OnPacket(At(55), Voice, 2);
        Assert.Contains(_log.Report(At(100)), metric => metric is { Sequence: 2, Offset: >= 0 });
    }

    [Fact]
    public void Without_packets_there_is_no_report()
    {
        Assert.Empty(_log.Report(At(0)));
        _log.OnPacket(At(0), Voice, 1);
        Assert.NotEmpty(_log.Report(At(50)));
        Assert.Equal(0, _log.Waiting);
        Assert.Empty(_log.Report(At(100)));
    }

    [Fact]
    public void Streams_share_a_report_and_the_end_of_a_silent_one_is_told_once_more()
    {
        _log.OnPacket(At(0), Voice, 7);
        _log.OnPacket(At(0), Picture, 9);
        Assert.Equal([(1u, 7), (2u, 9)], _log.Report(At(10)).Select(metric => (metric.Ssrc, metric.Sequence)));
        _log.OnPacket(At(20), Picture, 10);
        Assert.Equal([(2u, 9), (2u, 10), (1u, 7)], _log.Report(At(30)).Select(metric => (metric.Ssrc, metric.Sequence)));
        _log.OnPacket(At(40), Picture, 11);
        Assert.Equal([(2u, 10), (2u, 11)], _log.Report(At(50)).Select(metric => (metric.Ssrc, metric.Sequence)));
    }

    [Fact]
    public void What_does_not_fit_into_a_datagram_comes_in_the_next_until_all_is_told()
    {
        for (var stream = 1u; stream <= 30; stream++)
        {
            for (var index = 0; index < 100; index++) _log.OnPacket(At(index), new Ssrc(stream), index);
        }
        var told = new HashSet<(uint, int)>();
        for (var report = 0; report < 20 && _log.Waiting > 0; report++)
        {
            foreach (var metric in _log.Report(At(100 + report))) told.Add((metric.Ssrc, metric.Sequence));
        }
        Assert.Equal(3000, told.Count);
        Assert.Equal(0, _log.Waiting);
    }

    [Fact]
    public void A_gap_of_any_size_leaves_a_report_that_fits()
    {
        _log.OnPacket(At(0), Voice, 0);
        _log.Report(At(10));
        _log.OnPacket(At(20), Voice, 1_000_000);
        var told = new List<int>();
        for (var report = 0; report < 10 && _log.Waiting > 0; report++) told.AddRange(_log.Report(At(30)).Where(metric => metric.Offset >= 0).Select(metric => metric.Sequence));
        Assert.Equal([1_000_000 & 0xFFFF], told);
    }

    [Fact]
    public void A_packet_from_before_the_first_and_one_from_long_ago_are_left_out()
    {
        _log.OnPacket(At(0), Voice, 5000);
        _log.OnPacket(At(1), Voice, 4999);
        Assert.Equal([5000], _log.Report(At(10)).Select(metric => metric.Sequence));
        _log.OnPacket(At(20), Voice, 5001);
        _log.Report(At(30));
        _log.OnPacket(At(40), Voice, 5002);
        _log.Report(At(50));
        _log.OnPacket(At(60), Voice, 5000 - 2000);
        Assert.Empty(_log.Report(At(70)));
    }

    [Fact]
    public void A_stream_that_ended_is_forgotten()
    {
        _log.OnPacket(At(0), Voice, 1);
        _log.Remove(Voice);
        Assert.Empty(_log.Report(At(10)));
        Assert.Equal(0, _log.Waiting);
    }

    [Fact]
    public void Reporting_allocates_nothing()
    {
        var buffer = new byte[1180];
        var index = 0;
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                _log.OnPacket(At(index), Voice, index++);
                if (i % 50 == 0) _log.Write(At(index), FeedbackReader.Receiver, buffer);
            }
        }));
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(1_000_000 + milliseconds);
}
