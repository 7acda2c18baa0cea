using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Tests;
using Parley.Transport.Driving;
using Parley.Transport.Protection;
using static Parley.Transport.Tests.PeerPair;

namespace Parley.Transport.Tests;

public sealed class PeerTests : IDisposable
{
    private static readonly byte[] Payload = new byte[100];
    private static readonly TransportAddress Thief = TransportAddress.FromIPv4(0x0a000066, 666);

    private readonly PeerPair _pair = new();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void Both_sides_measure_the_round_trip_though_only_one_sends_media()
    {
        for (var i = 0; i < 50; i++)
        {
            _pair.Send(_pair.A, AudioOfA, i, Payload, (uint)i * 4800);
            _pair.Run(TimeSpan.FromMilliseconds(100));
        }
        foreach (var peer in new[] { _pair.A, _pair.B })
        {
            Assert.InRange(peer.Stats.RoundTrip!.Value.TotalMilliseconds, 39, 41);
            Assert.InRange(peer.Stats.LastRoundTrip!.Value.TotalMilliseconds, 39, 41);
        }
    }

    [Fact]
    public void Two_silent_peers_measure_the_round_trip_of_an_uneven_path()
    {
        _pair.Path = static (isFromA, _) => TimeSpan.FromMilliseconds(isFromA ? 10 : 70);
        _pair.Run(TimeSpan.FromSeconds(3));
        Assert.InRange(_pair.A.Stats.RoundTrip!.Value.TotalMilliseconds, 79, 81);
        Assert.InRange(_pair.B.Stats.RoundTrip!.Value.TotalMilliseconds, 79, 81);
    }

    [Fact]
    public void The_first_round_trip_is_known_after_one_round_trip()
    {
        Assert.Null(_pair.A.Stats.RoundTrip);
        _pair.Run(TimeSpan.FromMilliseconds(41));
        Assert.NotNull(_pair.A.Stats.RoundTrip);
    }

