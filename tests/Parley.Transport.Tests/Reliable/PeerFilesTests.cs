using Parley.Protocol;
using Parley.Protocol.Reliable;
using Parley.Protocol.Rtp;
using Parley.Transport.Reliable;

namespace Parley.Transport.Tests.Reliable;

/// <summary>The reliable stream of two peers, as its owners see it.</summary>
public sealed class PeerFilesTests : IDisposable
{
    private readonly PeerPair _pair = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    private ReliableStream A => _pair.A.Files;

    private ReliableStream B => _pair.B.Files;

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void What_is_written_is_read_in_both_directions_and_told_by_events()
    {
        Assert.True(A.TryWrite(_pair.Now, "from a"u8));
        _pair.Run(TimeSpan.FromMilliseconds(25));
        Assert.Equal(ReliableEvents.Readable, B.TakeEvents());
        Assert.Equal(ReliableEvents.None, B.TakeEvents());
        Assert.Equal("from a", ReadText(B));
        Assert.True(B.TryWrite(_pair.Now, "from b"u8));
        _pair.Run(TimeSpan.FromMilliseconds(25));
        Assert.Equal("from b", ReadText(A));
        Assert.Equal(6, A.AckedBytes);
        Assert.Contains(_pair.ReceivedByB, packet => packet.Kind == DatagramKind.Parley);
    }

    [Fact]
    public void A_close_is_delivered_behind_all_bytes_and_the_other_direction_goes_on()
    {
        Write(A, 300_000);
        A.Close(_pair.Now);
        Assert.False(A.TryWrite(_pair.Now, [1]));
        Assert.Equal(300_000, RunAndRead(B, 300_000));
        Assert.True(B.IsEnded);
        Assert.Equal(ReliableEvents.Ended, B.TakeEvents() & ReliableEvents.Ended);
        _pair.Run(TimeSpan.FromMilliseconds(50));
        Assert.True(A.IsDelivered);
        Assert.Equal(ReliableEvents.Delivered, A.TakeEvents() & ReliableEvents.Delivered);
        Assert.True(B.TryWrite(_pair.Now, "still"u8));
        _pair.Run(TimeSpan.FromMilliseconds(50));
        Assert.Equal("still", ReadText(A));
    }

    [Fact]
    public void Every_third_datagram_lost_costs_time_and_no_byte()
    {
        _pair.Path = static (_, n) => n % 3 == 0 ? null : TimeSpan.FromMilliseconds(10);
        Write(A, 100_000);
        A.Close(_pair.Now);
        Assert.Equal(100_000, RunAndRead(B, 100_000));
        Assert.InRange(A.Stats.Retransmissions, 20, 200);
    }

    [Fact]
    public void A_reset_reaches_the_other_side_even_when_the_first_telling_is_lost()
    {
        Write(A, 50_000);
        _pair.Run(TimeSpan.FromMilliseconds(30));
        var told = _pair.SentByB.Count;
        _pair.Path = (isFromA, n) => !isFromA && n == told ? null : TimeSpan.FromMilliseconds(10);
        B.Reset(_pair.Now, 7);
        _pair.Run(TimeSpan.FromSeconds(2));
        Assert.True(A.IsReset);
        Assert.Equal(7u, A.ResetCode);
        Assert.Equal(ReliableEvents.Reset, A.TakeEvents());
        Assert.Equal((0, 0), (A.FreeSpace, B.ReadableBytes));
        Assert.False(A.TryWrite(_pair.Now, [1]));
    }

    [Fact]
    public void A_reader_that_stops_stops_the_writer_and_nothing_is_lost_when_it_goes_on()
    {
        var written = 0;
        for (var i = 0; i < 200; i++)
        {
            while (A.TryWrite(_pair.Now, _buffer.AsSpan(0, 65_536))) written += 65_536;
            _pair.Run(TimeSpan.FromMilliseconds(50));
        }
        Assert.Equal(2 * 1024 * 1024, B.ReadableBytes, 1160.0);
        Assert.Equal(2 * 1024 * 1024, A.AckedBytes, 1160.0);
        Assert.Equal(0, A.Stats.Retransmissions);
        Assert.Equal(ReliableEvents.None, A.TakeEvents());
        Assert.Equal(written, RunAndRead(B, written));
        Assert.Equal(ReliableEvents.Writable, A.TakeEvents() & ReliableEvents.Writable);
    }

