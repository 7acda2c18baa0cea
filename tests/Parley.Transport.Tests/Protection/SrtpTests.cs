using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Tests;
using Parley.Transport.Protection;

namespace Parley.Transport.Tests.Protection;

public sealed class SrtpTests : IDisposable
{
    private static readonly Ssrc Stream = new(0xcafe0001);

    private readonly MasterKey _key = MasterKey.Create(new SeededRandom(1));
    private readonly SrtpSender _sender;
    private readonly SrtpReceiver _receiver;

    public SrtpTests()
    {
        _sender = new SrtpSender(_key);
        _receiver = new SrtpReceiver(_key);
    }

    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    [Fact]
    public void In_place_and_into_another_buffer_give_the_same_bytes()
    {
        using var second = new SrtpSender(Copy(_key));
        using var third = new SrtpSender(Copy(_key));
        var plain = Plain(100);
        var inPlace = new byte[plain.Length + 16];
        plain.CopyTo(inPlace, 0);
        var whole = new byte[inPlace.Length];
        var parts = new byte[inPlace.Length];
        Assert.Equal(inPlace.Length, _sender.ProtectRtp(inPlace, plain.Length));
        Assert.Equal(inPlace.Length, second.ProtectRtp(plain, whole));
        Assert.Equal(inPlace.Length, third.ProtectRtp(plain.AsSpan(0, 12), plain.AsSpan(12), parts));
        Assert.Equal(inPlace, whole);
        Assert.Equal(inPlace, parts);
        Assert.NotEqual(plain[12..], inPlace[12..plain.Length]);
    }

    [Fact]
    public void An_index_is_never_used_twice()
    {
        Protect(100);
        Assert.Throws<InvalidOperationException>(() => Protect(100));
        Open(Protect(99), DropReason.None);
        Assert.Throws<InvalidOperationException>(() => Protect(99));
        Assert.Throws<InvalidOperationException>(() => Protect(100 + 32_768));
        Open(Protect(101), DropReason.None);
        Protect(100 + Limits.ReplayWindow);
        Assert.Throws<InvalidOperationException>(() => Protect(98));
    }

    [Fact]
    public void A_packet_that_the_network_overtook_is_still_sealed_once_on_either_side_of_the_wrap()
    {
        Open(Protect(65_534), DropReason.None);
        Open(Protect(1), DropReason.None);
        Open(Protect(65_535), DropReason.None);
        Open(Protect(0), DropReason.None);
        Assert.Throws<InvalidOperationException>(() => Protect(65_535));
        Open(Protect(2), DropReason.None);
    }

    [Fact]
    public void A_master_key_feeds_one_sender_only() => Assert.Throws<InvalidOperationException>(() => new SrtpSender(_key));

