using Parley.Protocol;
using Parley.Transport.Reliable;

namespace Parley.Transport.Tests.Reliable;

/// <summary>The scoreboard beside one that follows RFC 6675 to the letter, octet counts and all, and is slow.</summary>
public sealed class ScoreboardTests
{
    private const int Size = 100;

    private readonly Scoreboard _board = new(Size, 1024);

    [Fact]
    public void Three_segments_received_beyond_a_gap_make_it_lost_and_two_do_not()
    {
        Send(6);
        Assert.True(_board.OnReceived(100, 300));
        _board.FindLosses();
        Assert.False(_board.HasLost);
        Assert.Equal(400, _board.Pipe);
        Assert.True(_board.OnReceived(300, 400));
        _board.FindLosses();
        Assert.True(_board.TryFindLost(out var number));
        Assert.Equal(0, _board[number].Begin);
        Assert.Equal(200, _board.Pipe);
        Assert.False(_board.OnReceived(100, 400));
    }

    [Fact]
    public void Three_separate_stretches_make_what_is_below_lost_however_short_they_are()
    {
        foreach (var length in new[] { 100, 1, 100, 1, 100, 1 }) _board.OnSent(length);
        _board.OnReceived(100, 101);
        _board.OnReceived(201, 202);
        _board.FindLosses();
        Assert.False(_board.HasLost);
        _board.OnReceived(302, 303);
        _board.FindLosses();
        Assert.True(_board.TryFindLost(out var number));
        Assert.Equal(0, _board[number].Begin);
        _board.OnResent(number, 1);
        Assert.False(_board.HasLost);
    }

    [Fact]
    public void What_is_resent_counts_in_the_pipe_until_it_is_acknowledged()
    {
        Send(5);
        _board.OnReceived(100, 500);
        _board.FindLosses();
        Assert.Equal(0, _board.Pipe);
        _board.BeginRecovery();
        Assert.True(_board.TryFindLost(out var number));
        _board.OnResent(number, 1);
        Assert.Equal(100, _board.Pipe);
        Assert.Equal(100, _board.OnAcknowledged(500));
        Assert.Equal((0, 0), (_board.Pipe, _board.Flight));
    }

    [Fact]
    public void A_repetition_is_lost_when_three_packets_that_left_later_have_come()
    {
        Send(5);
        _board.OnReceived(100, 500);
        _board.FindLosses();
        _board.TryFindLost(out var number);
        _board.OnResent(number, packetNumber: 10);
        _board.FindLostRepetitions(newest: 12);
        Assert.False(_board.HasLost);
        Assert.Equal(100, _board.Pipe);
        _board.FindLostRepetitions(newest: 13);
        Assert.True(_board.HasLost);
        Assert.Equal(0, _board.Pipe);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_agrees_with_the_rfc_computed_anew_each_time(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var naive = new NaiveScoreboard(Size);
        for (var step = 0; step < 20_000; step++)
        {
            switch (random.NextInt32(12))
            {
                case < 5 when _board.HasRoom && _board.Flight < 60 * Size:
                    var length = random.NextInt32(4) == 0 ? 1 + random.NextInt32(Size) : Size;
                    _board.OnSent(length);
                    naive.Send(length);
                    break;
                case 5:
                    var cumulative = naive.BoundaryAtMost(_board.Acknowledged + random.NextInt32(3 * Size));
                    Assert.Equal(naive.Acknowledge(cumulative), _board.OnAcknowledged(cumulative));
                    break;
                case 6 or 7 when _board.Flight > 0:
                    var begin = naive.BoundaryAtMost(_board.Acknowledged + random.NextInt32((int)_board.Flight));
                    var end = naive.BoundaryAtMost(Math.Min(_board.Sent, begin + random.NextInt32(6 * Size)));
                    Assert.Equal(naive.Receive(begin, end), _board.OnReceived(begin, end));
                    break;
                case 8 when random.NextInt32(20) == 0:
                    _board.LoseAll();
                    naive.LoseAll();
                    break;
                case 9 when random.NextInt32(4) == 0:
                    _board.BeginRecovery();
                    naive.BeginRecovery();
                    break;
                case 10 when _board.TryFindMissing(out var missing):
                    naive.Resend(_board[missing].Begin);
                    _board.OnResent(missing, step);
                    break;
                default:
                    if (!_board.TryFindLost(out var lost)) break;
                    naive.Resend(_board[lost].Begin);
                    _board.OnResent(lost, step);
                    break;
            }
            _board.FindLosses();
            naive.FindLosses();
            Assert.Equal(naive.Pipe, _board.Pipe);
            Assert.Equal(naive.FirstLost, _board.TryFindLost(out var first) ? _board[first].Begin : -1);
        }
    }

    private void Send(int segments)
    {
        for (var i = 0; i < segments; i++) _board.OnSent(Size);
    }

    private sealed class NaiveScoreboard(int size)
    {
        private readonly List<Naive> _segments = [];
        private long _acknowledged;
        private long _sent;

        // SetPipe of RFC 6675 section 4.
        public long Pipe => _segments.Where(s => !s.IsReceived).Sum(s => (s.IsLost ? 0L : s.Length) + (s.IsResent ? s.Length : 0L));

        public long FirstLost => _segments.FirstOrDefault(s => s is { IsReceived: false, IsLost: true, IsResent: false })?.Begin ?? -1;

        public void Send(int length)
        {
            _segments.Add(new Naive { Begin = _sent, Length = length });
            _sent += length;
        }

        public long BoundaryAtMost(long offset) =>
            _segments.Select(s => s.Begin).Append(_sent).Append(_acknowledged).Where(b => b <= offset && b >= _acknowledged).Max();

        public long Acknowledge(long cumulative)
        {
            _acknowledged = Math.Max(_acknowledged, cumulative);
            var fresh = _segments.Where(s => s.Begin + s.Length <= cumulative && !s.IsReceived).Sum(s => (long)s.Length);
            _segments.RemoveAll(s => s.Begin + s.Length <= cumulative);
            return fresh;
        }

        public bool Receive(long begin, long end)
        {
            var isNews = false;
            foreach (var s in _segments.Where(s => s.Begin >= begin && s.Begin + s.Length <= end && !s.IsReceived)) isNews = s.IsReceived = true;
            return isNews;
        }

        public void FindLosses()
        {
            foreach (var s in _segments.Where(s => !s.IsReceived && IsLost(s.Begin))) s.IsLost = true;
        }

        public void LoseAll()
        {
            foreach (var s in _segments) (s.IsLost, s.IsResent) = (!s.IsReceived, false);
        }

        public void BeginRecovery()
        {
            foreach (var s in _segments) s.IsResent = false;
        }

        public void Resend(long begin) => _segments.Single(s => s.Begin == begin).IsResent = true;

        private bool IsLost(long offset)
        {
            var above = _segments.Where(s => s.Begin > offset && s.IsReceived).ToList();
            var stretches = above.Count(s => !above.Exists(o => o.Begin + o.Length == s.Begin));
            return stretches >= 3 || above.Sum(s => s.Length) > 2 * size;
        }

        private sealed class Naive
        {
            public long Begin;
            public int Length;
            public bool IsReceived;
            public bool IsLost;
            public bool IsResent;
        }
    }
}