    [Fact]
    public void Loss_is_measured_on_one_side_and_reported_to_the_other()
    {
        // Only media is lost, every fifth packet.
        _pair.Path = (isFromA, n) => isFromA && _pair.SentByA[n][1] < 192 && n % 5 == 0 ? null : TimeSpan.FromMilliseconds(5);
        for (var i = 0; i < 400; i++)
        {
            _pair.Send(_pair.A, AudioOfA, i, Payload, (uint)i * 480);
            _pair.Run(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(_pair.B.Stats.LossReceived, 0.17, 0.23);
        Assert.InRange(_pair.A.Stats.LossSent, 0.17, 0.23);
        Assert.InRange(_pair.B.Stats.PacketsLost, 75, 81);
        Assert.Equal(0, _pair.A.Stats.LossReceived);
        Assert.Equal(0, _pair.B.Stats.LossSent);
    }

    [Fact]
    public void Loss_of_several_streams_is_weighted_by_their_packets()
    {
        // Nine of ten packets are audio and none of them is lost; every second one of the video is.
        _pair.Path = (isFromA, n) => isFromA && _pair.SentByA[n][1] < 192 && _pair.SentByA[n][11] == 0xa2 && _pair.SentByA[n][3] % 2 == 1
            ? null : TimeSpan.FromMilliseconds(5);
        var (audio, video) = (0, 0);
        for (var i = 0; i < 400; i++)
        {
            if (i % 10 == 0) _pair.Send(_pair.A, VideoOfA, video++, Payload, (uint)i * 900);
            else _pair.Send(_pair.A, AudioOfA, audio++, Payload, (uint)i * 480);
            _pair.Run(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(_pair.A.Stats.LossSent, 0.04, 0.06);
    }

    [Fact]
    public void Jitter_is_measured_on_one_side_and_reported_to_the_other()
    {
        _pair.Path = static (_, n) => TimeSpan.FromMilliseconds(20 + (n % 2 * 8));
        for (var i = 0; i < 500; i++)
        {
            _pair.Send(_pair.A, AudioOfA, i, Payload, (uint)i * 480);
            _pair.Run(TimeSpan.FromMilliseconds(10));
        }
        Assert.InRange(_pair.B.Stats.JitterReceived.TotalMilliseconds, 6.5, 8.5);
        Assert.InRange(_pair.A.Stats.JitterSent.TotalMilliseconds, 6.5, 8.5);
        Assert.Equal(TimeSpan.Zero, _pair.A.Stats.JitterReceived);
    }

    [Fact]
    public void Rates_and_counts_are_of_what_is_on_the_wire()
    {
        for (var i = 0; i < 300; i++)
        {
            _pair.Send(_pair.A, AudioOfA, i, Payload, (uint)i * 480);
            _pair.Run(TimeSpan.FromMilliseconds(10));
        }
        var (sent, received) = (_pair.A.Stats, _pair.B.Stats);
        Assert.Equal(_pair.SentByA.Count, sent.PacketsSent);
        Assert.Equal(_pair.SentByA.Sum(datagram => datagram.Length), sent.BytesSent);
        Assert.InRange(received.PacketsReceived, sent.PacketsSent - 2, sent.PacketsSent);
        Assert.InRange(sent.SendRate, 8 * 128 * 99, 8 * ((128 * 101) + 200));
        Assert.InRange(received.ReceiveRate, 8 * 128 * 99, 8 * ((128 * 101) + 200));
    }

    [Fact]
    public void Nothing_can_be_sent_until_an_address_is_known()
    {
        Assert.Equal(DropReason.NoAddress, _pair.Send(_pair.B, AudioOfB, 1, Payload));
        Assert.Equal(1, _pair.B.DropCount(DropReason.NoAddress));
        Assert.Equal(1, _pair.B.Stats.DropCount(DropReason.NoAddress));
        _pair.Do(_pair.B, _pair.B.HandleTimeout);
        Assert.Equal(Instant.Never, _pair.B.NextTimeout);
        Assert.Empty(_pair.SentByB);

        _pair.Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(_pair.AddressOfA, _pair.B.RemoteAddress);
        Assert.Single(_pair.SentByB);
        Assert.Equal(DropReason.None, _pair.Send(_pair.B, AudioOfB, 2, Payload));
    }

    [Fact]
    public void A_full_queue_drops_and_counts()
    {
        var queue = new DatagramQueue(150, 4);
        var header = new byte[12];
        RtpHeader.Write(header, PayloadType.Jpeg, false, new SequenceNumber(1), default, AudioOfA, []);
        Assert.Equal(DropReason.None, _pair.A.SendTo(_pair.Now, queue, header, Payload));
        Assert.Equal(DropReason.QueueFull, _pair.A.SendTo(_pair.Now, queue, header, Payload));
        Assert.Equal(1, _pair.A.DropCount(DropReason.QueueFull));
    }

    [Fact]
    public void Moving_to_another_address_is_followed()
    {
        _pair.Send(_pair.A, AudioOfA, 1, Payload);
        _pair.Run(TimeSpan.FromMilliseconds(50));
        Assert.True(_pair.B.TryTakeAddressChange(out var first));
        Assert.Equal(_pair.AddressOfA, first);
        Assert.False(_pair.B.TryTakeAddressChange(out _));

        _pair.AddressOfA = TransportAddress.FromIPv4(0x0a000009, 1234);
        _pair.Send(_pair.A, AudioOfA, 2, Payload);
        _pair.Run(TimeSpan.FromMilliseconds(50));
        Assert.True(_pair.B.TryTakeAddressChange(out var second));
        Assert.Equal(_pair.AddressOfA, second);
        Assert.Equal(second, _pair.B.RemoteAddress);
    }

    [Fact]
    public void A_replayed_late_or_forged_packet_moves_nothing()
    {
        var sent = new List<byte[]>();
        for (var i = 0; i < 3; i++) sent.Add(Sealed(i));
        Receive(sent[0], _pair.AddressOfA, DropReason.None);
        Receive((byte[])sent[2].Clone(), _pair.AddressOfA, DropReason.None);
        Receive(sent[2], Thief, DropReason.Replayed);
        Receive(sent[1], Thief, DropReason.None);
        var forged = Sealed(3);
        forged[20] ^= 1;
        Receive(forged, Thief, DropReason.NotAuthentic);
        Assert.Equal(_pair.AddressOfA, _pair.B.RemoteAddress);
    }

    [Fact]
    public void A_stream_that_nobody_registered_is_dropped_before_decryption()
    {
        using var stranger = new Peer(new PeerOptions
        {
            SendKey = MasterKey.Create(new SeededRandom(1)),
            ReceiveKey = MasterKey.Create(new SeededRandom(2)),
            LocalSsrc = new Ssrc(0x66),
        });
        var header = new byte[12];
        RtpHeader.Write(header, PayloadType.Jpeg, false, new SequenceNumber(1), default, new Ssrc(0x77), []);
        stranger.RegisterSent(new Ssrc(0x77), 90_000);
        var datagram = new byte[128];
        stranger.Protect(_pair.Now, header, Payload, datagram);
        var before = (byte[])datagram.Clone();
        Receive(datagram, Thief, DropReason.UnknownSsrc);
        // Decryption would have overwritten the payload.
        Assert.Equal(before, datagram);
        Assert.Equal(1, _pair.B.DropCount(DropReason.UnknownSsrc));
        Assert.False(_pair.B.HasHeard);

        var queue = new DatagramQueue(4096, 4);
        _pair.A.HandleTimeout(_pair.Now, queue);
        var report = queue.Bytes(queue.Runs[0]).ToArray();
        report[7] ^= 1;
        Receive(report, Thief, DropReason.UnknownSsrc);
    }

    [Fact]
    public void An_unregistered_stream_is_refused_again_and_its_replays_stay_refused()
    {
        var packet = Sealed(1);
        Receive((byte[])packet.Clone(), _pair.AddressOfA, DropReason.None);
        _pair.B.UnregisterReceived(AudioOfA);
        Receive(Sealed(2), _pair.AddressOfA, DropReason.UnknownSsrc);
        _pair.B.RegisterReceived(AudioOfA, 48_000);
        Receive(packet, _pair.AddressOfA, DropReason.Replayed);
        Receive(Sealed(3), _pair.AddressOfA, DropReason.None);
    }

    [Fact]
    public void What_is_received_is_what_was_sent()
    {
        var payload = Enumerable.Range(0, 100).Select(i => (byte)i).ToArray();
        var header = new byte[20];
        RtpHeader.Write(header, PayloadType.L16At48Khz, true, new SequenceNumber(9), new RtpTimestamp(10), AudioOfA, [1, 2]);
        var datagram = new byte[20 + 100 + 16];
        Assert.Equal(datagram.Length, _pair.A.Protect(_pair.Now, header, payload, datagram));
        Assert.Equal(DropReason.None, _pair.B.Receive(_pair.Now, _pair.AddressOfA, datagram, out var packet));
        Assert.Equal(DatagramKind.Rtp, packet.Kind);
        Assert.Equal(
            new RtpHeader(PayloadType.L16At48Khz, true, new SequenceNumber(9), new RtpTimestamp(10), AudioOfA, 2, 20, 0), packet.Header);
        Assert.Equal(payload, datagram[packet.Header.HeaderLength..packet.Length]);
        Assert.Equal(_pair.Now, _pair.B.LastHeard);
    }

    [Fact]
    public void Padding_shows_only_after_decryption()
    {
        var buffer = new byte[12 + 8 + 16];
        RtpHeader.Write(buffer, PayloadType.Jpeg, false, new SequenceNumber(1), default, AudioOfA, []);
        buffer[0] |= 0x20;
        buffer[19] = 3;
        _pair.A.Protect(_pair.Now, buffer, 20);
        Assert.Equal(DropReason.None, _pair.B.Receive(_pair.Now, _pair.AddressOfA, buffer, out var packet));
        Assert.Equal(3, packet.Header.PaddingLength);
        Assert.Equal(20, packet.Length);
    }

    [Fact]
    public void Key_frame_requests_arrive_once_and_not_more_often_than_every_200_ms()
    {
        _pair.Run(TimeSpan.FromMilliseconds(100));
        _pair.Do(_pair.B, (now, queue) => _pair.B.RequestKeyframe(now, VideoOfA, queue));
        _pair.Do(_pair.B, (now, queue) => _pair.B.RequestKeyframe(now, VideoOfA, queue));
        _pair.Do(_pair.B, (now, queue) => _pair.B.RequestKeyframe(now, new Ssrc(0x99), queue));
        _pair.Run(TimeSpan.FromMilliseconds(100));
        Assert.True(_pair.A.TryTakeFeedback(out var feedback));
        Assert.Equal(new PeerFeedback(PeerFeedbackKind.KeyframeRequest, VideoOfA), feedback);
        Assert.False(_pair.A.TryTakeFeedback(out _));

        _pair.Run(TimeSpan.FromMilliseconds(100));
        _pair.Do(_pair.B, (now, queue) => _pair.B.RequestKeyframe(now, VideoOfA, queue));
        _pair.Run(TimeSpan.FromMilliseconds(100));
        Assert.True(_pair.A.TryTakeFeedback(out _));
    }

    [Fact]
    public void A_repeated_full_intra_request_asks_once()
    {
        using var sender = FeedbackSender(out var peer);
        using (peer)
        {
            foreach (var (command, isNew) in new[] { ((byte)7, true), ((byte)7, false), ((byte)8, true) })
            {
                var datagram = new byte[64];
                var length = new FullIntraRequest(RtcpOfB, 0).Write(datagram, [new FullIntraEntry(VideoOfA, command)]);
                length = sender.ProtectRtcp(datagram, length);
                Assert.Equal(DropReason.None, peer.Receive(default, Thief, datagram.AsSpan(0, length), out _));
                Assert.Equal(isNew, peer.TryTakeFeedback(out _));
            }
        }
    }

    [Fact]
    public void A_report_goes_out_at_once_and_then_every_interval()
    {
        _pair.Run(TimeSpan.FromMilliseconds(1));
        Assert.Single(_pair.SentByA);
        _pair.Run(TimeSpan.FromMilliseconds(950));
        // Learning B's address changed nothing for A, which knew it; B answered at once.
        Assert.Single(_pair.SentByA);
        Assert.Single(_pair.SentByB);
        _pair.Run(TimeSpan.FromMilliseconds(3100));
        Assert.Equal(5, _pair.SentByA.Count);
    }

    [Fact]
    public void Many_streams_are_reported_in_turns_within_the_size_of_a_datagram()
    {
        const int streams = 100;
        for (uint i = 0; i < streams; i++)
        {
            _pair.A.RegisterSent(new Ssrc(1000 + i), 90_000);
            _pair.B.RegisterReceived(new Ssrc(1000 + i), 90_000);
        }
        for (var round = 0; round < 12; round++)
        {
            for (uint i = 0; i < streams; i++) _pair.Send(_pair.A, new Ssrc(1000 + i), round, Payload);
            _pair.Run(TimeSpan.FromSeconds(1));
        }
        Assert.All(_pair.SentByA.Concat(_pair.SentByB), datagram => Assert.InRange(datagram.Length, 1, Limits.MaxDatagram));
        Assert.Contains(_pair.SentByB, datagram => datagram.Length > Limits.MaxDatagram - 40);
        for (uint i = 0; i < streams; i++) Assert.True(_pair.B.TryGetSenderClock(new Ssrc(1000 + i), out _, out _), $"stream {i}");
        Assert.Equal(0, _pair.B.DropCount(DropReason.Malformed));
        Assert.Equal(0, _pair.A.DropCount(DropReason.Malformed));
    }

    [Fact]
    public void Garbage_never_throws_and_is_counted()
    {
        var random = new Random(5);
        var total = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = new byte[random.Next(200)];
            random.NextBytes(datagram);
            if (datagram.Length > 12 && i % 2 == 0)
            {
                // Close enough to be looked at: our version, a known stream.
                datagram[0] = (byte)(0x80 | (datagram[0] & 0x3F));
                (datagram[8], datagram[9], datagram[10], datagram[11]) = (0, 0, 0, 0xa1);
                if (i % 4 == 0) (datagram[4], datagram[5], datagram[6], datagram[7], datagram[1]) = (0, 0, 0, 0xa0, (byte)(200 + (i % 8)));
            }
            Assert.NotEqual(DropReason.None, _pair.B.Receive(_pair.Now, Thief, datagram, out var packet));
            Assert.Equal(default, packet);
            total++;
        }
        Assert.Equal(total, Enum.GetValues<DropReason>().Sum(_pair.B.DropCount));
        Assert.True(_pair.B.DropCount(DropReason.NotAuthentic) > 1000);
        Assert.False(_pair.B.HasHeard);
        Assert.False(_pair.B.RemoteAddress.IsKnown);
    }

    [Fact]
    public void Every_prefix_and_every_flipped_bit_of_real_datagrams_is_refused()
    {
        foreach (var damaged in Vectors.Damaged(Sealed(1))) Receive(damaged);
        var queue = new DatagramQueue(4096, 4);
        _pair.A.HandleTimeout(_pair.Now, queue);
        foreach (var damaged in Vectors.Damaged(queue.Bytes(queue.Runs[0]).ToArray())) Receive(damaged);
        Assert.False(_pair.B.HasHeard);

        void Receive(byte[] datagram) => Assert.NotEqual(DropReason.None, _pair.B.Receive(_pair.Now, Thief, datagram, out _));
    }

    [Fact]
    public void Authentic_nonsense_in_reports_never_throws()
    {
        using var sender = FeedbackSender(out var peer);
        using (peer)
        {
            var random = new Random(6);
            for (var i = 0; i < 5000; i++)
            {
                var length = 8 + (4 * random.Next(60));
                var datagram = new byte[length + 20];
                random.NextBytes(datagram.AsSpan(0, length));
                (datagram[0], datagram[1]) = ((byte)(0x80 | random.Next(32)), (byte)(200 + random.Next(8)));
                (datagram[2], datagram[3]) = (0, (byte)(random.Next(3) == 0 ? 1 : (length / 4) - 1));
                (datagram[4], datagram[5], datagram[6], datagram[7]) = (0, 0, 0, 0xb0);
                sender.ProtectRtcp(datagram, length);
                Assert.Contains(peer.Receive(new Instant(i), Thief, datagram, out _), new[] { DropReason.None, DropReason.Malformed });
                _ = peer.Stats;
            }
        }
    }

    [Fact]
    public void Receiving_and_sealing_allocate_nothing_once_streams_are_known()
    {
        var queue = new DatagramQueue(1 << 20, 4096);
        var header = new byte[12];
        var datagram = new byte[2048];
        var (now, sequence) = (_pair.Now, 0);
        Rounds();
        Assert.Equal(0, Allocations.Fewest(Rounds));
        Assert.Equal(0, _pair.B.DropCount(DropReason.NotAuthentic));
        Assert.True(_pair.B.HasHeard);

        void Rounds()
        {
            for (var i = 0; i < 500; i++) Round();
        }

        void Round()
        {
            now += TimeSpan.FromMilliseconds(10);
            RtpHeader.Write(header, PayloadType.L16At48Khz, false, new SequenceNumber((ushort)++sequence), default, AudioOfA, []);
            _pair.A.SendTo(now, queue, header, Payload);
            _pair.A.HandleTimeout(now, queue);
            Deliver(_pair.B, _pair.AddressOfA);
            _pair.B.HandleTimeout(now, queue);
            _pair.B.RequestKeyframe(now, AudioOfA, queue);
            Deliver(_pair.A, AddressOfB);
            while (_pair.A.TryTakeFeedback(out _))
            {
                // Emptied, so that the queue stays usable.
            }
            _ = _pair.A.Stats;
        }

        void Deliver(Peer to, TransportAddress from)
        {
            foreach (var run in queue.Runs)
            {
                for (var rest = queue.Bytes(run); !rest.IsEmpty; rest = rest[Math.Min(run.SegmentSize, rest.Length)..])
                {
                    var bytes = rest[..Math.Min(run.SegmentSize, rest.Length)];
                    bytes.CopyTo(datagram);
                    to.Receive(now, from, datagram.AsSpan(0, bytes.Length), out _);
                }
            }
            queue.Clear();
        }
    }

    [Fact]
    public void Sending_on_a_stream_that_is_not_registered_is_a_programming_error()
    {
        var header = new byte[12];
        RtpHeader.Write(header, PayloadType.Jpeg, false, default, default, new Ssrc(0x99), []);
        Assert.Throws<InvalidOperationException>(() => _pair.A.Protect(_pair.Now, header, Payload, new byte[200]));
    }

    [Fact]
    public void A_peer_without_keys_cannot_be_made() => Assert.Throws<ArgumentException>(() => new Peer(PeerOptions.Default));

    // A peer in the place of A, and a sender that speaks for B without being one.
    private static SrtpSender FeedbackSender(out Peer peer)
    {
        var key = MasterKey.Create(new SeededRandom(9));
        peer = new Peer(new PeerOptions
        {
            LocalSsrc = RtcpOfA,
            RemoteSsrc = RtcpOfB,
            SendKey = MasterKey.Create(new SeededRandom(8)),
            ReceiveKey = key,
        });
        peer.RegisterSent(VideoOfA, 90_000);
        peer.RegisterReceived(AudioOfB, 48_000);
        return new SrtpSender(key);
    }

    private byte[] Sealed(int sequence)
    {
        var datagram = new byte[12 + Payload.Length + 16];
        var header = new byte[12];
        RtpHeader.Write(header, PayloadType.L16At48Khz, false, new SequenceNumber((ushort)sequence), default, AudioOfA, []);
        _pair.A.Protect(_pair.Now, header, Payload, datagram);
        return datagram;
    }

    private void Receive(byte[] datagram, TransportAddress from, DropReason expected)
    {
        Assert.Equal(expected, _pair.B.Receive(_pair.Now, from, expected == DropReason.UnknownSsrc ? datagram : (byte[])datagram.Clone(), out _));
    }
}