    [Fact]
    public void A_closed_window_is_probed_and_the_news_of_room_may_get_lost()
    {
        while (A.TryWrite(_pair.Now, _buffer.AsSpan(0, 65_536))) _pair.Run(TimeSpan.FromMilliseconds(20));
        _pair.Run(TimeSpan.FromSeconds(5));
        _pair.Path = static (isFromA, _) => isFromA ? TimeSpan.FromMilliseconds(10) : null;
        while (B.ReadableBytes > 0) B.Read(_pair.Now, _buffer);
        _pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, B.ReadableBytes);
        _pair.Path = static (_, _) => TimeSpan.FromMilliseconds(10);
        _pair.Run(TimeSpan.FromSeconds(8));
        Assert.True(B.ReadableBytes > 1_000_000);
    }

    [Fact]
    public void An_outage_of_five_seconds_is_over_within_three_more()
    {
        Write(A, 1_000_000);
        _pair.Run(TimeSpan.FromMilliseconds(60));
        _pair.Path = static (_, _) => null;
        _pair.Run(TimeSpan.FromSeconds(5));
        _pair.Path = static (_, _) => TimeSpan.FromMilliseconds(10);
        var before = A.AckedBytes;
        _pair.Run(TimeSpan.FromSeconds(3.1));
        Assert.True(A.AckedBytes > before);
    }

    [Fact]
    public void Damaged_repeated_and_foreign_packets_change_nothing_and_are_counted()
    {
        Write(A, 5000);
        _pair.Run(TimeSpan.FromMilliseconds(100));
        var data = _pair.SentByA.First(bytes => bytes[0] == (byte)StreamPacketKind.Data);
        Assert.Equal(DropReason.Replayed, _pair.B.Receive(_pair.Now, _pair.AddressOfA, (byte[])data.Clone(), out _));
        foreach (var at in new[] { 1, 15, 20, data.Length - 1 })
        {
            var forged = (byte[])data.Clone();
            forged[at] ^= 1;
            forged[8] = 1;
            Assert.Equal(DropReason.NotAuthentic, _pair.B.Receive(_pair.Now, _pair.AddressOfA, forged, out _));
        }
        var foreign = (byte[])data.Clone();
        foreign[7] ^= 1;
        Assert.Equal(DropReason.UnknownSsrc, _pair.B.Receive(_pair.Now, _pair.AddressOfA, foreign, out _));
        for (var length = 0; length < 32; length++)
            Assert.NotEqual(DropReason.None, _pair.B.Receive(_pair.Now, _pair.AddressOfA, data.AsSpan(0, length).ToArray(), out _));
        Assert.Equal(5000, B.ReadableBytes);
    }

    [Fact]
    public void No_packet_is_larger_than_a_datagram_may_be_and_full_ones_are_equal()
    {
        Write(A, 500_000);
        _pair.Run(TimeSpan.FromSeconds(3));
        var sizes = _pair.SentByA.Where(bytes => bytes[0] == (byte)StreamPacketKind.Data).Select(bytes => bytes.Length).ToList();
        Assert.All(sizes, size => Assert.InRange(size, 1, Limits.MaxDatagram));
        Assert.True(sizes.Count(size => size < Limits.MaxDatagram) <= 1);
        Assert.All(_pair.SentByB, bytes => Assert.InRange(bytes.Length, 1, Limits.MaxDatagram));
    }

    private void Write(ReliableStream stream, int bytes)
    {
        for (var i = 0; i < bytes; i++) _buffer[i] = Expected(i);
        Assert.True(stream.TryWrite(_pair.Now, _buffer.AsSpan(0, bytes)));
    }

    private int RunAndRead(ReliableStream stream, int bytes)
    {
        var read = 0;
        for (var i = 0; i < 3000 && read < bytes; i++)
        {
            _pair.Run(TimeSpan.FromMilliseconds(10));
            for (var count = stream.Read(_pair.Now, _buffer); count > 0; count = stream.Read(_pair.Now, _buffer)) read += count;
        }
        return read;
    }

    private string ReadText(ReliableStream stream) => System.Text.Encoding.UTF8.GetString(_buffer, 0, stream.Read(_pair.Now, _buffer));

    private static byte Expected(int i) => (byte)(i * 7);
}