    [Fact]
    public void The_bytes_of_a_key_do_not_reach_a_log()
    {
        Assert.Equal("MasterKey", _key.ToString());
        Assert.DoesNotContain(Convert.ToHexString(_key.ToBytes()), new PeerOptions { SendKey = _key }.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_key_of_another_length_is_refused()
    {
        Assert.False(MasterKey.TryParse(new byte[27], out _));
        Assert.False(MasterKey.TryParse(new byte[29], out _));
        Assert.True(MasterKey.TryParse(_key.ToBytes(), out var copy));
        Assert.Equal(_key.ToBytes(), copy.ToBytes());
    }

    [Fact]
    public void A_packet_that_comes_twice_is_a_replay()
    {
        var packet = Protect(5);
        Open(Clone(packet), DropReason.None);
        Open(Clone(packet), DropReason.Replayed);
    }

    [Fact]
    public void Only_the_packet_itself_is_a_replay_and_not_another_with_its_number()
    {
        var packet = Protect(5);
        Open(Clone(packet), DropReason.None);
        var forged = Clone(packet);
        forged[^1] ^= 1;
        Open(forged, DropReason.NotAuthentic);
        Open(Clone(packet), DropReason.Replayed);
    }

    [Fact]
    public void Reordered_packets_are_opened_once_each()
    {
        var packets = Enumerable.Range(0, 50).Select(i => Protect((ushort)(100 + i))).ToList();
        var order = Enumerable.Range(0, 50).OrderBy(i => (i * 7) % 50).ToList();
        foreach (var i in order) Open(Clone(packets[i]), DropReason.None);
        foreach (var i in order) Open(Clone(packets[i]), DropReason.Replayed);
    }

    [Fact]
    public void A_packet_behind_the_window_is_too_old()
    {
        var first = Protect(1);
        var second = Protect(2);
        Open(Protect((ushort)(1 + Limits.ReplayWindow)), DropReason.None);
        Open(first, DropReason.TooOld);
        Open(second, DropReason.None);
    }

    [Fact]
    public void Streams_survive_many_wrap_arounds_with_loss_and_reordering()
    {
        var random = new Random(3);
        byte[]? held = null;
        var sequence = 20_000;
        for (var i = 0; i < 20_000; i++)
        {
            sequence += 1 + random.Next(20);
            var packet = Protect((ushort)sequence);
            if (random.Next(10) == 0) continue;
            if (held is null && random.Next(10) == 0)
            {
                held = packet;
                continue;
            }
            Open(packet, DropReason.None);
            if (held is not null && random.Next(3) == 0)
            {
                Open(held, DropReason.None);
                held = null;
            }
        }
        Assert.True(sequence > 3 * 65_536);
    }

    [Theory]
    [InlineData(-1, 65535, 65535)]
    [InlineData(0, 32768, 32768)]
    [InlineData(0, 32769, -1)]
    [InlineData(65535, 0, 65536)]
    [InlineData(65536, 65535, 65535)]
    [InlineData(65536 + 100, 32868, 65536 + 32868)]
    [InlineData(65536 + 100, 32869, 32869)]
    [InlineData((3L << 16) + 5, 65530, (2L << 16) + 65530)]
    [InlineData((3L << 16) + 60000, 10, (4L << 16) + 10)]
    [InlineData((3L << 16) + 40000, 7232, (3L << 16) + 7232)]
    [InlineData((3L << 16) + 40000, 7231, (4L << 16) + 7231)]
    public void The_rollover_counter_is_guessed_as_in_rfc_3711_appendix_a(long highest, ushort sequence, long index) =>
        Assert.Equal(index, SrtpReceiver.EstimateIndex(highest, sequence));

    [Fact]
    public void The_window_agrees_with_a_plain_set() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<short[]>(),
            steps =>
            {
                var window = new ReplayWindow();
                var accepted = new HashSet<long>();
                var highest = -1L;
                var index = 10_000L;
                foreach (var step in steps.Concat([(short)1, (short)-1, (short)2047, (short)-2047, (short)2048, (short)-2048]))
                {
                    index = Math.Max(0, index + (step % 5000));
                    var expected = index <= highest - Limits.ReplayWindow ? DropReason.TooOld
                        : accepted.Contains(index) ? DropReason.Replayed : DropReason.None;
                    if (window.Check(index) != expected) return false;
                    if (expected != DropReason.None) continue;
                    window.Accept(index);
                    accepted.Add(index);
                    highest = Math.Max(highest, index);
                }
                return true;
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_prefix_and_every_flipped_bit_is_refused()
    {
        foreach (var damaged in Vectors.Damaged(Protect(77))) Assert.NotEqual(DropReason.None, _receiver.UnprotectRtp(damaged, out _));
        foreach (var damaged in Vectors.Damaged(ProtectRtcp())) Assert.NotEqual(DropReason.None, _receiver.UnprotectRtcp(damaged, out _));
    }

    [Fact]
    public void A_forged_packet_leaves_no_trace()
    {
        var packet = Protect(100);
        var forged = Clone(packet);
        forged[3] = 200;
        Open(forged, DropReason.NotAuthentic);
        var stranger = Clone(packet);
        stranger[8] ^= 1;
        Open(stranger, DropReason.NotAuthentic);
        Open(packet, DropReason.None);
        Open(Protect(101), DropReason.None);
    }

    [Fact]
    public void Another_key_opens_nothing()
    {
        using var other = new SrtpReceiver(MasterKey.Create(new SeededRandom(2)));
        Assert.Equal(DropReason.NotAuthentic, other.UnprotectRtp(Protect(1), out _));
        Assert.Equal(DropReason.NotAuthentic, other.UnprotectRtcp(ProtectRtcp(), out _));
    }

    [Fact]
    public void Rtcp_is_encrypted_and_each_datagram_opens_once()
    {
        var first = ProtectRtcp();
        var second = ProtectRtcp();
        Assert.NotEqual(first, second);
        Assert.Equal(DropReason.None, _receiver.UnprotectRtcp(Clone(second), out _));
        Assert.Equal(DropReason.None, _receiver.UnprotectRtcp(Clone(first), out var length));
        Assert.Equal(12, length);
        Assert.Equal(DropReason.Replayed, _receiver.UnprotectRtcp(first, out _));
        Assert.Equal(DropReason.Replayed, _receiver.UnprotectRtcp(second, out _));
    }

    [Fact]
    public void Rtcp_in_the_clear_is_malformed()
    {
        var packet = ProtectRtcp();
        packet[^4] &= 0x7F;
        Assert.Equal(DropReason.Malformed, _receiver.UnprotectRtcp(packet, out _));
    }

    [Fact]
    public void The_newest_packet_says_so_and_late_ones_do_not()
    {
        var packets = Enumerable.Range(10, 3).Select(i => Protect((ushort)i)).ToList();
        Assert.True(IsNewest(packets[0]));
        Assert.True(IsNewest(packets[2]));
        Assert.False(IsNewest(packets[1]));
    }

    [Fact]
    public void Sealing_and_opening_allocate_nothing_once_a_stream_is_known()
    {
        var plain = Plain(1);
        var buffer = new byte[plain.Length + 16];
        ushort sequence = 0;
        Rounds();
        Assert.Equal(0, Allocations.Fewest(Rounds));

        void Rounds()
        {
            for (var i = 0; i < 1000; i++) Round();
        }

        void Round()
        {
            RtpHeader.RewriteSsrcAndSequence(plain, Stream, new SequenceNumber(++sequence));
            _sender.ProtectRtp(plain, buffer);
            if (_receiver.UnprotectRtp(buffer, out _) != DropReason.None) throw new InvalidOperationException();
        }
    }

    private bool IsNewest(byte[] packet)
    {
        Assert.Equal(DropReason.None, _receiver.UnprotectRtp(packet, out _, out var position));
        return position.IsNewest;
    }

    private void Open(byte[] packet, DropReason expected)
    {
        Assert.Equal(expected, _receiver.UnprotectRtp(packet, out var length));
        Assert.Equal(expected == DropReason.None ? packet.Length - 16 : 0, length);
    }

    private byte[] Protect(ushort sequence)
    {
        var buffer = new byte[12 + 20 + 16];
        Plain(sequence).CopyTo(buffer, 0);
        _sender.ProtectRtp(buffer, 32);
        return buffer;
    }

    private byte[] ProtectRtcp()
    {
        var buffer = new byte[32];
        var length = new PictureLossIndication(new Ssrc(1), Stream).Write(buffer);
        Assert.Equal(buffer.Length, _sender.ProtectRtcp(buffer, length));
        return buffer;
    }

    private static byte[] Plain(ushort sequence)
    {
        var packet = new byte[32];
        RtpHeader.Write(packet, PayloadType.Jpeg, false, new SequenceNumber(sequence), new RtpTimestamp(9), Stream, []);
        packet.AsSpan(12).Fill((byte)sequence);
        return packet;
    }

    private static byte[] Clone(byte[] packet) => (byte[])packet.Clone();

    private static MasterKey Copy(MasterKey key) => MasterKey.TryParse(key.ToBytes(), out var copy) ? copy : throw new InvalidOperationException();
}
